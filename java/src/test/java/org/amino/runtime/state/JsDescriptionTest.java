package org.amino.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge is judged: the fixture's description tells states apart that differ in one thing, and only such. */
class JsDescriptionTest {
  /** By turns: a state, and another that differs from it in what a capture may lose. */
  private static final List<String> PAIRS = List.of(
      "[0]", "[-0]", "[NaN]", "[undefined]", "[undefined]", "[,]", "[null]", "[undefined]", "[1]", "[1n]",
      "[1.5]", "[1.5000000000000002]", "['a']", "[Object('a')]", "['\\ud800']", "['\\ufffd']",
      "[{}]", "[Object.create(null)]", "[{ a: 1, b: 2 }]", "[{ b: 2, a: 1 }]",
      "(() => { const o = {}; return [o, o]; })()", "[{}, {}]",
      "(() => { const o = []; o.push(o); return o; })()", "[[]]",
      "[Object.freeze({ a: 1 })]", "[Object.seal({ a: 1 })]", "[Object.preventExtensions([])]", "[[]]",
      "[Object.defineProperty({}, 'a', { value: 1 })]", "[{ a: 1 }]",
      "[Object.defineProperty({}, 'a', { get: readIt })]", "[{}]",
      "[Object.defineProperty({}, 'a', { get: readIt })]", "[Object.defineProperty({}, 'a', { get: double })]",
      "[new Map([[1, 2]])]", "[new Map()]", "[new Map([[1, 2], [3, 4]])]", "[new Map([[3, 4], [1, 2]])]",
      "[new Table()]", "[new Map()]", "[new Set([1, 2])]", "[new Set([2, 1])]", "[new Date(5)]", "[new Date(6)]",
      "[/a/g]", "[/a/]", "[Object.assign(/a/g, { lastIndex: 1 })]", "[/a/g]",
      "(() => { const b = new ArrayBuffer(2); return [new Uint8Array(b), new Uint8Array(b)]; })()",
          "[new Uint8Array(2), new Uint8Array(2)]", "[new Uint8Array([1])]", "[new Uint8Array([2])]",
      "[new Int8Array(1)]", "[new Uint8Array(1)]",
      "[new ArrayBuffer(1, { maxByteLength: 2 })]", "[new ArrayBuffer(1)]", "[new Point(1, 2)]", "[{ x: 1, y: 2 }]",
      "[new Hooked(1)]", "[new Hooked(2)]", "[new Guarded(1)]", "[new Guarded(2)]",
      "[new Guarded(1)]", "[Object.assign(Object.create(Guarded.prototype), { open: 1 })]",
      "[Object.assign([1], { extra: 1 })]", "[[1]]", "[NONE]", "[Symbol('none')]", "[MISSING]", "[{}]",
      "[Symbol.for('k')]", "[Symbol('k')]", "[Object.create({ base: 1 })]", "[Object.create({ base: 2 })]",
      "[{ [NONE]: 1 }]", "[{ [NONE]: 2 }]",
      "(() => { const e = new Error('a'); e.cause = 1; e.stack = ''; return [e]; })()",
          "(() => { const e = new Error('a'); e.stack = ''; return [e]; })()", "[new Amount(1)]", "[new Number(1)]",
      "[new Amount(1)]", "[new Amount(2)]");

  @TempDir Path folder;

  @Test
  void statesThatDifferInOneThingHaveTwoDescriptions() throws Exception {
    List<StateProgram> programs = new ArrayList<>();
    for (String pair : PAIRS) {
      programs.add(new StateProgram("State", "", "return " + pair + ";\n", Set.of()));
    }
    JsStates language = new JsStates();
    try (Workbench bench = new Workbench(folder)) {
      bench.file(language.entry(), language.artifact(programs));
      String entry = language.entry();
      GuestContext context = bench.open(new GuestFactory.Artifact("hash", "js", folder, entry, "State", List.of()));
      for (int i = 0; i < PAIRS.size(); i += 2) {
        Object one = bench.call(bench.create(context, "a", (long) i), "describe");
        assertEquals(one, bench.call(bench.create(context, "b", (long) i), "describe"), PAIRS.get(i));
        assertNotEquals(one, bench.call(bench.create(context, "c", (long) i + 1), "describe"), PAIRS.get(i));
      }
    }
  }
}
