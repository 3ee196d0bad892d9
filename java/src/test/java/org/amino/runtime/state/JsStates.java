package org.amino.runtime.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Programs whose states have every kind of thing that JavaScript has ({@link JsKinds}): some objects are made, then
 * each is given others, earlier or later ones, so that things are shared and lead back to themselves; some are at the
 * end of a long chain.
 */
final class JsStates implements StateLanguage {
  private static final String DEEP = "5,000 objects, each in the next";
  private static final String[] LINKS = {
    "{ next: d }", "[d]", "new Map([['k', d]])", "new Set([d])", "new Point(d, 1)"};
  private static final List<JsKinds.Made> CAPTURED = made().filter(JsKinds.Made::captured).toList();
  private static final List<JsKinds.Made> ALL = made().toList();
  private static final List<JsKinds.Atom> CAPTURED_ATOMS =
      JsKinds.ATOMS.stream().filter(JsKinds.Atom::captured).toList();

  private static Stream<JsKinds.Made> made() {
    return Stream.of(JsKinds.OBJECTS, JsKinds.CONTAINERS, JsKinds.BUILT_IN).flatMap(List::stream);
  }

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
    JsKinds.ATOMS.forEach(atom -> kinds.put(atom.kind(), fate(atom.captured())));
    ALL.forEach(made -> kinds.put(made.kind(), fate(made.captured())));
    kinds.put(DEEP, Fate.CAPTURED);
    JsKinds.ROOTS.forEach(root -> kinds.put(root.kind(), fate(root.captured())));
    return kinds;
  }

  /** A class of roots has a context of its own in each process: fewer artifacts, fewer contexts. */
  @Override
  public int batch() {
    return 1000;
  }

  private static Fate fate(boolean captured) {
    return captured ? Fate.CAPTURED : Fate.REFUSED;
  }

  @Override
  public StateProgram generate(Random random) {
    return new Program(random).generate();
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
    return text.append("];\n").toString();
  }

  /** One program in the making. Of five, one may have things that are refused. */
  private static final class Program {
    private final Random random;
    private final boolean anything;
    private final Set<String> kinds = new LinkedHashSet<>();
    private final StringBuilder text = new StringBuilder();
    private final List<JsKinds.Made> variables = new ArrayList<>();

    Program(Random random) {
      this.random = random;
      anything = random.nextInt(5) == 0;
    }

    StateProgram generate() {
      int count = 1 + random.nextInt(7);
      for (int i = 0; i < count; i++) {
        JsKinds.Made made = one(anything ? ALL : CAPTURED);
        text.append("const v").append(i).append(" = ").append(filled(made.made(), i)).append(";\n");
        kinds.add(made.kind());
        variables.add(made);
      }
      for (int i = random.nextInt(3 * count); i > 0; i--) {
        int target = random.nextInt(count);
        String given = variables.get(target).given();
        if (!given.isEmpty()) {
          text.append(filled(given, count).replace("$", "v" + target)).append('\n');
        }
      }
      for (int i = 0; i < count; i++) {
        text.append(variables.get(i).done().replace("$", "v" + i)).append('\n');
      }
      boolean deep = random.nextInt(60) == 0;
      if (deep) {
        kinds.add(DEEP);
        text.append("let d = v0;\nfor (let i = 0; i < 5000; i++) d = ").append(one(List.of(LINKS))).append(";\n");
      }
      text.append("return [").append(deep ? "d" : "v0");
      for (int i = 1; i < count; i++) {
        text.append(", v").append(i);
      }
      return new StateProgram(root(), "", text.append("];\n").toString(), kinds);
    }

    /** Each `%` becomes a value, each `@` a number. */
    private String filled(String pattern, int variablesSoFar) {
      StringBuilder filled = new StringBuilder();
      for (char c : pattern.toCharArray()) {
        if (c == '%') {
          filled.append(value(variablesSoFar));
        } else if (c == '@') {
          filled.append(random.nextInt(1000));
        } else {
          filled.append(c);
        }
      }
      return filled.toString();
    }

    private String value(int variablesSoFar) {
      if (variablesSoFar > 0 && random.nextInt(2) == 0) {
        return "v" + random.nextInt(variablesSoFar);
      }
      JsKinds.Atom atom = one(anything ? JsKinds.ATOMS : CAPTURED_ATOMS);
      kinds.add(atom.kind());
      return atom.text();
    }

    private String root() {
      if (random.nextInt(4) > 0) {
        return "State";
      }
      JsKinds.Root root = one(JsKinds.ROOTS);
      if (!root.captured() && !anything) {
        return "State";
      }
      kinds.add(root.kind());
      return root.className();
    }

    private <T> T one(List<T> all) {
      return all.get(random.nextInt(all.size()));
    }
  }
}
