package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.WorkbenchTest;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

class JsStateTest extends WorkbenchTest {
  private static final String RICH = """
      import { Leaf } from './leaf.js';
      class Node { constructor(value, next) { this.value = value; this.next = next; } sum() { return this.value + (this.next ? this.next.sum() : 0); } }
      function helper() { return 'helped'; }
      export default class Rich {
        constructor() {
          this.list = new Node(1, new Node(2, null));
          this.leaf = new Leaf();
          this.self = this;
          this.map = new Map([['k', new Node(5, null)], [2, undefined]]);
          this.set = new Set([1n, new Date(5)]);
          this.floats = new Float64Array([1.5, -0]);
          this.bytes = new Uint8Array([1, 2]);
          this.same = this.bytes;
          this.big = 2n ** 70n;
          this.nan = NaN;
          this.pattern = /a+/i;
          this.helper = helper;
          this.error = new RangeError('kept');
          this.stub = null;
        }
        keep(stub) { this.stub = stub; }
        check() {
          return [this.list.sum() === 3 && this.list instanceof Node, this.leaf.green(), this.self === this, this.map.get('k').sum() === 5,
            this.map.has(2) && this.map.get(2) === undefined, typeof [...this.set][0] === 'bigint', [...this.set][1].getTime() === 5,
            this.floats instanceof Float64Array && Object.is(this.floats[1], -0), this.same === this.bytes && this.bytes[1] === 2,
            this.big === 2n ** 70n, Number.isNaN(this.nan), this.pattern.test('xAAx'), this.helper() === 'helped',
            this.error instanceof RangeError && this.error.message === 'kept', this.stub instanceof amino.Reference];
        }
      }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"rich.mjs", "rich.js"})
  void fieldsOfAllKindsMoveToAnotherContext(String entry) throws Exception {
    String common = RICH.replace("import { Leaf } from './leaf.js'", "const { Leaf } = require('./leaf.js')").replace("export default", "module.exports =");
    bench.file("leaf.js", entry.endsWith("mjs") ? "export class Leaf { green() { return true; } }" : "class Leaf { green() { return true; } }\nexports.Leaf = Leaf;");
    bench.file(entry, entry.endsWith("mjs") ? RICH : common);
    GuestObject first = bench.create(bench.open("js", entry), "r1");
    bench.call(first, "keep", Workbench.referenceTo("r1"));
    byte[] state = bench.snapshot(first, false);
    GuestObject second = bench.restore(bench.open("js", entry), "r2", state);
    assertEquals(java.util.Collections.nCopies(15, true), bench.call(second, "check"));
    assertArrayEquals(state, bench.snapshot(second, false));
  }

  @Test
  void mapsWhoseKeysAreAllStringsStayMaps() throws Exception {
    bench.file("maps.js", """
        class Named extends Map {}
        class Maps {
          constructor() {
            this.filled = new Map([['b', 1], ['a', new Map([['10', undefined], ['9', [2n]]])]]);
            this.empty = new Map();
            this.same = this.filled;
            this.named = new Named([['x', this.empty]]);
            this.plain = { b: 1 };
          }
          check() {
            const inner = this.filled.get('a');
            return [[...this.filled.keys()].join() === 'b,a', [...inner.keys()].join() === '10,9', inner.get('10') === undefined && inner.get('9')[0] === 2n,
              this.empty instanceof Map && this.empty.size === 0, this.same === this.filled, this.named instanceof Named,
              this.named.get('x') === this.empty && this.named.size === 1, !(this.plain instanceof Map)];
          }
        }
        module.exports = Maps;
        """);
    GuestContext context = bench.open("js", "maps.js");
    byte[] state = bench.snapshot(bench.create(context, "m1"), false);
    GuestObject second = bench.restore(context, "m2", state);
    assertEquals(java.util.Collections.nCopies(8, true), bench.call(second, "check"));
    assertArrayEquals(state, bench.snapshot(second, false));
  }

  @Test
  void whatWouldBeLostIsListed() throws Exception {
    bench.file("lossy.js", """
        class Lossy {
          #secret = 1;
          constructor() { this.n = 1; this.inner = { handler: () => 1 }; this[Symbol('s')] = 2; Object.defineProperty(this, 'acc', {get() { return 1; }, enumerable: true}); }
          get() { return this.n; }
        }
        """);
    GuestContext context = bench.open("js", "lossy.js");
    GuestObject lossy = bench.create(context, "l1");
    GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.snapshot(lossy, false));
    assertEquals("STATE_NOT_CAPTURABLE", refused.code);
    assertEquals(List.of(
        "acc (function: it stands in no module; name it at the top level of a module, or give the class amino_save and amino_load)",
        "[Symbol(s)] (symbol: no module names it; name it at the top level of a module, or use Symbol.for)",
        "inner.handler (function: it stands in no module; name it at the top level of a module, or give the class amino_save and amino_load)"),
        ((Map<?, ?>) refused.details).get("lost"));
    assertEquals(1L, bench.call(bench.restore(context, "l2", bench.snapshot(lossy, true)), "get"));
  }

  @Test
  void anObjectOfAModuleIsNamedOnlyWhileItIsTheSameEverywhere() throws Exception {
    bench.file("cache.js", """
        const cache = {};
        const NONE = {};
        export default class Cached {
          held = cache;
          none = NONE;
          fill() { cache.filled = true; return 0; }
          check() { return [this.held.filled === true, this.held === cache, this.none === NONE]; }
        }
        """);
    GuestObject first = bench.create(bench.open("js", "cache.js"), "c1");
    GuestContext other = bench.open("js", "cache.js");
    GuestObject second = bench.restore(other, "c2", bench.snapshot(first, false));
    assertEquals(List.of(false, true, true), bench.call(second, "check"));
    bench.call(first, "fill");
    GuestObject third = bench.restore(other, "c3", bench.snapshot(first, false));
    assertEquals(List.of(true, false, true), bench.call(third, "check"));
  }

  @Test
  void whatACallPutsIntoAModuleHasNoName() throws Exception {
    bench.file("late.mjs", """
        export let handler = null;
        export default class Late { set() { handler = () => 1; this.handler = handler; return 0; } }
        """);
    GuestObject late = bench.create(bench.open("js", "late.mjs"), "l1");
    bench.snapshot(late, false);
    bench.call(late, "set");
    String refused = assertThrows(GuestFailure.class, () -> bench.snapshot(late, false)).getMessage();
    assertTrue(refused.contains("handler (function: it stands in no module;"), refused);
  }

  @Test
  void anObjectInsideSaysHowItIsSaved() throws Exception {
    bench.file("outer.js", """
        class Inner {
          #n;
          constructor(n) { this.#n = n; }
          get n() { return this.#n; }
          amino_save() { return { n: this.#n, self: this }; }
          amino_load(state) { this.#n = state.n; this.own = state.self === this; }
        }
        export default class Outer {
          inner = new Inner(7);
          same = this.inner;
          check() { return [this.inner.n, this.inner === this.same, this.inner.own]; }
        }
        """);
    GuestContext context = bench.open("js", "outer.js");
    GuestObject second = bench.restore(context, "o2", bench.snapshot(bench.create(context, "o1"), false));
    assertEquals(List.of(7L, true, true), bench.call(second, "check"));
  }

  @Test
  void aClassThatDoesNotComeBackIsRefusedAtTheFirstCapture() throws Exception {
    bench.file("odd.js", """
        class Odd {
          amino_save() { return 1; }
          amino_load() { throw new Error('no way back'); }
        }
        export default class Holder { odd = new Odd(); }
        """);
    GuestObject holder = bench.create(bench.open("js", "odd.js"), "h1");
    String refused = assertThrows(GuestFailure.class, () -> bench.snapshot(holder, false)).getMessage();
    assertTrue(refused.contains("this (Holder: a trial showed that it could not come back: no way back;"), refused);
  }

  @Test
  void referencesAndErrorsOfOtherObjectsKeepWhatTheyAre() throws Exception {
    bench.file("keeper.js", """
        class Keeper {
          kept = [];
          keep(...values) { this.kept.push(...values); return 0; }
          fail(stub) { try { stub.anything(); } catch (error) { this.kept.push(error); } return this.kept.length; }
          same() { return [this.kept[0] === this.kept[1], amino.same(this.kept[0], this.kept[1]), Object.keys(this.kept[2]), this.kept[3] instanceof amino.Error, this.kept[3].code]; }
          back(i) { return this.kept[i]; }
        }
        """);
    GuestContext context = bench.open("js", "keeper.js");
    GuestObject first = bench.create(context, "k1");
    Map<String, Object> turned = new java.util.LinkedHashMap<>();
    turned.put("b", 1L);
    turned.put("10", 2L);
    turned.put("9", 3L);
    bench.call(first, "keep", Workbench.referenceTo("k1"), Workbench.referenceTo("k1"), turned);
    bench.fail("gone", GuestFailure.of("OBJECT_NOT_FOUND", "there is no object gone"));
    bench.call(first, "fail", Workbench.referenceTo("gone"));
    GuestObject second = bench.restore(bench.open("js", "keeper.js"), "k2", bench.snapshot(first, false));
    assertEquals(List.of(true, true, List.of("b", "10", "9"), true, "OBJECT_NOT_FOUND"), bench.call(second, "same"));
    byte[] fourth = PlainValue.encode(List.of(3L));
    assertArrayEquals(bench.callEncoded(first, "back", fourth, null), bench.callEncoded(second, "back", fourth, null));
  }

  @Test
  void statesOfTheFormatValuesAreStillRestored() throws Exception {
    bench.file("old.js", """
        class Leaf {}
        function helper() {}
        export default class Old {
          check() {
            return [this.leaf instanceof Leaf, this.map.get('k') === undefined && this.map instanceof Map, this.big === 12n, this.helper === helper, this.pattern.lastIndex,
              Number.isNaN(this.day.getTime()), this.floats[0] === 1.5, this.same === this.floats];
          }
        }
        """);
    Map<String, Object> map = new java.util.HashMap<>();
    map.put("k", null);
    map.put(null, null);
    Map<String, Object> fields = Map.of("leaf", Map.of(), "map", map, "big", 12L, "helper", 0L, "pattern", List.of(), "day", List.of(), "floats",
        new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf8, 0x3f}, "same", List.of());
    List<Object> marks = List.of(List.of(List.of("leaf"), "class", "/artifact/old.js#Leaf"), List.of(List.of("map", "k"), "undefined", 0L),
        List.of(List.of("map"), "named map", 0L), List.of(List.of("big"), "bigint", 0L), List.of(List.of("helper"), "function", "/artifact/old.js#helper"),
        List.of(List.of("pattern"), "regexp", List.of("a", "g", 3L)), List.of(List.of("day"), "invalid date", 0L),
        List.of(List.of("floats"), "view", "Float64Array"), List.of(List.of("same"), "same", List.of("floats")));
    byte[] state = PlainValue.encode(Map.of("format", "values", "language", "js", "lost", List.of(), "data", Map.of("fields", fields, "marks", marks)));
    GuestObject old = bench.restore(bench.open("js", "old.js"), "o1", state);
    assertEquals(List.of(true, true, true, true, 3L, true, true, true), bench.call(old, "check"));
  }

  @Test
  void hooksComeFirst() throws Exception {
    bench.file("hooked.js", """
        class Hooked {
          #n = 0;
          incr(n) { this.#n += n; return this.#n; }
          amino_save() { return { n: this.#n }; }
          amino_load(state) { this.#n = state.n; }
        }
        """);
    GuestContext context = bench.open("js", "hooked.js");
    GuestObject hooked = bench.create(context, "h1");
    bench.call(hooked, "incr", 4L);
    assertEquals(5L, bench.call(bench.restore(context, "h2", bench.snapshot(hooked, false)), "incr", 1L));
    assertEquals("MEMBER_NOT_FOUND", assertThrows(GuestFailure.class, () -> bench.call(hooked, "amino_save")).code);
  }

  @Test
  void syncReplacesTheStateBehindMembersAlreadyLookedUp() throws Exception {
    bench.file("counter.js", "class Counter { constructor(n) { this.n = n; } get() { return this.n; } }");
    GuestContext context = bench.open("js", "counter.js");
    GuestObject first = bench.create(context, "c1", 1L);
    GuestObject second = bench.create(context, "c2", 2L);
    GuestMember get = first.member("get");
    first.sync(new MsgpackReader(bench.snapshot(second, false)));
    MsgpackWriter out = new MsgpackWriter();
    get.call(Workbench.encoded(), null, out);
    assertEquals(2L, Workbench.plain(out.toByteArray()));
  }
}
