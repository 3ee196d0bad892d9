package org.amino.runtime.state;

import java.util.List;

/** The kinds of things that a state of JavaScript may have, each with programs that make one. */
final class JsKinds {
  /**
   * An object of a kind.
   *
   * @param made an expression; `@` stands for a number, `%` for an earlier value
   * @param given a statement that gives the object `$` a value `%`; empty where it takes none
   * @param done a statement at the end of the program
   */
  record Made(String kind, boolean captured, String made, String given, String done) {}

  /** A value without identity, or with a name: an expression. */
  record Atom(String kind, boolean captured, String text) {}

  /** A class of the fixture whose instance is the root. */
  record Root(String kind, boolean captured, String className) {}

  private static final String FIELD = "$.f@ = %;";

  static final List<Atom> ATOMS = List.of(
      new Atom("undefined", true, "undefined"), new Atom("null, booleans", true, "null"),
      new Atom("null, booleans", true, "true"), new Atom("null, booleans", true, "false"),
      new Atom("numbers, all bits", true, "0"), new Atom("numbers, all bits", true, "-0"),
      new Atom("numbers, all bits", true, "1.5"), new Atom("numbers, all bits", true, "NaN"),
      new Atom("numbers, all bits", true, "-Infinity"), new Atom("numbers, all bits", true, "5e-324"),
      new Atom("numbers, all bits", true, "2 ** 53"), new Atom("numbers, all bits", true, "-(2 ** 53 - 1)"),
      new Atom("numbers, all bits", true, "1.0e-7"), new Atom("numbers, all bits", true, "2 ** 31"),
      new Atom("numbers, all bits", true, "1234567890123"), new Atom("numbers, all bits", true, "-129"),
      new Atom("bigint", true, "0n"), new Atom("bigint", true, "-(2n ** 70n)"),
      new Atom("bigint", true, "12345678901234567890123n"), new Atom("string", true, "''"),
      new Atom("string", true, "'a\\u0000b'"), new Atom("string", true, "'\\u00e4\\u20ac\\u{1f600}'"),
      new Atom("string", true, "'long '.repeat(300)"), new Atom("string, lone surrogate", true, "'\\ud800'"),
      new Atom("string, lone surrogate", true, "'a\\udc00\\ud800'"),
      new Atom("symbol, well-known", true, "Symbol.iterator"),
      new Atom("symbol, registered", true, "Symbol.for('k')"), new Atom("symbol, of a module", true, "NONE"),
      new Atom("object, of a module, empty or frozen", true, "MISSING"),
      new Atom("object, of a module, empty or frozen", true, "EMPTY"),
      new Atom("function or class, of a module", true, "double"),
      new Atom("function or class, of a module", true, "Point"),
      new Atom("function or class, of JavaScript's library", true, "Map"),
      new Atom("function or class, of JavaScript's library", true, "Array.prototype.map"),
      new Atom("function or class, of JavaScript's library", true, "Math"),
      new Atom("function, in no module", false, "(() => 1)"),
      new Atom("function, bound", false, "double.bind(null, 1)"),
      new Atom("symbol, local", false, "Symbol('local')"));

