package org.amino.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@Tag("python")
@EnabledIf("present")
class PythonStatesTest {
  private static final int STATES = 2000;

  @TempDir Path folder;

  static boolean present() {
    return Workbench.has("python");
  }

  @Test
  void statesComeBackAsTheyWereOrAreRefusedWithTheirPlace() throws Exception {
    StateTrial.holds(new PythonStates(), folder, STATES);
  }

  @Test
  void thePageListsTheKindsThatAreTried() throws Exception {
    assertEquals(new PythonStates().kinds().entrySet().stream().toList(),
        StateDocument.kinds("Python").entrySet().stream().toList());
  }

  /** Each row is two states that differ in one thing; a description that does not tell them apart would pass a fault
   * of the encoder. */
  @Test
  void theDescriptionTellsNearlyEqualStatesApart() throws Exception {
    List<List<String>> pairs = List.of(
        List.of("0.0", "-0.0"), List.of("1", "1.0"), List.of("1", "True"), List.of("[v, v]", "[v, copy.copy(v)]"),
            List.of("(v, [v])", "([], [v])"),
        List.of("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}"), List.of("[1]", "(1,)"), List.of("ListOf('t')", "['t']"),
            List.of("b'a'", "bytearray(b'a')"),
        List.of("collections.OrderedDict(a=1)", "{'a': 1}"), List.of("collections.deque([1], 3)",
            "collections.deque([1], 4)"),
        List.of("collections.defaultdict(list)", "collections.defaultdict(dict)"), List.of("Text('a', 1)", "'a'"),
            List.of("Text('a', 1)", "Text('a', 2)"),
        List.of("Real(0.1, 1)", "Real(0.1 + 2 ** -56, 1)"), List.of("OwnError(1, 'a')", "OwnError(2, 'a')"),
            List.of("KeyError('a')", "LookupError('a')"),
        List.of("raised(1)", "KeyError('outer')"), List.of("OSError(2, 'm', 'f')", "OSError(2, 'm', 'g')"),
            List.of("SENTINEL", "object()"),
        List.of("NOTHING", "Nothing()"), List.of("Thing()", "changed()"), List.of("Frozen(1, 2)", "FrozenSlots(1, 2)"),
            List.of("decimal.Decimal('1.0')", "decimal.Decimal('1.00')"),
        List.of("datetime.time(1, fold=1)", "datetime.time(1)"), List.of("rolled(1, 2)", "rolled(1, 3)"),
            List.of("re.compile('a', re.I)", "re.compile('a')"),
        List.of("advanced(iter([1, 2]), 1)", "iter([1, 2])"), List.of("functools.partial(top, 1)",
            "functools.partial(top, a=1)"), List.of("v.append", "[].append"),
        List.of("views(bytearray(b'0123456789'))", "[bytearray(b'0123456789'), *views(bytearray(b'0123456789'))[1:]]"),
        List.of("array.array('d', [1])", "array.array('f', [1])"), List.of("Color.RED", "1"),
            List.of("Access.READ | Access.RUN", "Access.READ"),
        List.of("deep_list(5000)", "deep_list(5001)"), List.of("[v, v[:]]", "[v[:], v]"), List.of("io.BytesIO(b'a')",
            "io.BytesIO(b'b')"),
        List.of("float('inf')", "1e308"), List.of("int | str", "int | bytes"), List.of("Thing().method",
            "Other().method"), List.of("'\\ud800'", "'\\ud801'"));
    try (Workbench bench = new Workbench(folder)) {
      bench.file("state.py", StateFixtures.text("python.py", "python_builders.py", "python_description.py") + """

          import copy

          class State:
              def __init__(self, number=0):
                  pass

              def differ(self, one, other):
                  v = []
                  return describe([eval(one), v]) != describe([eval(other), v])
          """);
      GuestObject state = bench.create(bench.open(new GuestFactory.Artifact("hash", "python", folder, "state.py",
          "State", List.of())), "state");
      for (List<String> pair : pairs) {
        assertEquals(true, bench.call(state, "differ", pair.get(0), pair.get(1)), pair.toString());
        assertEquals(false, bench.call(state, "differ", pair.get(0), pair.get(0)), pair.get(0));
      }
    }
  }
}
