package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest that replaces JavaScript's library changes nothing for the capture of its state (docs/security.md). */
class JsSealedStateTest {
  private static final String PROGRAM = """
      class Leaf { constructor(n) { this.n = n; } }
      const { apply } = Reflect;
      const { get } = Map.prototype;
      const { has } = Set.prototype;
      const { getTime } = Date.prototype;
      const holders = [Map, Set, Date, RegExp, String, Array, Function, Number, BigInt, DataView, ArrayBuffer, Symbol];
      const prototypes = holders.map((holder) => holder.prototype);
      prototypes.push(Object.getPrototypeOf(Uint8Array.prototype), [][Symbol.iterator]().__proto__, WeakMap.prototype);
      const targets = [...prototypes, ...holders, Object, Reflect, JSON, Math];
      const { ownKeys, defineProperty } = Reflect;
      export default class Sealed {
        leaf = new Leaf(1);
        map = new Map([[this.leaf, 'found'], ['\\u20ac', 2n ** 70n]]);
        set = new Set([this.leaf]);
        day = new Date(5);
        floats = new Float64Array([1.5]);
        pattern = /a/g;
        text = '\\u20ac\\ud800';
        sparse = [1, , 3];
        frozen = Object.freeze({ a: this.leaf });
        error = new RangeError('kept');
        replace() {
          const refuse = () => { throw new Error('replaced'); };
          for (let i = 0; i < targets.length; i++) {
            const keys = ownKeys(targets[i]);
            for (let k = 0; k < keys.length; k++) {
              if (keys[k] !== 'constructor' && keys[k] !== 'prototype' && keys[k] !== 'length' && keys[k] !== 'name') {
                defineProperty(targets[i], keys[k], { value: refuse, writable: true });
              }
            }
          }
          return 0;
        }
        break() { this.handler = () => 1; return 0; }
        check() {
          return [apply(get, this.map, [this.leaf]) === 'found', apply(get, this.map, ['\\u20ac']) === 2n ** 70n,
            apply(has, this.set, [this.leaf]), apply(getTime, this.day, []) === 5, this.floats[0] === 1.5,
            this.text === '\\u20ac\\ud800',
            !(1 in this.sparse) && this.sparse[2] === 3, this.frozen.a === this.leaf && this.leaf instanceof Leaf,
            this.error.message === 'kept' && this.pattern.lastIndex === 0];
        }
      }
      """;

  @TempDir Path folder;

  @Test
  void aStateIsCapturedAndRestoredWhateverAGuestReplaces() throws Exception {
    try (Workbench bench = new Workbench(folder)) {
      GuestContext here = bench.file("sealed.mjs", PROGRAM).open("js", "sealed.mjs");
      GuestContext there = bench.open("js", "sealed.mjs");
      GuestObject first = bench.create(here, "s1");
      byte[] before = bench.snapshot(first, false);
      bench.call(first, "replace");
      bench.call(bench.create(there, "s2"), "replace");
      byte[] state = bench.snapshot(first, false);
      assertArrayEquals(before, state);
      GuestObject second = bench.restore(there, "s3", state);
      assertEquals(java.util.Collections.nCopies(9, true), bench.call(second, "check"));
      assertArrayEquals(state, bench.snapshot(second, false));
      bench.call(second, "break");
      GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.snapshot(second, false));
      String lost = "handler (function: it stands in no module; "
          + "name it at the top level of a module, or give the class amino_save and amino_load)";
      assertEquals(List.of(lost), ((Map<?, ?>) refused.details).get("lost"));
    }
  }
}
