package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
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
