package org.amino.runtime.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Programs whose states have every kind of thing that JavaScript has: some objects are made, then each is given others, earlier or later ones. */
final class JsStates implements StateLanguage {
  private static final String[] NUMBERS = {"0", "-0", "1.5", "NaN", "Infinity", "-Infinity", "5e-324", "2 ** 53", "-(2 ** 31)", "1e-7"};

  /** An object of a kind: how it is made, and how it is given a value; `$` stands for the object, `%` for the value, `@` for a number. */
  private record Shell(String kind, String made, String given) {}

  private static final List<Shell> SHELLS = List.of(
      new Shell("object", "{}", "$.f@ = %;"),
      new Shell("array", "[]", "$.push(%);"),
      new Shell("date", "new Date(@)", ""));

  @Override
  public String id() {
    return "js";
  }

  @Override
  public String entry() {
    return "state.js";
  }

  @Override
  public Map<String, Fate> kinds() {
    Map<String, Fate> kinds = new LinkedHashMap<>();
    kinds.put("number", Fate.CAPTURED);
    for (Shell shell : SHELLS) {
      kinds.put(shell.kind(), Fate.CAPTURED);
    }
    return kinds;
  }

  @Override
  public StateProgram generate(Random random) {
    Set<String> kinds = new LinkedHashSet<>();
    StringBuilder build = new StringBuilder();
    List<Shell> made = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      Shell shell = SHELLS.get(random.nextInt(SHELLS.size()));
      kinds.add(shell.kind());
      made.add(shell);
      build.append("const v").append(i).append(" = ").append(shell.made().replace("@", Integer.toString(random.nextInt(1000)))).append(";\n");
    }
    for (int i = random.nextInt(3 * count); i > 0; i--) {
      int target = random.nextInt(count);
      boolean number = random.nextInt(3) == 0;
      String value = number ? NUMBERS[random.nextInt(NUMBERS.length)] : "v" + random.nextInt(count);
      if (number && !made.get(target).given().isEmpty()) {
        kinds.add("number");
      }
      build.append(made.get(target).given().replace("$", "v" + target).replace("@", Integer.toString(i)).replace("%", value)).append("\n");
    }
    build.append("return [");
    for (int i = 0; i < count; i++) {
      build.append(i == 0 ? "v" : ", v").append(i);
    }
    return new StateProgram("State", "", build.append("];\n").toString(), kinds);
  }

  @Override
  public String artifact(List<StateProgram> programs) {
    StringBuilder text = new StringBuilder(StateFixtures.text("js.js"));
    for (StateProgram program : programs) {
      text.append(program.declarations());
    }
    text.append("const BUILDS = [\n");
    for (StateProgram program : programs) {
      text.append("() => {\n").append(program.build()).append("},\n");
    }
    return text.append("];\nmodule.exports = { State };\n").toString();
  }
}
