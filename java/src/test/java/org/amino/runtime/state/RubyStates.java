package org.amino.runtime.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Programs whose states have every kind of thing that Ruby has: some objects are made, of earlier ones where they cannot be given others, then each is given
 * others, earlier or later ones. The root is an object of one of several classes (the fixture's ROOTS).
 */
final class RubyStates implements StateLanguage {
  private static final String[] ATOMS = {"nil", "true", "false", "0", "-1", "2**29", "-2**29 - 1", "2**63", "-2**63", "2**70", "0.1", "-0.0", "1e-7", "Float::NAN",
      "Float::INFINITY", "5e-324", ":name", ":\"odd name\"", ":\"ä\"", "\"\\xff\".b.to_sym"};
  private static final int MOST = 8;
  private static final int SELDOM = 40;

  /** An object of a kind: how it is made, and how it is given a value; `$` stands for the object, `%` for a value, `~` for a number. */
  private record Shell(String kind, String given, String... made) {}

  private static final String VARIABLE = "$.instance_variable_set(:@f~, %)";

  private static final List<Shell> CAPTURED = List.of(
      new Shell("Object with instance variables", VARIABLE, "Plain.new"),
      new Shell("class with its own class, frozen?, == and hash", "Kernel.instance_method(:instance_variable_set).bind_call($, :@f~, %)", "Twisted.new"),
      new Shell("BasicObject", "$.put(%)", "Bare.new"),
      new Shell("String", VARIABLE, "+\"text ~ é\"", "String.new", "+\"\\xff~\"", "\"\\xfe~\".b", "\"é~\".encode('ISO-8859-1')", "\"~é\".encode('UTF-16LE')"),
      new Shell("frozen String", "", "\"text ~\".freeze", "\"\\xfe~\".b.freeze"),
      new Shell("Array", "$ << %", "[]", "[~, [~]]"),
      new Shell("Hash", "$[:k~] = %", "{}", "{'a b' => ~, ~ => nil, 1.5 => 2, nil => 3}"),
      new Shell("Hash with containers as keys", "$[[~, 'x', {~ => [1]}]] = %", "{{a: 1} => 1, Set[1, Set[~]] => 2, Step.new(1) => 3, [Point.new(1, [2])] => 4}"),
      new Shell("Hash with a default value", "$.default = %", "Hash.new(~)"),
      new Shell("Hash that compares by identity", "$[%] = ~", "{}.compare_by_identity"),
      new Shell("Set", "$ << :s~", "Set.new", "Set[~, 's', [~], Set[1, Set[]]]"),
      new Shell("Set that compares by identity", "$ << %", "Set.new.compare_by_identity"),
      new Shell("Struct", "$.y = %", "Point.new(~)", "Keyed.new(x: ~)", "Point3.new(1, 2).tap { |point| point.z = 3 }"),
      new Shell("Data", "", "Pair.new(left: %, right: %)", "Checked.new(left: %)"),
      new Shell("Range", "", "(~..)", "(..~)", "(1...~ + 9)", "('a'..'c')", "(1.5..2.5)", "(nil..nil)", "(Time.at(~)..Time.at(~ + 1))"),
      new Shell("Range of objects", "", "(Step.new(1)..Step.new(~ + 1))"),
      new Shell("Regexp", "", "/a~/", "/(?<name>ä)~/mix", "/a/n", "Regexp.new(\"\\xff\".b)"),
      new Shell("Time", VARIABLE, "Time.at(~, 123456789, :nsec)", "Time.at(-5_000_000_000 - ~, 1, :nsec).utc", "Time.at(~).localtime('+05:30')", "Time.utc(1600, 2, 3)",
          "Time.at(~).localtime('+00:00')", "MyTime.at(~)"),
      new Shell("Date, DateTime", VARIABLE, "(Date.new(2000, 1, 1) + ~)", "Holiday.new(1582, 10, 4)",
          "Date.jd(~, Date::JULIAN)", "(DateTime.new(2000, 1, 1, 1, 2, 3.5, '+01:00') + Rational(~, 7))"),
      new Shell("BigDecimal", "", "BigDecimal('-1.~5e20')", "BigDecimal('NaN')", "BigDecimal('-0')", "BigDecimal('-Infinity')"),
      new Shell("digest", "", "Digest::SHA256.new.update('~')", "Digest::SHA2.new(512)"),
      new Shell("Rational, Complex", "", "Rational(~, 7)", "Complex(~, -0.0)", "Complex(Rational(1, 3), ~)"),
      new Shell("subclass of String, Array, Hash, Set, Range, Numeric", VARIABLE, "MyString.new('m~')", "MyArray.new([~])", "MyHash[1, ~]", "MySet[~]", "MyRange.new(~, nil)",
          "MyRange.new(1, ~)", "MyNumber.new(~)"),
      new Shell("exception", VARIABLE, "Broken.new(~, [%])", "KeyError.new('k', receiver: %, key: %)", "Missing.new('m~')", "SystemExit.new(3, 'bye')", "Errno::ENOENT.new('f~')",
          "NameError.new('n', :x~, receiver: %)", "NoMethodError.new('n', :x, [%], receiver: %)", "StopIteration.new('s')", "FrozenError.new('f', receiver: %)"),
      new Shell("raised exception with cause", VARIABLE, "(begin; begin; nil.foo~; rescue NoMethodError; raise Broken.new(~, %); end; rescue Broken => e; e; end)",
          "(begin; raise ArgumentError; rescue => e; e; end)", "(begin; 'a'.freeze << 'b'; rescue => e; e; end)"),
      new Shell("frozen object", "", "[%, %].freeze", "{a: %}.freeze", "Set[~].freeze", "Point.new(%, ~).freeze", "Plain.new.tap { |o| o.instance_variable_set(:@a, %) }.freeze",
          "Broken.new(1, %).freeze"),
      new Shell("object extended with modules", VARIABLE, "Plain.new.extend(Skill)", "[].extend(Skill, Marker)", "+'s'.dup.extend(Marker)", "{a: 1}.extend(Marker)"),
      new Shell("object of a constant", "", "NONE", "DEFAULTS", "Color::RED", "[Color::BLUE, NONE]", "STDOUT"),
      new Shell("class, module, encoding", "", "Plain", "Comparable", "[Math, Encoding::UTF_16LE]"),
      new Shell("class with amino_save and amino_load", "$.value = %", "Hooked.new(%)"),
      new Shell("class with marshal_dump and marshal_load", "$.value = %", "Loaded.new(%)"),
      new Shell("class with _dump and _load", "", "Dumped.new(~)"),
      new Shell("Random", VARIABLE, "Random.new(~).tap { |random| ~.times { random.rand } }", "Dice.new(-2**70 + ~)"),
      new Shell("Mutex, ConditionVariable", "", "Mutex.new", "ConditionVariable.new"));

  /** Seldom made, for each takes thousands of lines to describe. */
  private static final Shell DEEP = new Shell("nested 5000 deep", "", "5000.times.inject([~]) { |inner, _| [inner] }", "5000.times.inject({~ => 1}) { |inner, _| {v: inner} }",
      "5000.times.inject(Plain.new) { |inner, _| Plain.new.tap { |o| o.instance_variable_set(:@inner, inner) } }", "5000.times.inject(1) { |inner, _| Point.new(inner, 2) }");

  private static final List<Shell> REFUSED = List.of(
      new Shell("Proc", "", "proc { ~ }", "->(x) { x }", ":sym.to_proc"),
      new Shell("Method, UnboundMethod", "", "'a'.method(:size)", "String.instance_method(:size)"),
      new Shell("Hash with a default block", "$[:k~] = %", "Hash.new { |hash, key| hash[key] = ~ }"),
      new Shell("Hash whose keys may have changed", "$[%] = ~", "{}"),
      new Shell("object with methods of its own", VARIABLE, "Plain.new.tap { |o| def o.own = 1 }"),
      new Shell("object of a class without name", VARIABLE, "Class.new.new", "Struct.new(:a).new(1)"),
      new Shell("Enumerator", "", "[~].each", "(1..9).step(2)", "(1..3).lazy"),
      new Shell("MatchData", "", "'abc'.match(/b/)"),
      new Shell("Thread, Binding", "", "Thread.current", "binding"),
      new Shell("WeakMap", "", "ObjectSpace::WeakMap.new"));

  @Override
  public String id() {
    return "ruby";
  }

  @Override
  public String entry() {
    return "state.rb";
  }

  @Override
  public Map<String, Fate> kinds() {
    Map<String, Fate> kinds = new LinkedHashMap<>();
    kinds.put("nil, true, false, Integer, Float, Symbol", Fate.CAPTURED);
    CAPTURED.forEach(shell -> kinds.put(shell.kind(), Fate.CAPTURED));
    kinds.put(DEEP.kind(), Fate.CAPTURED);
    REFUSED.forEach(shell -> kinds.put(shell.kind(), Fate.REFUSED));
    return kinds;
  }

  @Override
  public StateProgram generate(Random random) {
    Set<String> kinds = new LinkedHashSet<>();
    StringBuilder build = new StringBuilder();
    List<Shell> made = new ArrayList<>();
    int count = 1 + random.nextInt(MOST);
    boolean harmless = random.nextInt(4) > 0;
    for (int i = 0; i < count; i++) {
      Shell shell = shell(random, harmless);
      kinds.add(shell.kind());
      made.add(shell);
      String text = shell.made()[random.nextInt(shell.made().length)];
      build.append("v").append(i).append(" = ").append(filled(text, "", i, random, kinds)).append("\n");
    }
    for (int i = random.nextInt(3 * count); i > 0; i--) {
      int target = random.nextInt(count);
      String given = made.get(target).given();
      if (!given.isEmpty()) {
        build.append(filled(given, "v" + target, count, random, kinds)).append("\n");
      }
    }
    build.append("[");
    for (int i = 0; i < count; i++) {
      build.append(i == 0 ? "v" : ", v").append(i);
    }
    return new StateProgram("State", "", build.append("]\n").toString(), kinds);
  }

  private static Shell shell(Random random, boolean harmless) {
    if (random.nextInt(SELDOM * MOST) == 0) {
      return DEEP;
    }
    List<Shell> from = harmless || random.nextInt(MOST) > 0 ? CAPTURED : REFUSED;
    return from.get(random.nextInt(from.size()));
  }

  /** Each place for a value filled with an atom or one of the first objects. */
  private static String filled(String text, String object, int objects, Random random, Set<String> kinds) {
    StringBuilder filled = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c == '%' && (objects == 0 || random.nextInt(3) == 0)) {
        filled.append(ATOMS[random.nextInt(ATOMS.length)]);
        kinds.add("nil, true, false, Integer, Float, Symbol");
      } else if (c == '%') {
        filled.append("v").append(random.nextInt(objects));
      } else {
        filled.append(c);
      }
    }
    return filled.toString().replace("$", object).replace("~", Integer.toString(random.nextInt(1000)));
  }

  @Override
  public int batch() {
    return 500;
  }

  @Override
  public Map<String, String> library() {
    return Map.of("fixture.rb", StateFixtures.text("ruby.rb"));
  }

  @Override
  public String artifact(List<StateProgram> programs) {
    StringBuilder text = new StringBuilder("require_relative 'fixture'\nBUILDS = [\n");
    for (StateProgram program : programs) {
      text.append("lambda do\n").append(program.build()).append("end,\n");
    }
    return text.append("].freeze\n").toString();
  }
}
