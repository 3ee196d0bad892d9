package org.amino.runtime.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Programs whose states have every kind of thing that Python has: objects are made, from earlier ones where a class
 * needs its parts at once, then each is
 * given others, earlier or later ones. The states of one artifact share a class, whose base is a built-in one for most
 * artifacts.
 */
final class PythonStates implements StateLanguage {
  /** An object of a kind; in its text `%` stands for an earlier value, `?` for a key, `@` for a number. */
  private record Maker(String kind, String text) {}

  private static final List<String> ATOMS = List.of("None", "True", "False", "...", "NotImplemented", "0", "-1",
      "2**59", "2**60", "-2**60", "-2**60 - 1", "2**64", "-3**200", "10**5000",
      "0.0", "-0.0", "1e-7", "5e-324", "0.1", "1e308", "float('nan')", "float('inf')", "-float('inf')", "''", "'text'",
          "'\\x00'", "'\\ud800'", "'grüße \\U0001f600'", "b''", "b'\\xff\\x00'",
      "complex(-0.0, float('nan'))", "range(2**70)", "range(1, 9, 3)");
  private static final List<String> KEYS = List.of("1", "'k'", "1.5", "None", "b'k'", "(1, 'a')", "frozenset({1, 2})",
      "decimal.Decimal('1.50')", "Color.RED", "Level.LOW", "SENTINEL", "NOTHING",
      "Frozen(1, 2)", "FrozenSlots('a')", "2**70", "-1", "'a \" ( b'", "datetime.date(2024, 2, 29)", "Text('k', 2)",
          "Whole(77, 'x')", "Thing", "top", "...", "Pair(1, Frozen(2))",
      "TupleOf('x', (5, 6))", "FrozenSetOf('x', [1])", "uuid.UUID(int=5)", "fractions.Fraction(1, 3)", "NewArgs(5)");
  private static final List<Maker> MAKERS = makers("""
      list: [%, %]
      list: [% for _ in range(3)]
      dict: {?: %, ?: %}
      set: {?, ?}
      frozenset: frozenset([?, ?])
      tuple: (%, %)
      bytearray: bytearray(b'octets\\xff@')
      slice: slice(@, %, None)
      object: Thing()
      many objects of one class: crowd(40, 7@0, %)
      many objects of one class: crowd(130, 7@0, %)
      many objects of one class: crowd(150, 2@, %)
      many objects of one class: crowd(3@, 100, %)
      many objects of one class: [*range(4@)] + [% for _ in range(40)]
      many objects of one class: [object() for _ in range(4@)]
      object with its own constructor: OwnInit(@, %, third=%)
      object with __slots__: Slotted()
      object with __slots__: SlottedMore()
      object with __slots__: SlottedOpen()
      data class: Plain(%, %)
      data class: Frozen(%, %)
      data class: FrozenSlots(%, %)
      named tuple: Pair(%, %)
      named tuple: Typed(%)
      named tuple: PairOf('t', %, %)
      subclass of a built-in class: ListOf('t')
      subclass of a built-in class: DictOf('t')
      subclass of a built-in class: SetOf('t')
      subclass of a built-in class: FrozenSetOf('t', [?])
      subclass of a built-in class: TupleOf('t', (%, @))
      subclass of a built-in class: Text('text', %)
      subclass of a built-in class: Whole(@, %)
      subclass of a built-in class: Whole(2**80, %)
      subclass of a built-in class: Real(-0.0, %)
      subclass of a built-in class: Octets(b'\\xfe@', %)
      subclass of a built-in class: OctetArray('abc')
      subclass of a collection: DequeOf('t', 9)
      subclass of a collection: DefaultsOf('t')
      subclass of a collection: OrderedOf('t')
      subclass of a collection: CounterOf('hello', 1)
      subclass of another class: DecimalOf('1.50', %)
      subclass of another class: Day('2024-02-29')
      deque: collections.deque([%, %], 7)
      deque: collections.deque([%])
      defaultdict: collections.defaultdict(list, {?: %})
      OrderedDict: collections.OrderedDict([(?, %), ('z', 1), ('a', 2)])
      Counter: collections.Counter('counter')
      SimpleNamespace: types.SimpleNamespace(a=%)
      ChainMap, UserDict: collections.ChainMap({'a': %}, {})
      ChainMap, UserDict: collections.UserDict({'a': %})
      sentinel: SENTINEL
      sentinel: NOTHING
      enum: Color.GREEN
      enum: Level.HIGH
      enum: Access.READ | Access.RUN
      enum: re.IGNORECASE | re.DOTALL
      class, function, module: Thing
      class, function, module: top
      class, function, module: len
      class, function, module: math
      class, function, module: str.upper
      class, function, module: OwnInit.__init__
      class, function, module: type(None)
      class, function, module: collections.OrderedDict
      bound method: Thing().method
      bound method: [].append
      bound method: 'text'.upper
      partial: functools.partial(top, %, k=%)
      type expression: list[int]
      type expression: int | str
      Decimal: decimal.Decimal('-0.0')
      Decimal: decimal.Decimal('1.10')
      Decimal: decimal.Decimal('sNaN12')
      Decimal: decimal.Decimal('-Infinity')
      Fraction: fractions.Fraction(-@, 7)
      UUID: uuid.UUID(int=@)
      date and time: datetime.datetime(2024, 10, 27, 2, 30, 0, 123456, fold=1)
      date and time: datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc)
      date and time: datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(seconds=-7), 'mine'))
      date and time: datetime.date(9999, 12, 31)
      date and time: datetime.time(23, 59, 59, 999999, fold=1)
      date and time: datetime.timedelta(-1, 5, 7)
      date and time: datetime.timezone(datetime.timedelta(minutes=@))
      Random: rolled(@, 3)
      regular expression: re.compile('a(b+)', re.I | re.M)
      regular expression: re.compile(b'[a-z]')
      path: pathlib.PurePosixPath('a/b/@')
      array: array.array('d', [0.1, -0.0, @])
      array: array.array('q', [-@])
      array: array.array('u', 'grün')
      memoryview: views(bytearray(b'0123456789@'))
      memoryview: views(b'0123456789@')
      memoryview: views(array.array('b', range(12)))
      memoryview: memoryview(array.array('d', [1.5, @]))
      BytesIO, StringIO: io.BytesIO(b'abc')
      BytesIO, StringIO: io.StringIO('abc')
      iterator: advanced(iter([1, 2, @]), 1)
      iterator: advanced(iter((1, %)), 1)
      iterator: advanced(enumerate(['a', %]), 1)
      iterator: zip([1], [%, 2])
      iterator: map(str, [1, @])
      iterator: advanced(itertools.count(@), 3)
      iterator: itertools.chain([1], [%])
      iterator: itertools.islice([1, 2, 3], 2)
      iterator: reversed([1, 2, 3])
      iterator: advanced(iter(range(@ + 5)), 2)
      iterator: advanced(iter('text'), 2)
      lock: threading.Lock()
      lock: threading.RLock()
      lock: threading.Event()
      lock: threading.Condition(threading.Lock())
      lock: threading.Semaphore(@ + 1)
      exception: OwnError(@, 'own')
      exception: KeyedError(key=%)
      exception: raised(@)
      exception: OSError(2, 'gone', 'file')
      exception: KeyError(%)
      exception: StopIteration(%)
      exception: SystemExit(@)
      exception: ImportError('m', name='n', path='p')
      exception: UnicodeDecodeError('utf-8', b'\\xff', 0, 1, 'bad')
      exception: SyntaxError('m', ('f', 1, 2, 'text'))
      exception: NameError('m')
      exception: ExceptionGroup('g', [OwnError(@, 'a'), KeyError('b')])
      exception: GroupOf('g', [OwnError(@, 'a')])
      own protocol: Reduced(@, %)
      own protocol: GetState(%)
      own protocol: NewArgs(@)
      own protocol: ItemsOf([%, @])
      hooks in a part: Hooked(%)
      class changed at run time: changed()
      deep: deep_list(5000)
      deep: deep_tuple(5000)
      deep: deep_chain(2500)
      """);
  /** Of so many of a kind one is made. */
  private static final Map<String, Integer> LARGE = Map.of("deep", 16, "many objects of one class", 4);
  private static final List<Maker> REFUSED = makers("""
      lambda: lambda: @
      generator: (x for x in [1])
      lock that is held: held()
      local class: local()
      view of a dict: {'a': @}.keys()
      mappingproxy: types.MappingProxyType({})
      match: re.match('a', 'a')
      function made by a function: functools.lru_cache(lambda: 1)
      """);
  /** Bases of the artifacts' classes, with what is put into the object. */
  private static final List<List<String>> ROOTS = List.of(List.of("", ""), List.of("list", "self.append('x')"),
      List.of("dict", "self['x'] = self"), List.of("", ""), List.of("set", "self.add('x')"),
      List.of("collections.deque", "self.append(self)"), List.of("collections.defaultdict",
          "self.default_factory = list; self['x'] = 1"), List.of("OwnError", ""),
      List.of("collections.OrderedDict", "self['b'] = self['a'] = 1"), List.of("collections.Counter",
          "self['x'] += 3"), List.of("bytearray", "self += b'x'"), List.of("Thing", ""),
      List.of("float", ""), List.of("int", ""), List.of("random.Random", "self.seed(number); self.gauss(0, 1)"),
          List.of("Slotted", "self.a = self"), List.of("array.array", "self.append(1)"),
          List.of("types.SimpleNamespace", ""));

