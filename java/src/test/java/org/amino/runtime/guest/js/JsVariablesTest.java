package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import org.amino.runtime.guest.WorkbenchTest;
import org.junit.jupiter.api.Test;

/** What the runtime says of variables that an object's code changes and that no object has. */
class JsVariablesTest extends WorkbenchTest {
  private static final String REST = ", which is no part of the object: it stays behind when the object moves, and begins anew when the object is"
      + " restored; keep it in a field of the object, or give the class amino_save and amino_load";

  /** Such as {@code a.mjs:3 module variable total}. */
  private List<String> told(String entry, String text) throws Exception {
    bench.file(entry, text);
    return bench.open("js", entry).warnings().stream().map(line -> line.replace(REST, "").replace(" changes the ", " ")).collect(Collectors.toList());
  }

  @Test
  void eachVariableIsToldOnceWhereItIsChangedFirst() throws Exception {
    assertEquals(List.of(
        "a.mjs:9 module variable total", "a.mjs:10 class variable Counter.made", "a.mjs:11 module variable last", "a.mjs:12 module variable seen",
        "a.mjs:13 module variable names", "a.mjs:14 module variable settings.level", "a.mjs:15 class variable Counter.table",
        "a.mjs:16 module variable ids", "a.mjs:17 class variable Counter.#hidden", "a.mjs:18 global variable lost",
        "a.mjs:19 class variable Counter.calls", "a.mjs:20 module variable first"), told("a.mjs", """
            let total = 0, last, first, second;
            const seen = new Map(), names = [], settings = { level: 1 };
            function* count() { for (let i = 0; ; i++) yield i; }
            const ids = count();
            export default class Counter {
              static made = 0;
              static table = new Set();
              static #hidden = 0; static calls = 0;
              incr() { total += 1; total++; }
              constructor() { Counter.made++; this.own = 1; }
              set(by) { last = by; }
              see(key) { seen.set(key, 1); }
              name(text) { return (() => names.push(text))(); }
              level(to) { settings.level = to; }
              table(one) { this.constructor.table.add(one); }
              id() { return ids.next().value; }
              hide() { Counter.#hidden = 2; }
              lose() { globalThis.lost = 1; }
              static call() { this.calls += 1; delete this.calls; }
              swap(pair) { [first, second = 1] = pair; for (second of pair); }
            }
            """).stream().filter(line -> !line.endsWith("second")).toList());
  }

  @Test
  void whatIsSetWhileTheFileIsLoadedIsNoChange() throws Exception {
    assertEquals(List.of(), told("a.mjs", """
        let level = 1, table = {}, limit, handler, words;
        level = 2;
        for (const word of ['a', 'b']) table[word] = word.length;
        (() => { limit = 5; })();
        (function () { handler = () => limit; }).call(null);
        ['x'].forEach((word) => { words = word; });
        function prepare() { limit = 6; table.c = 1; }
        prepare();
        var Colour;
        (function (Colour) { Colour[Colour.Red = 0] = 'Red'; })(Colour || (Colour = {}));
        const CONSTANTS = new Map([['a', 1]]), stub = amino.self;
        function others() { const lamp = amino.get('lamp'); lamp.level = 1; }
        const text = `let ${level}`;
        export default class Counter {
          static names = ['a'];
          static { Counter.names = ['b']; this.size = 1; }
          own = 0;
          incr() { this.own += 1; let level = 3; level++; const table = new Map(); table.set(1, 2); for (let limit of []) limit = 1; return limit; }
          read() { return CONSTANTS.get('a') + Counter.names.length + level + text; }
          other(level) { level += 1; words: for (;;) break words; return [...Counter.names].sort(); }
        }
        """));
  }

  @Test
  void aClassThatSavesItselfIsNotToldOfIt() throws Exception {
    assertEquals(List.of(), told("a.mjs", """
        let total = 0;
        export default class Counter { incr() { total += 1; } amino_save() { return total; } amino_load(state) { total = state; } }
        """));
  }

  @Test
  void filesOfCommonJsAndFilesThatAreImportedAreReadPackagesAreNot() throws Exception {
    bench.file("part.js", "let parts = 0;\nexports.next = function () { return ++parts; };");
    bench.file("node_modules/many/index.js", "let inner = 0; exports.many = () => inner++;");
    assertEquals(List.of("a.js:3 module variable total", "part.js:2 module variable parts"), told("a.js", """
        let total = 0; const { next } = require('./part'), { many } = require('many');
        module.exports = class Counter {
          incr() { total += next() + many(); return total; }
        };
        """));
  }

  @Test
  void asManyLinesAsAPersonReads() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      text.append("let v").append(i).append("; export function f").append(i).append("() { v").append(i).append("++; }\n");
    }
    List<String> told = told("a.mjs", text.toString());
    assertEquals(21, told.size());
    assertEquals("the code changes 10 more variables that are no part of the object", told.get(20));
  }
}
