// What a state of JavaScript is, described without knowledge of how it is captured: every object in the order of the
// first visit, with its class, whether it takes fields, its properties with their flags, and what it holds. Two states
// are alike where the two texts are.
const WELL_KNOWN = new Map();
for (const name of Object.getOwnPropertyNames(Symbol)) {
  if (typeof Symbol[name] === 'symbol') WELL_KNOWN.set(Symbol[name], name);
}
const BUILT_IN = ['Object', 'Function', 'Array', 'Map', 'Set', 'Date', 'RegExp', 'Number', 'String', 'Boolean',
  'Symbol', 'BigInt', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView',
  'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array',
    'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
  'Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError',
    'Promise', 'WeakMap', 'WeakSet', 'WeakRef'];
const KNOWN = new Map();
const scratch = new DataView(new ArrayBuffer(8));

function know(name, value) {
  KNOWN.set(value, name);
  if (typeof value === 'function' && value.prototype) KNOWN.set(value.prototype, `${name}.prototype`);
}
for (const name of BUILT_IN) if (globalThis[name]) know(name, globalThis[name]);
know('Math', Math);
know('JSON', JSON);

function bits(number) {
  scratch.setFloat64(0, number);
  return scratch.getBigUint64(0).toString(16).padStart(16, '0');
}

class Description {
  constructor() {
    this.numbers = new Map();
    this.found = [];
    this.lines = [];
  }

  /** A value in a line: itself where it has no identity, else its name or its number. */
  ref(value) {
    switch (typeof value) {
      case 'undefined': return 'undefined';
      case 'boolean': return String(value);
      case 'number': return Number.isInteger(value) && !Object.is(value, -0) ? `${value}` : `float ${bits(value)}`;
      case 'string': return JSON.stringify(value);
      case 'bigint': return `${value}n`;
      case 'symbol':
        if (WELL_KNOWN.has(value)) return `Symbol.${WELL_KNOWN.get(value)}`;
        if (Symbol.keyFor(value) !== undefined) return `Symbol.for(${JSON.stringify(Symbol.keyFor(value))})`;
        break;
      default:
        if (value === null) return 'null';
    }
    if (KNOWN.has(value)) return KNOWN.get(value);
    let number = this.numbers.get(value);
    if (number === undefined) {
      number = this.found.push(value) - 1;
      this.numbers.set(value, number);
    }
    return `#${number}`;
  }

  content(value) {
    if (Array.isArray(value)) return 'array';
    if (value instanceof Map) {
      const pair = ([key, item]) => `${this.ref(key)} => ${this.ref(item)}`;
      return `map of ${this.all(Map.prototype.entries.call(value), pair)}`;
    }
    if (value instanceof Set) return `set of ${this.all(Set.prototype.values.call(value), (item) => this.ref(item))}`;
    if (value instanceof Date) return `date ${bits(Date.prototype.getTime.call(value))}`;
    if (value instanceof RegExp) return `regexp ${JSON.stringify(value.source)} ${value.flags}`;
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
      const bytes = [...new Uint8Array(value)].join(' ');
      return `buffer ${bytes} up to ${value.maxByteLength} ${value.detached === true} ${value.resizable}`;
    }
    if (ArrayBuffer.isView(value)) {
      const length = value instanceof DataView ? value.byteLength : `${value[Symbol.toStringTag]} ${value.length}`;
      return `view of ${this.ref(value.buffer)} from ${value.byteOffset} with ${length}`;
    }
    for (const Box of [Number, String, Boolean, BigInt, Symbol]) {
      if (value instanceof Box) return `boxed ${this.ref(Box.prototype.valueOf.call(value))}`;
    }
    if (value instanceof Error) return Object.prototype.toString.call(value);
    return 'object';
  }

  all(items, text) {
    return [...items].map(text).join(', ');
  }

  property(value, key) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    const { writable, enumerable, configurable, get, set } = property;
    const flags = (writable ? 'w' : '') + (enumerable ? 'e' : '') + (configurable ? 'c' : '');
    const what = 'value' in property ? this.ref(property.value) : `get ${this.ref(get)} set ${this.ref(set)}`;
    return `${typeof key === 'symbol' ? `[${this.ref(key)}]` : JSON.stringify(key)} ${flags} ${what}`;
  }

  line(value) {
    if (typeof value === 'symbol') return `symbol ${JSON.stringify(value.description)}`;
    let content;
    try {
      content = this.content(value);
    } catch (error) {
      content = `broken: ${error.message}`;
    }
    const indexed = ArrayBuffer.isView(value) && !(value instanceof DataView);
    const keys = Reflect.ownKeys(value).filter((key) => !indexed || typeof key === 'symbol' || !/^\d+$/.test(key));
    const properties = keys.map((key) => this.property(value, key));
    let secrets = '';
    try {
      if (typeof value.reveal === 'function') secrets = ` secrets ${this.ref(value.reveal())}`;
    } catch (error) {
      secrets = ` no secrets: ${error.message}`;
    }
    const fixed = Object.isExtensible(value) ? '' : ' takes no fields';
    return `${content} of ${this.ref(Object.getPrototypeOf(value))}${fixed} { ${properties.join('; ')} }${secrets}`;
  }

  of(root) {
    this.ref(root);
    for (let i = 0; i < this.found.length; i++) this.lines.push(`#${i} ${this.line(this.found[i])}`);
    return this.lines.join('\n');
  }
}

function describe(root) {
  return new Description().of(root);
}