  static final List<Made> OBJECTS = List.of(
      new Made("object", true, "{}", FIELD, ""), new Made("object", true, "{ a: 1, b: 'x', c: % }", FIELD, ""),
      new Made("object", true, "{ 10: 'ten', 2: 'two', 'odd key': %, '': 0 }", "$['k ' + @] = %;", ""),
      new Made("object", true, "Object.fromEntries(Array.from({ length: 200 }, (_, i) => ['k' + i, i]))", FIELD,
          "delete $.k7;"),
      new Made("object, __proto__ as a key", true,
          "withProtoKey()",
          FIELD, ""),
      new Made("object without prototype", true, "Object.create(null)", FIELD, ""),
      new Made("object, another object as its prototype", true, "Object.create({ base: % })", FIELD, ""),
      new Made("object, symbols as keys", true, "{ [Symbol.for('k')]: % }", "$[NONE] = %;", ""),
      new Made("object, frozen", true, "{}", FIELD, "Object.freeze($);"),
      new Made("object, sealed", true, "{ s: 1 }", FIELD, "Object.seal($);"),
      new Made("object, takes no fields", true, "new Point(1, 2)", FIELD, "Object.preventExtensions($);"),
      new Made("object, flags of properties", true,
          "Object.defineProperty({}, 'hidden', { value: %, enumerable: false })", FIELD,
          "Object.defineProperty($, 'fixed', { value: 1, writable: false, enumerable: true });"),
      new Made("object, accessors of functions of a module", true,
          "Object.defineProperty({}, 'a', { get: readIt, set: writeIt, configurable: true })", FIELD, ""),
      new Made("object, other accessors", false, "{ get a() { return 1; } }", FIELD, ""),
      new Made("instance", true, "new Point(@, %)", FIELD, ""),
      new Made("instance", true, "new Space(%, @)", FIELD, ""),
      new Made("instance", true, "new Legacy(%)", FIELD, "delete $.x;"),
      new Made("instance with amino_save and amino_load", true, "new Hooked(%)", "$.hold(%);", ""),
      new Made("instance with private fields", true, "new Guarded(%)", FIELD, ""),
      new Made("instance with private fields", true, "new Hardly()", FIELD, ""),
      new Made("instance with private methods", true, "new Methodical()", FIELD, ""),
      new Made("instance of a class in no module", false, "new (class Local {})()", FIELD, ""),
      new Made("key of a WeakMap", false, "(() => { const key = {}; partners.set(key, 1); return key; })()", FIELD,
          ""));

  static final List<Made> CONTAINERS = List.of(
      new Made("array", true, "[]", "$.push(%);", ""), new Made("array", true, "[1, 2.5, %]", "$[0] = %;", ""),
      new Made("array", true, "[1, 2, 3]", "", ""),
      new Made("array, holes", true, "[, %, , undefined, ,]", "$[@] = %;", ""),
      new Made("array, sparse", true, "[]", "$[4294967290 - @] = %;", ""),
      new Made("array, sparse", true, "[]", "$[20000] = %;", ""),
      new Made("array, own fields", true, "Object.assign([1, %], { extra: 1 })", FIELD, ""),
      new Made("array, own fields", true, "/(?<y>b)(c)?/d.exec('abd')", FIELD, ""),
      new Made("array, frozen or sealed", true, "[% ]", "$.push(%);", "Object.freeze($);"),
      new Made("array, frozen or sealed", true, "[]", "$.push(%);", "Object.seal($);"),
      new Made("array, flags of items", true, "Object.defineProperty([1, %, 3], 1, { writable: false })", FIELD, ""),
      new Made("array, flags of items", true, "Object.defineProperty([1, %], 'length', { writable: false })", FIELD,
          ""),
      new Made("array, subclass", true, "Row.from([%, 2])", "$.push(%);", ""),
      new Made("Map", true, "new Map()", "$.set(%, @);", ""),
      new Made("Map", true, "new Map([[undefined, %], [1n, 2], [NaN, 3], ['k', 4]])", "$.set(@, %);", ""),
      new Made("Map, subclass or own fields", true, "new Table([[%, 1]])", "$.set('k', %).f = @;", ""),
      new Made("Set", true, "new Set([undefined, 1n, %])", "$.add(%);", "$.delete(1n);"),
      new Made("Set, subclass or own fields", true, "new Bag()", "$.add(%).f = @;", ""));

