// The kinds of nodes in a state's graph, and the prototypes that their objects usually have (docs/bridge.md,
// `snapshot`).
(function (host, amino) {
  'use strict';
  const { getPrototypeOf } = Object;
  const { matches } = amino.builtins;
  const { stringify } = JSON;
  const { String } = globalThis;
  const { own } = amino.graph;
  const VIEWS = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array',
    'Uint32Array', 'Float16Array',
    'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'DataView'];

  /** How a slot begins. */
  amino.graph.SLOT = Object.freeze({
    UNDEFINED: 0, NULL: 1, TRUE: 2, FALSE: 3, POSITIVE: 4, NEGATIVE: 5, DOUBLE: 6, NAN: 7, TEXT: 8, BIG: 9,
      NEGATIVE_BIG: 10, NODE: 11,
    NAMED: 12, HOLE: 13, SYMBOL: 14,
  });
  amino.graph.KIND = Object.freeze({
    SHAPED: 1, PLAIN: 2, ARRAY: 3, MAP: 4, SET: 5, DATE: 6, REGEXP: 7, BUFFER: 8, SHARED: 9, VIEW: 10, ERROR: 11,
      BOXED: 12,
    REFERENCE: 13, RECORD: 14, HOOKED: 15, TABLE: 16,
  });
  /** What a node says of its object besides its content. */
  amino.graph.REST = Object.freeze({ PROTOTYPE: 1, PROPERTIES: 2, FIXED: 4, PRIVATE: 8 });
  amino.graph.FLAG = Object.freeze({ WRITABLE: 1, ENUMERABLE: 2, CONFIGURABLE: 4, ACCESSOR: 8, ALL: 7 });
  amino.graph.views = VIEWS.map((name) => own(globalThis, name));
  amino.graph.viewNames = VIEWS;
  amino.graph.usual = Object.freeze({
    plain: Object.prototype, array: Array.prototype, map: Map.prototype, set: Set.prototype, date: Date.prototype,
    regexp: RegExp.prototype, buffer: ArrayBuffer.prototype, shared: SharedArrayBuffer.prototype,
      error: Error.prototype,
    views: amino.graph.views.map((View) => View.prototype),
    boxed: [Number.prototype, String.prototype, Boolean.prototype, BigInt.prototype, Symbol.prototype],
  });

  /** Why an object of JavaScript's own library is not captured, and what to do instead. */
  const REASONS = Object.freeze({
    __proto__: null,
    Promise: ['what it waits for cannot be captured', 'await it, and keep its result'],
    Proxy: ['its handler cannot be asked', 'keep its target, and make it when it is needed'],
    WeakMap: ['its keys cannot be listed', 'use a Map'],
    WeakSet: ['its elements cannot be listed', 'use a Set'],
    WeakRef: ['it may be empty at any time', 'keep the object itself'],
    FinalizationRegistry: ['what it waits for cannot be listed', 'do without it'],
    Generator: ['where it stands cannot be captured', 'keep what it was made from'],
    AsyncGenerator: ['where it stands cannot be captured', 'keep what it was made from'],
    Arguments: ['it belongs to a call', 'make an array of it: [...arguments]'],
  });
  const UNKNOWN = ['what it holds inside cannot be captured', 'keep what it was made from'];
  amino.graph.reason = (name) => REASONS[name] ?? UNKNOWN;
  const isFunction = (value) => typeof value === 'function';
  amino.graph.hasHooks = (value) => value !== null && isFunction(value.amino_save) && isFunction(value.amino_load);
  amino.graph.HOOKS = 'give the class amino_save and amino_load';

  const isIndex = (key) => typeof key === 'string' && matches(/^(?:0|[1-9]\d*)$/, key);

  /** How a part's place is written: a property, an item, a key or a value of a map or a set, the prototype. */
  const PROPERTY = 0, KEYS = 1, VALUES = 2, PROTOTYPE = 3, SAVED = 4;

  function step(first, way, part) {
    if (way === KEYS) return `${first ? '' : '.'}keys()[${part}]`;
    if (way === VALUES) return `${first ? '' : '.'}values()[${part}]`;
    if (way === PROTOTYPE) return `${first ? '' : '.'}prototype()`;
    if (way === SAVED) return `${first ? '' : '.'}amino_save()`;
    if (typeof part === 'symbol') return `[${String(part)}]`;
    if (typeof part === 'number' || isIndex(part)) return `[${part}]`;
    if (matches(/^#?[A-Za-z_$][\w$]*$/, part)) return first ? part : `.${part}`;
    return `[${stringify(part)}]`;
  }

  amino.graph.WAY = Object.freeze({ PROPERTY, KEYS, VALUES, PROTOTYPE, SAVED });
  amino.graph.isIndex = isIndex;
  amino.graph.step = step;

  /** What a person calls the class of an object. */
  amino.graph.className = (value) => {
    if (typeof value === 'function') return 'function';
    if (typeof value === 'symbol') return 'symbol';
    for (let p = getPrototypeOf(value); p !== null; p = getPrototypeOf(p)) {
      const cls = own(p, 'constructor');
      const name = typeof cls === 'function' ? own(cls, 'name') : undefined;
      if (typeof name === 'string' && name !== '') return name;
    }
    return 'object';
  };
})
