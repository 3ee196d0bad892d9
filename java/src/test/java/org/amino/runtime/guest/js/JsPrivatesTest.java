package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.WorkbenchTest;
import org.junit.jupiter.api.Test;

/** Private fields and methods of JavaScript's objects, which no program can list. */
class JsPrivatesTest extends WorkbenchTest {
  private static final String PRIVATE = """
      class Base { #n = 1; #same = 'base'; base() { return [this.#n, this.#same]; } raise() { this.#n += 1; return this; } static of(v) { return v.#n; } }
      class Derived extends Base {
        pattern = /["'`]/; #n = 10; link = `http://x`; #held = { of: this }; #late;
        #step(by) { this.#n += by; return this.#n; }
        get #twice() { return 2 * this.#n; }
        fill(v) { this.#late = v; return 0; }
        all() { return [this.#n, this.#held.of === this, this.#late, this.#step(0), this.#twice, ...this.base()]; }
        step(by) { return this.#step(by); }
      }
      class Keyed extends Map { #default = 7; look(key) { return this.get(key) ?? this.#default; } }
      export default class Box {
        #parts = [new Derived().raise(), new Keyed([['a', 1]]), Object.freeze(new Derived())];
        fill() { const [d] = this.#parts; d.step(5); d.fill(this.#parts[1]); return 0; }
        look() {
          const [d, keyed, frozen] = this.#parts;
          const [n, held, late, ...rest] = d.all();
          return [n, held, late === keyed, ...rest, keyed.look('a'), keyed.look('b'), Object.isFrozen(frozen), frozen.all()[0], Base.of(d), frozen.step(1)];
        }
        inside() { class Inner { #x = 1; x() { return this.#x; } } this.inner = { it: new Inner() }; return 0; }
      }
      """;

  @Test
  void privateFieldsAndMethodsMoveWithTheirObjects() throws Exception {
    bench.file("box.mjs", PRIVATE);
    GuestObject box = bench.create(bench.open("js", "box.mjs"), "b1");
    bench.call(box, "fill");
    byte[] state = bench.snapshot(box, false);
    GuestObject moved = bench.restore(bench.open("js", "box.mjs"), "b2", state);
    assertArrayEquals(state, bench.snapshot(moved, false));
    assertEquals(List.of(15L, true, true, 15L, 30L, 2L, "base", 1L, 7L, true, 10L, 2L, 11L), bench.call(moved, "look"));
    bench.file("box.mjs", PRIVATE.replace("#default", "#other"));
    GuestContext later = bench.open("js", "box.mjs");
    String gone = assertThrows(GuestFailure.class, () -> bench.restore(later, "b3", state)).getMessage();
    assertTrue(gone.contains("#default of Keyed, which the class does not have here"), gone);
    bench.call(box, "inside");
    String refused = assertThrows(GuestFailure.class, () -> bench.snapshot(box, false)).getMessage();
    assertTrue(refused.contains("inner.it.#x (Inner: a private field, and its class stands in no module"), refused);
  }
}