/** The parts of a path such as `a.b[2]["odd key"].entries()[1].#secret`. */
function parts(path) {
  const part = /\.?(\w+\(\))|\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|\[(Symbol[^\]]*)\]|\.?(#?[A-Za-z_$][\w$]*)/g;
  return path === 'this' ? [] : [...path.matchAll(part)];
}

function step(value, [, call, quoted, index, symbol, name]) {
  if (call === 'keys()' || call === 'values()') {
    const { prototype } = value instanceof Map ? Map : Set;
    return [...prototype[call.slice(0, -2)].call(value)];
  }
  if (call === 'amino_save()') return value.amino_save();
  if (name === 'buffer' && ArrayBuffer.isView(value)) return value.buffer;
  if (call === 'prototype()') return Object.getPrototypeOf(value);
  if (symbol !== undefined) {
    const key = Object.getOwnPropertySymbols(value).find((own) => String(own) === symbol);
    return key === undefined ? undefined : at(value, key);
  }
  if (name?.startsWith('#')) return name in value.names() ? value : undefined;
  return at(value, quoted !== undefined ? JSON.parse(quoted) : index ?? name);
}

/** What stands at a key; an accessor, which is not asked, stands for itself. */
function at(value, key) {
  const property = Object.getOwnPropertyDescriptor(value, key);
  return property === undefined ? undefined : 'value' in property ? property.value : property;
}

function reaches(root, path) {
  let value = root;
  for (const part of parts(path)) {
    if (value === undefined || value === null) return false;
    value = step(value, part);
  }
  return value !== undefined;
}


// Classes, functions and values at the top of a module.
class Point { constructor(x, y) { this.x = x; this.y = y; } }
class Space extends Point { z = 3; }
function Legacy(x) { this.x = x; }
class Row extends Array {}
class Table extends Map {}
class Bag extends Set {}
class Moment extends Date {}
class Pattern extends RegExp {}
class Octets extends Uint8Array {}
class Glance extends DataView {}
class Shelf extends ArrayBuffer {}
class Text extends String {}
class Amount extends Number {}
class Fault extends Error {
  constructor(code, held) { super(`fault ${code.toString()}`); this.code = code; this.held = held; }
}
class Wish extends Promise {}
class Guarded {
  #secret;
  constructor(held) { this.#secret = held; this.open = 1; }
  reveal() { return this.#secret; }
  names() { return { '#secret': 1 }; }
}
class Hardly {
  pattern = /["'`]/; text = `// #none`; #hidden = 2;
  reveal() { return this.#hidden; }
  names() { return { '#hidden': 1 }; }
}
class Methodical { #step() { return 1; } reveal() { return this.#step(); } }
class Hooked {
  #held;
  constructor(held) { this.#held = held; }
  hold(held) { this.#held = held; }
  reveal() { return this.#held; }
  amino_save() { return { held: this.#held, extra: [undefined, -0] }; }
  amino_load(state) { this.#held = state.held; }
}
function double(x) { return 2 * x; }
function readIt() { return 1; }
function writeIt(value) { return value; }
const NONE = Symbol('none');
const MISSING = {};
const EMPTY = Object.freeze({ empty: true });
const partners = new WeakMap();
const open = { writable: true, enumerable: true, configurable: true };
const withProtoKey = () => Object.defineProperty({}, '__proto__', { value: 1, ...open });
function viewsOfOne() {
  const b = new ArrayBuffer(16);
  return [new Uint8Array(b, 3, 5).fill(7), new Float64Array(b, 8), new DataView(b, 2, 4), b];
}
for (const known of [Point, Space, Legacy, Row, Table, Bag, Moment, Pattern, Octets, Glance, Shelf, Text, Amount,
  Fault, Wish, Guarded, Hardly, Methodical, Hooked, double,
  readIt, writeIt]) know(known.name, known);
know('NONE', NONE);
know('MISSING', MISSING);
know('EMPTY', EMPTY);

const rooted = (Base, ...args) => class extends Base {
  constructor(number) { super(...args); this.value = BUILDS[number](); }
  describe() { return describe(this); }
  reaches(path) { return reaches(this, path); }
};
class State extends rooted(Object) {}
class RootMap extends rooted(Map) {
  constructor(number) { super(number); this.value.forEach((item, i) => this.set(item, i).set(i, item)); }
}
class RootSet extends rooted(Set) {
  constructor(number) { super(number); this.value.forEach((item) => this.add(item)); }
}
class RootArray extends rooted(Array) { constructor(number) { super(number); this.push(...this.value); } }
class RootDate extends rooted(Date, 86400123) {}
class RootRegExp extends rooted(RegExp, 'a+', 'gy') { constructor(number) { super(number); this.lastIndex = 3; } }
class RootError extends rooted(TypeError, 'it failed') {
  constructor(number) { super(number); this.cause = this.value; }
}
class RootBytes extends rooted(Uint8Array, 5) { constructor(number) { super(number); this[2] = 255; } }
class RootText extends rooted(String, 'text') {}
class RootSecret extends rooted(Object) {
  #secret = 1;
  reveal() { return this.#secret; }
  names() { return { '#secret': 1 }; }
}
class RootFrozen extends rooted(Object) { constructor(number) { super(number); Object.freeze(this); } }
for (const known of [State, RootMap, RootSet, RootArray, RootDate, RootRegExp, RootError, RootBytes, RootText,
  RootSecret, RootFrozen]) know(known.name, known);
