// What a state names instead of holding it: functions, classes, symbols and fixed objects of the artifact's modules and
// of JavaScript itself.
(function (host, amino) {
  'use strict';
  const { PrivateMap, PrivateSet, stringSlice, textOfFunction, matches } = amino.builtins;
  const { Object, Symbol, globalThis: _ } = globalThis;
  const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
  const { ownKeys } = Reflect;
  const { Constants, isFixed, isPattern } = amino.graph;
  const BUILT_IN = ('Object Function Array Map Set Date RegExp Number String Boolean Symbol BigInt ArrayBuffer '
    + 'SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array '
    + 'Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array Error TypeError '
    + 'RangeError SyntaxError ReferenceError EvalError URIError AggregateError Promise WeakMap WeakSet '
    + 'WeakRef Iterator Math JSON Reflect Proxy Intl TextEncoder TextDecoder DOMException '
    + 'crypto performance structuredClone atob btoa queueMicrotask setTimeout setInterval setImmediate clearTimeout '
    + 'clearInterval clearImmediate').split(' ');
  const intrinsic = new PrivateMap();
  const wellKnown = new PrivateMap();

  const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

  function own(value, key) {
    const property = getOwnPropertyDescriptor(value, key);
    return property === undefined ? undefined : property.value;
  }

  function addTo(names, name, value) {
    names.set(value, `global#${name}`);
    if (isObject(own(value, 'prototype'))) names.set(value.prototype, `global#${name}.prototype`);
  }

  for (const name of BUILT_IN) {
    const value = own(_, name);
    if (value !== undefined) addTo(intrinsic, name, value);
  }
  intrinsic.set(_, 'global#globalThis');
  intrinsic.set(getPrototypeOf(Uint8Array), 'global#TypedArray');
  intrinsic.set(getPrototypeOf(Uint8Array.prototype), 'global#TypedArray.prototype');
  for (const key of ownKeys(Symbol)) if (typeof Symbol[key] === 'symbol') wellKnown.set(Symbol[key], `Symbol.${key}`);
  for (const name of ['Error', 'Reference', 'Timestamp', 'Duration', 'Named']) {
    intrinsic.set(amino.api[name], `global#amino.${name}`);
    intrinsic.set(amino.api[name].prototype, `global#amino.${name}.prototype`);
  }
  intrinsic.set(amino.api, 'global#amino');

  /** A guest may put functions of its own into the library at any time; another context does not have them. */
  function isNative(value) {
    return matches(/\{\s*\[native code\]\s*\}$/, textOfFunction(value)) && !matches(/^bound /, `${own(value, 'name')}`);
  }

  /** Functions of JavaScript's own library, by the way to them: looked for when one is met. */
  function library() {
    const names = new PrivateMap();
    const add = (holder, prefix, depth) => {
      const keys = ownKeys(holder);
      for (let i = 0; i < keys.length; i++) {
        if (typeof keys[i] !== 'string') continue;
        const value = own(holder, keys[i]);
        if (!isObject(value) || names.has(value) || value === amino.api) continue;
        if (typeof value === 'function' && !isNative(value)) continue;
        names.set(value, prefix + keys[i]);
        if (depth > 0) add(value, `${prefix}${keys[i]}.`, depth - 1);
      }
    };
    add(_, 'global#', 2);
    return names;
  }

  class Names {
    constructor() {
      this.names = new PrivateMap();
      this.values = new PrivateMap();
      this.library = undefined;
      this.constants = new Constants();
      const offered = amino.offered();
      if (offered.cls) this.name(offered.cls, '#');
      const namespaces = amino.namespaces ?? [];
      for (let i = 0; i < namespaces.length; i++) {
        const path = namespaces[i][0], namespace = namespaces[i][1];
        this.table(path, namespace.__amino_top__);
        this.table(path, namespace.__amino_constants__);
        this.table(path, namespace);
        this.name(namespace, `${path}#*`);
      }
      this.scanned = new PrivateSet();
      this.update();
    }

    /** Takes the names of modules that were loaded since: what a guest changes in a module later has no name. */
    update() {
      this.loaded = amino.modules.size;
      amino.modules.forEach((module, path) => {
        if (this.scanned.has(module)) return;
        this.scanned.add(module);
        this.table(path, module.top);
        this.table(path, module.constants);
        const { exports } = module;
        if (typeof exports === 'function') this.name(exports, `${path}#module.exports`);
        else if (typeof exports === 'object' && exports !== null) this.name(exports, `${path}#*`);
        if (isObject(exports) && !matches(/\.json$/, path)) this.table(path, exports);
      });
    }

    name(value, name) {
      if (!this.names.has(value) && !intrinsic.has(value)) this.names.set(value, name);
      if (!this.values.has(name)) this.values.set(name, value);
    }

    table(path, table) {
      if (!isObject(table)) return;
      const keys = ownKeys(table);
      for (let i = 0; i < keys.length; i++) {
        if (typeof keys[i] !== 'string') continue;
        const value = own(table, keys[i]);
        if (isFixed(value)) this.name(value, `${path}#${keys[i]}`);
        if (isObject(value)) this.within(value, `${path}#${keys[i]}`);
      }
    }

    /** Names what stands in a function or an object at the top of a module. */
    within(value, way) {
      const kind = typeof value === 'function' ? 'f' : host.inspect([value], 0)[0];
      if (kind !== 'o' && kind !== 'f') return;
      const found = (item, name) => this.name(item, name);
      if (kind === 'o' && this.constants.note(value, way, found)) this.name(value, way);
      if (kind === 'f') this.statics(value, way);
    }

    /** Names functions that are properties of a function, such as classes that belong to one. */
    statics(value, way) {
      const keys = ownKeys(value);
      for (let i = 0; i < keys.length; i++) {
        const item = typeof keys[i] === 'string' && keys[i] !== 'prototype' ? own(value, keys[i]) : undefined;
        if (isFixed(item)) this.name(item, `${way}.${keys[i]}`);
      }
    }

    /** The name of a function, a symbol or an object, or undefined. */
    of(value) {
      const name = intrinsic.get(value) ?? wellKnown.get(value) ?? this.ofModules(value);
      if (name !== undefined || typeof value !== 'function') return name;
      this.library ??= library();
      return this.library.get(value);
    }

    /** An object may have been filled or changed since its name was taken. */
    ofModules(value) {
      const name = this.names.get(value);
      if (name === undefined || typeof value !== 'object' || matches(/#\*$/, name)) return name;
      return this.isUnchanged(value) ? name : undefined;
    }

    isUnchanged(value) {
      return isFixed(value) || isPattern(value) || this.constants.isSame(value);
    }

    /** The name of an object that stands before others in their chain: also by the class that it belongs to. */
    ofPrototype(value) {
      const name = this.of(value);
      if (name !== undefined) return name;
      const cls = own(value, 'constructor');
      if (typeof cls !== 'function' || own(cls, 'prototype') !== value) return undefined;
      const named = this.of(cls);
      return named === undefined ? undefined : `${named}.prototype`;
    }

    /** The object that has the name here. */
    find(name) {
      amino.web.loadNamed(name);
      const value = this.values.get(name) ?? builtIn.get(name);
      if (value !== undefined) {
        if (typeof value === 'object' && this.constants.prints.has(value) && !this.isUnchanged(value)) {
          throw amino.invalid(`the state refers to ${name}, which has been changed here; keep it in a field of the object`);
        }
        return value;
      }
      const at = name.length - '.prototype'.length;
      const isPrototype = at > 0 && stringSlice(name, at) === '.prototype';
      const cls = isPrototype ? this.values.get(stringSlice(name, 0, at)) : undefined;
      if (typeof cls === 'function' && hasOwn(cls, 'prototype')) return own(cls, 'prototype');
      const found = this.inLibrary(name);
      if (found !== undefined) return found;
      const what = isPrototype ? `an instance of ${stringSlice(name, 0, at)}` : name;
      throw amino.invalid(`the state holds ${what}, which this artifact does not have`);
    }

    inLibrary(name) {
      if (this.libraryByName === undefined) {
        this.libraryByName = new PrivateMap();
        library().forEach((other, value) => { this.libraryByName.set(other, value); });
      }
      return this.libraryByName.get(name);
    }
  }

  const builtIn = new PrivateMap();
  intrinsic.forEach((name, value) => { builtIn.set(name, value); });
  wellKnown.forEach((name, value) => { builtIn.set(name, value); });
  /** Adds a class of the library that was loaded later. */
  amino.graph.addBuiltIn = (name, value) => {
    addTo(intrinsic, name, value);
    builtIn.set(`global#${name}`, value);
    builtIn.set(`global#${name}.prototype`, value.prototype);
  };

  let known;
  /** The names of this context: first taken when its artifact was evaluated, and again when modules were loaded. */
  amino.graph.names = () => {
    known ??= new Names();
    if (known.loaded !== amino.modules.size) known.update();
    return known;
  };
  amino.graph.own = own;
})
