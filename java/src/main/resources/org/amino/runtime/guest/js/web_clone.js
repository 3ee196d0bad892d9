// `structuredClone`: a copy of values with all that they hold, also in circles.
(function (host, amino) {
  'use strict';
  const { offer, DOMException } = amino.web;
  const {
    PrivateMap,
    mapEach,
    setEach,
    timeOf,
    sourceOf,
    flagsOf,
    bufferOf,
    offsetOf,
    countOfItems,
    bufferOfView,
    offsetOfView,
    lengthOfView,
    lengthOfBuffer,
    isDetached,
    isResizable,
    largestSize,
    unboxed,
  } = amino.builtins;
  const { ArrayBuffer, Date, Map, Object, RegExp, Set, Uint8Array } = globalThis;
  const { defineProperty, getOwnPropertyDescriptor, keys } = Object;
  const { inspect } = host;
  const ERRORS = ['EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];
  const kindOf = (value) => inspect([value], 0)[0];

  function refuse(what) {
    throw new DOMException(`${what} cannot be cloned`, 'DataCloneError');
  }

  function define(object, key, value) {
    defineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  }

  class Cloning {
    constructor() {
      this.done = new PrivateMap();
    }

    clone(value) {
      if (typeof value === 'symbol') refuse('a symbol');
      if (typeof value === 'function') refuse(`the function ${value.name || 'without a name'}`);
      if (typeof value !== 'object' || value === null) return value;
      if (this.done.has(value)) return this.done.get(value);
      const kind = kindOf(value);
      const make = COPIES[kind];
      if (make === undefined && !(kind === 'p' && amino.isOrdered(value)))
        refuse(`this ${amino.graph.className(value)}`);
      return (make ?? COPIES.o)(this, value);
    }

    /** Notes a copy before what it holds is copied, so that circles end. */
    note(value, copy) {
      this.done.set(value, copy);
      return copy;
    }

    fields(value, copy) {
      for (const key of keys(value)) define(copy, key, this.clone(value[key]));
      return copy;
    }

    buffer(value) {
      if (isDetached(value)) refuse('an ArrayBuffer whose bytes have gone to another');
      const options = isResizable(value) ? { maxByteLength: largestSize(value) } : undefined;
      const copy = new ArrayBuffer(lengthOfBuffer(value), options);
      new Uint8Array(copy).set(new Uint8Array(value));
      return copy;
    }

    view(value, held, offset, count) {
      const View =
        amino.graph.views[
          amino.graph.viewNames.indexOf(kindOf(value) === 'v' ? 'DataView' : amino.builtins.kindOfView(value))
        ];
      return this.note(value, new View(this.clone(held), offset, count));
    }

    error(value) {
      const name = ERRORS.find((each) => each === value.name) ?? 'Error';
      const copy = this.note(value, new globalThis[name]());
      const hidden = (key, content) =>
        defineProperty(copy, key, { __proto__: null, value: content, writable: true, configurable: true });
      for (const key of ['stack', 'message']) {
        const property = getOwnPropertyDescriptor(value, key);
        if (property !== undefined && 'value' in property) hidden(key, `${property.value}`);
      }
      if (getOwnPropertyDescriptor(value, 'cause') !== undefined) hidden('cause', this.clone(value.cause));
      return copy;
    }
  }

  function unbox(value) {
    for (const take of unboxed) {
      try {
        return take(value);
      } catch {}
    }
    return undefined;
  }

  const COPIES = {
    __proto__: null,
    o: (to, value) => to.fields(value, to.note(value, {})),
    a: (to, value) => to.fields(value, to.note(value, new Array(value.length))),
    m(to, value) {
      const copy = to.note(value, new Map());
      const pairs = [];
      mapEach(value, (item, key) => {
        pairs.push([key, item]);
      });
      for (const [key, item] of pairs) copy.set(to.clone(key), to.clone(item));
      return copy;
    },
    s(to, value) {
      const copy = to.note(value, new Set());
      const items = [];
      setEach(value, (item) => {
        items.push(item);
      });
      for (const item of items) copy.add(to.clone(item));
      return copy;
    },
    d: (to, value) => to.note(value, new Date(timeOf(value))),
    r: (to, value) => to.note(value, new RegExp(sourceOf(value), flagsOf(value))),
    b: (to, value) => to.note(value, to.buffer(value)),
    B: (to, value) => to.note(value, value),
    t: (to, value) => to.view(value, bufferOf(value), offsetOf(value), countOfItems(value)),
    v: (to, value) => to.view(value, bufferOfView(value), offsetOfView(value), lengthOfView(value)),
    e: (to, value) => to.error(value),
    x: (to, value) => {
      const primitive = unbox(value);
      if (typeof primitive === 'symbol') refuse('a symbol');
      return to.note(value, Object(primitive));
    },
  };

  function structuredClone(value, options = {}) {
    const cloning = new Cloning();
    const given = [...(options?.transfer ?? [])];
    for (const each of given) {
      if (kindOf(each) !== 'b' || isDetached(each))
        refuse('what is to be transferred and is no ArrayBuffer with bytes');
    }
    // The bytes go over only when all else has been copied: a refusal leaves them where they are.
    for (const each of given) cloning.done.set(each, cloning.buffer(each));
    const copy = cloning.clone(value);
    for (const each of given) each.transfer();
    return copy;
  }

  offer('structuredClone', structuredClone);
});