  private static List<Maker> makers(String lines) {
    List<Maker> made = new ArrayList<>();
    for (String line : lines.split("\n")) {
      int colon = line.indexOf(": ");
      made.add(new Maker(line.substring(0, colon), line.substring(colon + 2)));
    }
    return made;
  }

  @Override
  public String id() {
    return "python";
  }

  @Override
  public String entry() {
    return "state.py";
  }

  @Override
  public Map<String, Fate> kinds() {
    Map<String, Fate> kinds = new LinkedHashMap<>();
    kinds.put("None, numbers, strings, bytes", Fate.CAPTURED);
    MAKERS.forEach(maker -> kinds.put(maker.kind(), Fate.CAPTURED));
    REFUSED.forEach(maker -> kinds.put(maker.kind(), Fate.REFUSED));
    return kinds;
  }

  /** Fills a maker's text; objects have the numbers below {@code count}. */
  private static String filled(String text, Random random, int count) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c == '%') {
        out.append(count > 0 && random.nextInt(3) > 0 ? "v[" + random.nextInt(count) + "]" : pick(ATOMS, random));
      } else if (c == '?') {
        out.append(pick(KEYS, random));
      } else {
        out.append(c == '@' ? Integer.toString(1 + random.nextInt(9)) : String.valueOf(c));
      }
    }
    return out.toString();
  }

  private static <T> T pick(List<T> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  @Override
  public StateProgram generate(Random random) {
    Set<String> kinds = new LinkedHashSet<>(Set.of("None, numbers, strings, bytes"));
    StringBuilder build = new StringBuilder("    v = []\n");
    int count = 1 + random.nextInt(9);
    for (int i = 0; i < count; i++) {
      Maker maker = random.nextInt(120) == 0 ? pick(REFUSED, random) : pick(MAKERS, random);
      // Large ones in each state would take most of the time.
      if (random.nextInt(LARGE.getOrDefault(maker.kind(), 1)) > 0) {
        maker = MAKERS.get(0);
      }
      kinds.add(maker.kind());
      build.append("    v.append(").append(filled(maker.text(), random, i)).append(")\n");
    }
    for (int i = random.nextInt(2 * count); i > 0; i--) {
      String value = filled("%", random, count);
      boolean causes = random.nextInt(4) == 0;
      int target = random.nextInt(count);
      build.append(causes ? "    if isinstance(v[" + target + "], BaseException):\n        cause(v[" + target + "], "
          + value + ")\n" : "    keep(v[" + target + "], " + value + ")\n");
    }
    return new StateProgram("State", "", build.append("    return v\n").toString(), kinds);
  }

  /** Each batch has a root of its own, and costs a context in each process. */
  @Override
  public int batch() {
    return 200;
  }

  @Override
  public Map<String, String> library() {
    return Map.of("fixture.py", StateFixtures.text("python.py", "python_builders.py", "python_description.py"));
  }

  @Override
  public String artifact(List<StateProgram> programs) {
    StringBuilder text = new StringBuilder("from fixture import *\n\n");
    for (int i = 0; i < programs.size(); i++) {
      text.append("def build").append(i).append("():\n").append(programs.get(i).build()).append("\n\n");
    }
    List<String> root = ROOTS.get(Math.floorMod(programs.get(0).build().hashCode(), ROOTS.size()));
    String base = root.get(0).isEmpty() ? "Members" : "Members, " + root.get(0);
    text.append("class State(").append(base).append("):\n");
    text.append(NEW.getOrDefault(root.get(0),
        "")).append("    def __init__(self, number):\n        ").append(root.get(1))
        .append("\n        self.held = globals()[f'build{number}']()\n");
    return text.toString();
  }

  /** Classes whose `__new__` does not take the number of a program. */
  private static final Map<String, String> NEW = Map.of(
      "array.array", "    def __new__(cls, number):\n        return super().__new__(cls, 'd')\n",
      "types.SimpleNamespace", "    def __new__(cls, number):\n        return super().__new__(cls)\n");
}