  static final List<Made> BUILT_IN = List.of(
      new Made("Date", true, "new Date(@)", FIELD, ""), new Made("Date, invalid", true, "new Date(NaN)", "", ""),
      new Made("Date, subclass", true, "new Moment(-@)", FIELD, ""),
      new Made("RegExp with lastIndex", true, "/a(b)?[\"'`/]/dgimsuy", "$.lastIndex = @;", ""),
      new Made("RegExp, subclass", true, "new Pattern('(?<n>a)\\n/', 'gv')", FIELD, ""),
      new Made("ArrayBuffer, also resizable", true, "new ArrayBuffer(9)", FIELD, ""),
      new Made("ArrayBuffer, also resizable", true, "new ArrayBuffer(3, { maxByteLength: 10 })", "", ""),
      new Made("ArrayBuffer, subclass", true, "new Shelf(2)", FIELD, ""),
      new Made("SharedArrayBuffer", true, "new SharedArrayBuffer(4)", FIELD, ""),
      new Made("typed array", true, "new Int8Array([-1, 2])", FIELD, ""),
      new Made("typed array", true, "new Float32Array([1.5, -0])", "", ""),
      new Made("typed array", true, "new Float16Array([1.5, -0])", "", ""),
      new Made("typed array", true, "new BigInt64Array([-1n])", "", ""),
      new Made("typed array", true, "new Uint8ClampedArray([300])", "", ""),
      new Made("typed arrays, views of one buffer", true,
          "viewsOfOne()",
          "$[0][1] = @;", ""),
      new Made("typed array, subclass", true, "new Octets([1, 2, 3])", FIELD, ""),
      new Made("DataView", true, "new DataView(new ArrayBuffer(4), 1)", FIELD, ""),
      new Made("DataView", true, "new Glance(new ArrayBuffer(4))", FIELD, ""),
      new Made("view of a resizable buffer", false, "new Uint8Array(new ArrayBuffer(3, { maxByteLength: 10 }))", "",
          ""),
      new Made("ArrayBuffer, detached", false, "(() => { const b = new ArrayBuffer(3); b.transfer(); return b; })()",
          "", ""),
      new Made("error, with cause and fields", true, "new Error('e @', { cause: % })", FIELD, ""),
      new Made("error, with cause and fields", true, "new RangeError()", FIELD, ""),
      new Made("error, with cause and fields", true, "new AggregateError([%], 'all')", FIELD, ""),
      new Made("error, thrown", true, "(() => { try { null.x; } catch (e) { return e; } })()", FIELD, ""),
      new Made("error, subclass with another constructor", true, "new Fault(@, %)", FIELD, ""),
      new Made("amino.Error", true, "new amino.Error('ours', { details: { d: 1 } })", FIELD, ""),
      new Made("boxed number, string, boolean, bigint, symbol", true, "Object(1.5)", FIELD, ""),
      new Made("boxed number, string, boolean, bigint, symbol", true, "Object('te')", FIELD, ""),
      new Made("boxed number, string, boolean, bigint, symbol", true, "Object(true)", FIELD, ""),
      new Made("boxed number, string, boolean, bigint, symbol", true, "Object(2n)", FIELD, ""),
      new Made("boxed number, string, boolean, bigint, symbol", true, "Object(Symbol.for('k'))", FIELD, ""),
      new Made("boxed, subclass", true, "new Text('tx')", FIELD, ""),
      new Made("boxed, subclass", true, "new Amount(-0)", FIELD, ""),
      new Made("amino.Timestamp, amino.Duration, amino.Named", true, "new amino.Timestamp(@)", "", ""),
      new Made("amino.Timestamp, amino.Duration, amino.Named", true, "new amino.Named('n', %)", "", ""),
      new Made("Promise", false, "Promise.resolve(1)", FIELD, ""),
      new Made("Promise", false, "new Wish(() => {})", "", ""),
      new Made("WeakMap, WeakSet, WeakRef", false, "new WeakMap()", FIELD, ""),
      new Made("WeakMap, WeakSet, WeakRef", false, "new WeakSet()", FIELD, ""),
      new Made("WeakMap, WeakSet, WeakRef", false, "new WeakRef({})", "", ""),
      new Made("generator, iterator", false, "(function* () { yield 1; })()", "", ""),
      new Made("generator, iterator", false, "[1, 2].values()", "", ""),
      new Made("generator, iterator", false, "'ab'.matchAll(/a/g)", "", ""),
      new Made("Proxy", false, "new Proxy({}, {})", "", ""),
      new Made("arguments of a call", false, "(function () { return arguments; })(1, 2)", "", ""),
      new Made("formatters of Intl", false, "new Intl.NumberFormat('de')", "", ""));

  static final List<Root> ROOTS = List.of(
      new Root("root, subclass of Map", true, "RootMap"), new Root("root, subclass of Set", true, "RootSet"),
      new Root("root, subclass of Array", true, "RootArray"), new Root("root, subclass of Date", true, "RootDate"),
      new Root("root, subclass of RegExp", true, "RootRegExp"),
      new Root("root, subclass of an error", true, "RootError"),
      new Root("root, subclass of a typed array", true, "RootBytes"),
      new Root("root, subclass of String", true, "RootText"), new Root("root, frozen", true, "RootFrozen"),
      new Root("root with private fields", true, "RootSecret"));

  private JsKinds() {}
}
