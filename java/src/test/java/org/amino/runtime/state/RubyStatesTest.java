package org.amino.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@Tag("ruby")
@EnabledIf("present")
class RubyStatesTest {
  private static final int STATES = 2000;
  /** A row of the document's tables; the table's first cell says which it is. */
  private static final Pattern ROW = Pattern.compile("\\| (.+?) \\|(?: .*)? \\|");

  /** Two builds whose values are nearly equal, one after another. */
  private static final List<String> PAIRS = List.of("a = +'x'; [a, a]", "[+'x', +'x']", "1.0", "1", "0.0", "-0.0", "[1].freeze", "[1]", "{a: 1, b: 2}", "{b: 2, a: 1}",
      "'x'.b", "+'x'", "Plain.new.extend(Marker)", "Plain.new", "NONE", "Object.new.freeze", "Time.at(0, 1, :nsec)", "Time.at(0)", "Time.at(0).utc", "Time.at(0)",
      "Hash.new(1)", "{}", "{}.compare_by_identity", "{}", "MyArray[1]", "[1]", "(begin; raise 'a'; rescue => e; e; end)", "RuntimeError.new('a')",
      "Broken.new(1, 2)", "Broken.new(1, 3)", "a = []; a << a; a", "[[]]", "Point.new(1)", "Point.new(1).tap { |p| p.instance_variable_set(:@q, 1) }",
      "/a/", "/a/i", "(1..2)", "(1...2)", "key = [1]; h = {key => 2}; key << 3; h", "{[1, 3] => 2}", "Set[1, 2]", "Set[2, 1]", ":a", "+'a'");
  /** As many classes of roots as the fixture has: the number of the program says which. */
  private static final int ROOTS = 12;

  @TempDir Path folder;

  static boolean present() {
    return Workbench.has("ruby");
  }

  @Test
  void statesComeBackAsTheyWereOrAreRefusedWithTheirPlace() throws Exception {
    StateTrial.holds(new RubyStates(), folder, STATES);
  }

  @Test
  void theDescriptionTellsNearlyEqualStatesApart() throws Exception {
    List<StateProgram> programs = new ArrayList<>();
    for (int i = 0; i < PAIRS.size() * ROOTS; i++) {
      programs.add(new StateProgram("State", "", i % ROOTS == 0 ? PAIRS.get(i / ROOTS) + "\n" : "nil\n", Set.of()));
    }
    try (Workbench bench = new Workbench(folder)) {
      bench.file("fixture.rb", new RubyStates().library().get("fixture.rb"));
      bench.file("state.rb", new RubyStates().artifact(programs));
      GuestContext context = bench.open(new GuestFactory.Artifact("hash", "ruby", folder, "state.rb", "State", List.of()));
      for (int i = 0; i < PAIRS.size(); i += 2) {
        Object left = bench.call(bench.create(context, "left" + i, (long) i * ROOTS), "describe");
        Object right = bench.call(bench.create(context, "right" + i, (long) (i + 1) * ROOTS), "describe");
        assertNotEquals(left, right, PAIRS.get(i) + " and " + PAIRS.get(i + 1));
      }
    }
  }

  @Test
  void theDocumentSaysOfEachKindWhetherItIsCaptured() throws Exception {
    Map<String, StateLanguage.Fate> said = new TreeMap<>();
    StateLanguage.Fate fate = null;
    String text = Files.readString(Path.of("../docs/state.md"));
    String ofRuby = text.substring(text.indexOf("\n## Ruby\n") + 1);
    for (String line : ofRuby.substring(0, ofRuby.indexOf("\n## ")).split("\n")) {
      Matcher row = ROW.matcher(line);
      if (!row.matches() || line.startsWith("|---")) {
        continue;
      }
      String kind = row.group(1);
      if (kind.equals("captured") || kind.equals("refused")) {
        fate = kind.equals("captured") ? StateLanguage.Fate.CAPTURED : StateLanguage.Fate.REFUSED;
      } else {
        said.put(kind, fate);
      }
    }
    assertEquals(new TreeMap<>(new RubyStates().kinds()), said);
  }
}
