// Writes the nodes that are more than ordinary objects with fields: what JavaScript's own classes hold, properties with
// flags, objects that take no fields.
(function (host, amino) {
  'use strict';
  const { mapEach, setEach, timeOf, sourceOf, flagsOf, bufferOf, offsetOf, countOfItems, kindOfView, lengthOfBuffer,
    sizeOfShared,
    isResizable, isGrowable, largestSize, isDetached, bufferOfView, offsetOfView, lengthOfView,
      unboxed } = amino.builtins;
  const { Object, Uint8Array } = globalThis;
  const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible, hasOwn } = Object;
  const { ownKeys } = Reflect;
  const { KIND, SLOT, usual, viewNames, WAY, isIndex, className, reason, hasHooks, own, HOOKS } = amino.graph;
  const SPARSE = 1000;
  const DATA_VIEW = 12;
  const BOXES = { __proto__: null, number: 0, string: 1, boolean: 2, bigint: 3, symbol: 4 };

  /** Own keys but those that are part of the content. */
  function keysBeside(value, isContent) {
    const keys = ownKeys(value);
    const beside = [];
    for (let i = 0; i < keys.length; i++) if (!isContent(keys[i])) beside[beside.length] = keys[i];
    return beside;
  }

  function prove(capture, kind, value) {
    const prototype = getPrototypeOf(value);
    capture.proofs.add(`${kind} ${prototype === null ? null : capture.names.ofPrototype(prototype)}`);
  }

  function array(capture, value, layout) {
    capture.shells.byte(KIND.ARRAY);
    const { length } = value;
    const usualItems = layout > 0 && !capture.compared && isExtensible(value);
    const open = usualItems && getOwnPropertyDescriptor(value, 'length').writable;
    if (open && items(capture, value, length)) capture.rest(value, usual.array, []);
    else {
      capture.fills.byte(1);
      capture.rest(value, usual.array, ownKeys(value));
    }
  }

  /** Items one after the other; false where most of them are missing. */
  function items(capture, value, length) {
    const { fills } = capture;
    const before = fills.at;
    fills.byte(0);
    fills.count(length);
    let missing = 0;
    for (let i = 0; i < length; i++) {
      const item = value[i];
      if (item === undefined && !hasOwn(value, i)) {
        fills.byte(SLOT.HOLE);
        if (++missing > SPARSE && missing > i / 2) {
          fills.at = before;
          return false;
        }
      } else {
        capture.slot(fills, item, WAY.PROPERTY, i);
      }
    }
    return true;
  }

  function map(capture, value) {
    capture.shells.byte(KIND.MAP);
    const keys = [], values = [];
    mapEach(value, (item, key) => {
      keys[keys.length] = key;
      values[values.length] = item;
    });
    capture.fills.count(keys.length);
    for (let i = 0; i < keys.length; i++) {
      capture.slot(capture.fills, keys[i], WAY.KEYS, i);
      capture.slot(capture.fills, values[i], WAY.VALUES, i);
    }
    capture.rest(value, usual.map, ownKeys(value));
  }

  function set(capture, value) {
    capture.shells.byte(KIND.SET);
    const found = [];
    setEach(value, (item) => { found[found.length] = item; });
    capture.fills.count(found.length);
    for (let i = 0; i < found.length; i++) capture.slot(capture.fills, found[i], WAY.VALUES, i);
    capture.rest(value, usual.set, ownKeys(value));
  }

  function date(capture, value) {
    capture.shells.byte(KIND.DATE);
    capture.number(capture.shells, timeOf(value));
    capture.rest(value, usual.date, ownKeys(value));
  }

  function regexp(capture, value) {
    capture.shells.byte(KIND.REGEXP);
    capture.shells.count(capture.texts.place(sourceOf(value)));
    capture.shells.count(capture.texts.place(flagsOf(value)));
    capture.rest(value, usual.regexp, ownKeys(value));
  }

  function buffer(capture, value) {
    if (isDetached(value)) {
      lose(capture, 'ArrayBuffer', 'its bytes have gone to another', 'keep the other one');
      return;
    }
    const size = lengthOfBuffer(value);
    capture.shells.byte(KIND.BUFFER);
    capture.shells.count(isResizable(value) ? largestSize(value) + 1 : 0);
    bytes(capture, value, size);
    capture.rest(value, usual.buffer, ownKeys(value));
  }

  function shared(capture, value) {
    if (isGrowable(value)) {
      lose(capture, 'SharedArrayBuffer', 'it can grow', 'use one of a fixed size');
      return;
    }
    capture.shells.byte(KIND.SHARED);
    bytes(capture, value, sizeOfShared(value));
    capture.rest(value, usual.shared, ownKeys(value));
  }

  function bytes(capture, value, size) {
    capture.shells.count(size);
    capture.shells.raw(new Uint8Array(value, 0, size));
  }

  function view(capture, value, layout, isData) {
    const held = isData ? bufferOfView(value) : bufferOf(value);
    if (host.inspect([held], 0)[0] === 'b' && (isDetached(held) || isResizable(held))) {
      lose(capture, className(value), 'it looks at a buffer that can change its size', 'use one of a fixed size');
      return;
    }
    let index = DATA_VIEW;
    if (!isData) for (index = 0; viewNames[index] !== kindOfView(value);) index++;
    capture.shells.byte(KIND.VIEW);
    capture.shells.byte(index);
    capture.object(capture.shells, held, WAY.PROPERTY, 'buffer');
    capture.shells.count(isData ? offsetOfView(value) : offsetOf(value));
    capture.shells.count(isData ? lengthOfView(value) : countOfItems(value));
    capture.rest(value, usual.views[index], isData ? ownKeys(value) : layout > 0 ? [] : keysBeside(value, isIndex));
  }

  function error(capture, value) {
    capture.shells.byte(KIND.ERROR);
    capture.slot(capture.fills, amino.recordOf(value), WAY.PROPERTY, 'details');
    capture.rest(value, usual.error, ownKeys(value));
  }

  function boxed(capture, value) {
    capture.shells.byte(KIND.BOXED);
    const primitive = unbox(value);
    const index = BOXES[typeof primitive];
    capture.slot(capture.shells, primitive, WAY.PROPERTY, 'valueOf');
    const isContent = (key) => key === 'length' || (isIndex(key) && key < primitive.length);
    capture.rest(value, usual.boxed[index], typeof primitive === 'string' ? keysBeside(value,
      isContent) : ownKeys(value));
  }

  function unbox(value) {
    for (let i = 0; i < unboxed.length; i++) {
      try {
        return unboxed[i](value);
      } catch {}
    }
    return undefined;
  }

  function reference(capture, parts) {
    const out = capture.shells;
    out.byte(KIND.REFERENCE);
    for (let i = 1; i < 5; i++) capture.slot(out, parts[i], WAY.PROPERTY, '');
  }

  function plain(capture, value) {
    const { cls, table } = amino.offered();
    if (value === capture.root && cls === undefined) {
      capture.shells.byte(KIND.TABLE);
      capture.rest(value, usual.plain, keysBeside(value, (key) => hasOwn(table, key) && table[key] === value[key]));
      return;
    }
    capture.shells.byte(KIND.PLAIN);
    capture.rest(value, usual.plain, ownKeys(value));
  }

  /** An object of the artifact's own classes that says how it is saved. */
  function hooked(capture, value) {
    const prototype = getPrototypeOf(value);
    if (capture.names.ofPrototype(prototype) === undefined) {
      lose(capture, className(value), 'its class stands in no module', 'define the class at the top level of a module');
      return;
    }
    capture.shells.byte(KIND.HOOKED);
    capture.slot(capture.shells, prototype, WAY.PROTOTYPE, '');
    capture.slot(capture.fills, value.amino_save(), WAY.SAVED, '');
  }

  function lose(capture, what, why, remedy) {
    capture.shells.byte(KIND.PLAIN);
    capture.fills.byte(0);
    capture.loseNode(what, why, remedy);
  }

  /** An object of JavaScript's own that is not captured. */
  function refuse(capture, name) {
    const why = reason(name);
    lose(capture, name, why[0], why[1]);
  }

  function proxy(capture, value) {
    const parts = amino.referenceOf(value);
    if (parts !== undefined) reference(capture, parts);
    else if (amino.isOrdered(value)) {
      capture.shells.byte(KIND.RECORD);
      capture.rest(value, usual.plain, ownKeys(value));
    } else refuse(capture, 'Proxy');
  }

  const WRITERS = {
    __proto__: null, o: plain, a: array, m: map, s: set, d: date, r: regexp, b: buffer, B: shared, e: error, x: boxed,
  };

  const NO_CLASS = 'a private field, and its class stands in no module';

  /** The classes of an object that another context finds by their names. */
  function classesOf(capture, value) {
    const classes = [];
    for (let p = getPrototypeOf(value); p !== null; p = getPrototypeOf(p)) {
      const cls = own(p, 'constructor');
      const isClass = typeof cls === 'function' && own(cls, 'prototype') === p;
      if (isClass && capture.names.of(cls) !== undefined) classes[classes.length] = cls;
    }
    return classes;
  }

  /**
   * What the engine holds with an object and no program can list: private fields and methods, values in the maps of
   * others.
   */
  function hidden(capture, value) {
    const told = host.hidden(value);
    if (told.length === 0) return;
    const classes = classesOf(capture, value);
    const privates = host.privates(value, classes);
    if (privates !== null) for (let i = 0; i < privates.length; i++) capture.privates[i] = i % 3 === 0 ? classes[privates[i]] : privates[i];
    for (let i = 0; i < told.length; i++) {
      const name = told[i];
      const cls = className(value);
      if (name[0] === '#') {
        if (privates === null) capture.lose(capture.path(WAY.PROPERTY, name), cls, NO_CLASS, HOOKS);
      } else if (name === 'methods') {
        if (privates === null) capture.loseNode(cls, 'the class of its private methods stands in no module', HOOKS);
      } else if (!(value instanceof amino.api.Error)) {
        const remedy = `keep the value in a field, or ${HOOKS}`;
        capture.loseNode(cls, 'it is a key of a WeakMap, whose value would be lost', remedy);
      }
    }
  }

  amino.graph.writeNode = (capture, value, kind, layout) => {
    if (capture.privates.length > 0) capture.privates = [];
    if (kind === 'p') {
      proxy(capture, value);
      return;
    }
    if (layout === 0) {
      const own = value === capture.root ? undefined : amino.ownReference(value);
      if (own !== undefined) {
        reference(capture, own);
        return;
      }
    }
    if (kind === 'o' && value !== capture.root && hasHooks(value)) {
      hooked(capture, value);
      return;
    }
    if (layout === 0) hidden(capture, value);
    if (kind === 't' || kind === 'v') {
      prove(capture, kind, value);
      view(capture, value, layout, kind === 'v');
      return;
    }
    const writer = WRITERS[kind];
    if (writer === undefined) {
      refuse(capture, host.kindName(value));
      return;
    }
    prove(capture, kind, value);
    writer(capture, value, layout);
  };
})
