package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription.Member;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsModuleTest {
  @TempDir Path folder;
  private Workbench bench;

  @BeforeEach
  void packages() throws Exception {
    bench = new Workbench(folder);
    bench.file("lib/a.js", "export const x = 41;").file("d.json", "{\"k\":7}");
    bench.file("node_modules/esm/package.json", "{\"type\":\"module\",\"exports\":{\".\":{\"import\":\"./m.js\"},\"./sub/*\":\"./s/*.js\"}}");
    bench.file("node_modules/esm/m.js", "export default () => 1000;").file("node_modules/esm/s/one.js", "export const one = 1;");
    bench.file("node_modules/cjs/package.json", "{\"main\":\"./lib/\"}");
    bench.file("node_modules/cjs/lib/index.js", "'use strict'; exports.f = () => require('./b').g(); exports.deep = require('inner');");
    bench.file("node_modules/cjs/lib/b.js", "exports.g = () => 20000;");
    bench.file("node_modules/cjs/node_modules/inner/index.js", "module.exports = 'inner';");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private GuestObject object(String entry) throws Exception {
    return bench.create(bench.open("js", entry), "o-" + entry);
  }

  @Test
  void modulesImportFilesAndPackages() throws Exception {
    bench.file("main.mjs", """
        import { x } from './lib/a.js';
        import esm from 'esm';
        import { one } from 'esm/sub/one';
        import cjs, { f } from 'cjs';
        export default class Main { sum() { return [x, esm(), one, cjs.f(), f(), cjs.deep]; } }
        """);
    assertEquals(List.of(41L, 1000L, 1L, 20000L, 20000L, "inner"), bench.call(object("main.mjs"), "sum"));
  }

  @Test
  void theEngineSaysWhetherAFileIsAModule() throws Exception {
    // A text of this kind is in lodash: what looks like a comment is none, and what looks like an export is one.
    bench.file("node_modules/marks/index.js", "const open = '/*';\n/*\nexport default 1\n*/\nmodule.exports = { name: open };\nconst close = '*/';\n");
    bench.file("node_modules/hidden/index.js", "const open = '/*'; export const name = 'es'; const close = '*/';\n");
    bench.file("main.mjs", """
        import marks from 'marks';
        import { name } from 'hidden';
        export default class Main { names() { return [marks.name, name]; } }
        """);
    assertEquals(List.of("/*", "es"), bench.call(object("main.mjs"), "names"));
  }

  @Test
  void packagesGiveTheirVariantForBrowsers() throws Exception {
    bench.file("node_modules/both/package.json", "{\"exports\":{\".\":{\"node\":\"./node.js\",\"browser\":\"./web.js\",\"default\":\"./web.js\"},"
        + "\"./plain\":{\"node\":\"./node.js\",\"worker\":\"./plain.js\",\"browser\":\"./page.js\",\"default\":\"./plain.js\"}}}");
    bench.file("node_modules/both/page.js", "exports.from = document.title;");
    bench.file("node_modules/both/node.js", "require('node:crypto');").file("node_modules/both/web.js", "exports.from = 'web';");
    bench.file("node_modules/both/plain.js", "exports.from = 'plain';");
    bench.file("main.mjs", "import { from } from 'both'; import p from 'both/plain'; export default class Main { from() { return [from, p.from]; } }");
    bench.file("main.cjs", "module.exports = class Main { from() { return [require('both').from, require('both/plain').from]; } }");
    assertEquals(List.of("web", "plain"), bench.call(object("main.mjs"), "from"));
    assertEquals(List.of("web", "plain"), bench.call(object("main.cjs"), "from"));
  }

  @Test
  void whatAPackageDoesNotExportMayStandInAState() throws Exception {
    bench.file("node_modules/zones/package.json", "{\"type\":\"module\"}");
    bench.file("node_modules/zones/index.js", """
        class Zone { constructor(name) { this.name = name; } }
        const tools = { kind: { test: /a/, make: (name) => new Zone(name) } };
        export const make = (name) => tools.kind.make(name);
        export const kind = () => tools.kind;
        export const change = () => { tools.kind.more = 1; };
        """);
    bench.file("main.mjs", """
        import * as all from 'zones';
        const { make, kind, change } = all;
        export default class Main {
          keep() { this.zone = make('x'); this.kind = kind(); return Object.keys(all); }
          look() { return [this.zone.constructor.name, this.zone instanceof make('y').constructor, this.kind === kind(), this.kind.make('z').name]; }
          spoil() { change(); }
        }
        """);
    GuestObject first = object("main.mjs");
    assertEquals(List.of("change", "kind", "make"), bench.call(first, "keep"));
    GuestContext other = bench.open("js", "main.mjs");
    GuestObject moved = bench.restore(other, "moved", bench.snapshot(first, false));
    assertEquals(List.of("Zone", true, true, "z"), bench.call(moved, "look"));
    byte[] before = bench.snapshot(first, false);
    bench.call(moved, "spoil");
    GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.restore(other, "late", before));
    assertTrue(refused.getMessage().contains("has been changed here"), refused.getMessage());
    assertEquals(List.of("Zone", true, false, "z"), bench.call(bench.restore(bench.open("js", "main.mjs"), "copy", bench.snapshot(moved, false)), "look"));
  }

  @Test
  void commonJsRequires() throws Exception {
    bench.file("main.cjs", """
        const { f } = require('cjs');
        const data = require('./d.json');
        module.exports = class Main { sum() { return f() + data.k; } };
        """);
    assertEquals(20007L, bench.call(object("main.cjs"), "sum"));
    bench.file("lost.js", "const fs = require('fs'); module.exports = class {};");
    GuestFailure missing = assertThrows(GuestFailure.class, () -> object("lost.js"));
    assertEquals("ARTIFACT_INVALID", missing.code);
    assertTrue(missing.getMessage().contains("Cannot find module 'fs'"), missing.getMessage());
  }

  @Test
  void wordsOfACommentNameNothing() throws Exception {
    bench.file("words.js", "// a class for what a function if or a class interface names\nclass Kept {}\nmodule.exports = class Main { sum() { return 1; } };");
    assertEquals(1L, bench.call(object("words.js"), "sum"));
  }

  @Test
  void whatAnImportedCommonJsFileThrowsIsTheArtifactsError() throws Exception {
    bench.file("throws.cjs", "throw new RangeError('not at load');");
    bench.file("imports.mjs", "import x from './throws.cjs'; export default class Main {}");
    GuestFailure refused = assertThrows(GuestFailure.class, () -> object("imports.mjs"));
    assertEquals("ARTIFACT_INVALID", refused.code);
    assertTrue(refused.getMessage().contains("RangeError: not at load"), refused.getMessage());
  }

  @Test
  void functionsMakeAnObject() throws Exception {
    bench.file("tools.mjs", "let n = 0; export function add(a, b) { return a + b; }\nexport const next = () => ++n;\nfunction hidden() {}");
    bench.file("one.js", "module.exports = function shout(text) { return text + '!'; };");
    bench.file("script.js", "let n = 0;\nfunction next() { return ++n; }");
    GuestObject tools = object("tools.mjs");
    assertEquals(3L, bench.call(tools, "add", 1L, 2L));
    assertEquals(1L, bench.call(tools, "next"));
    assertEquals("MEMBER_NOT_FOUND", assertThrows(GuestFailure.class, () -> bench.call(tools, "hidden")).code);
    assertEquals("a!", bench.call(object("one.js"), "shout", "a"));
    assertEquals(1L, bench.call(object("script.js"), "next"));
    List<String> names = bench.open("js", "tools.mjs").describe().members().stream().map(Member::name).toList();
    assertEquals(List.of("add", "next"), names);
  }

  @Test
  void inheritedMembersCountAndObjectsOwnDoNot() throws Exception {
    bench.file("heir.js", "class Base { hello() { return 'base'; } }\nclass Heir extends Base { bye() { return 'heir'; } }");
    GuestObject heir = object("heir.js");
    assertEquals("base", bench.call(heir, "hello"));
    assertEquals("MEMBER_NOT_FOUND", assertThrows(GuestFailure.class, () -> bench.call(heir, "toString")).code);
  }
}
