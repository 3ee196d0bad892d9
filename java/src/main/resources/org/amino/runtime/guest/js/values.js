// Values both ways (docs/wire.md, section 1). Java calls the builders with decoded parts, and reads what `flatten` makes of a value: a tree in
// which null, booleans, strings and numbers stand for themselves and everything else is an array [tag, …].
(function (host, amino) {
  'use strict';
  const { PrivateMap, next, slice, stringSlice, textOfBigInt, timeOf, bufferOf, offsetOf, lengthOf, lengthOfBuffer, copyOfBytes, isWellFormed, mapHas, mapSet, mapEach,
    setHas, setAdd, setEach, matches } = amino.builtins;
  const { BigInt, Date, Number, String, Map, Set, Uint8Array, ArrayBuffer, Promise, Error } = globalThis;
  const { isInteger, isNaN } = Number;
  const { abs } = Math;
  const { stringify } = JSON;
  const { isArray } = Array;
  const { freeze, hasOwn, keys, defineProperty, getPrototypeOf, getOwnPropertySymbols, prototype: plainPrototype } = Object;
  const LIST = 0, MAP = 1, SET = 2, BIG = 3, DOUBLE = 4, BYTES = 5, TIMESTAMP = 6, DURATION = 7, GRAPH = 10, BACK = 11, PROMISE = 12;
  const SAFE = Number.MAX_SAFE_INTEGER;
  const DEPTH = 200;
  const NANOS = 1000000000n;

  function invalid(message) {
    return amino.newError('VALUE_INVALID', 'ValueInvalid', message);
  }

  /** An instant finer than a Date can hold: nanoseconds since 1970, UTC. */
  class Timestamp {
    constructor(nanoseconds) {
      this.nanoseconds = BigInt(nanoseconds);
      freeze(this);
    }

    toDate() {
      return new Date(Number(this.nanoseconds / 1000000n));
    }

    toString() {
      return `${this.nanoseconds} ns`;
    }
  }

  /** A span of time in nanoseconds. */
  class Duration {
    constructor(nanoseconds) {
      this.nanoseconds = BigInt(nanoseconds);
      freeze(this);
    }

    get milliseconds() {
      return Number(this.nanoseconds) / 1e6;
    }

    toString() {
      return `${this.nanoseconds} ns`;
    }
  }

  const build = {
    nothing: null,
    list: (...items) => items,
    append(list, ...items) {
      const length = list.length;
      for (let i = 0; i < items.length; i++) list[length + i] = items[i];
    },
    object(...pairs) {
      return filled({}, pairs);
    },
    map(...pairs) {
      return filled(new Map(), pairs);
    },
    put: (target, ...pairs) => filled(target, pairs),
    set: (...items) => added(new Set(), items),
    add: (target, ...items) => added(target, items),
    big: (text) => (text[0] === '-' ? -BigInt('0x' + stringSlice(text, 1)) : BigInt('0x' + text)),
    bytes: (sequence) => copyOfBytes(new Uint8Array(sequence)),
    timestamp(seconds, nanos) {
      const millis = seconds * 1000 + nanos / 1000000;
      const whole = nanos % 1000000 === 0 && abs(millis) <= 8.64e15;
      return whole ? new Date(millis) : new Timestamp(BigInt(seconds) * NANOS + BigInt(nanos));
    },
    duration: (text) => new Duration(BigInt(text)),
  };

  function filled(target, pairs) {
    const isMap = target instanceof Map;
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i];
      if (isMap ? mapHas(target, key) : hasOwn(target, key)) throw invalid(`JavaScript cannot tell two keys of a map apart: ${String(key)}`);
      if (isMap) mapSet(target, key, pairs[i + 1]);
      else if (!(key in target)) target[key] = pairs[i + 1];
      else defineProperty(target, key, { __proto__: null, value: pairs[i + 1], writable: true, enumerable: true, configurable: true });
    }
    return target;
  }

  function added(target, items) {
    for (let i = 0; i < items.length; i++) {
      if (setHas(target, items[i])) throw invalid(`JavaScript cannot tell two elements of a set apart: ${String(items[i])}`);
      setAdd(target, items[i]);
    }
    return target;
  }

  function describePath(root, path) {
    let text = root;
    for (let i = 0; i < path.length; i++) {
      const part = path[i];
      if (typeof part === 'number') text += `[${part}]`;
      else text += matches(/^[A-Za-z_$][\w$]*$/, part) ? `.${part}` : `[${stringify(part)}]`;
    }
    return text;
  }

  function floorDivide(a, b) {
    const quotient = a / b;
    return a % b < 0n ? quotient - 1n : quotient;
  }

  function timestamp(nanoseconds) {
    const seconds = floorDivide(nanoseconds, NANOS);
    return [TIMESTAMP, Number(seconds), Number(nanoseconds - seconds * NANOS)];
  }

  /** Walks one value. Containers seen twice become nodes of a graph, whether shared or part of a cycle. */
  class Flattening {
    constructor(root, value) {
      this.root = root;
      this.value = value;
      this.path = [];
      this.seen = new PrivateMap();
      this.nodes = [];
      this.shared = 0;
      this.around = 0;
    }

    refuse(what, remedy) {
      return invalid(`${describePath(this.root, this.path)} is ${what}, which cannot travel; ${remedy}`);
    }

    primitive(value) {
      switch (typeof value) {
        case 'number':
          return isInteger(value) && (value > SAFE || value < -SAFE) ? [DOUBLE, value] : value;
        case 'string':
          if (!isWellFormed(value)) throw this.refuse('a string with a lone surrogate', 'use toWellFormed() or bytes');
          return value;
        case 'bigint':
          return value <= SAFE && value >= -SAFE ? Number(value) : [BIG, textOfBigInt(value, 16)];
        case 'undefined':
          return null;
        case 'symbol':
          throw this.refuse('a symbol', 'pass a string');
        case 'function':
          throw this.refuse('a function', 'pass data, or a reference to an object');
        default:
          return value;
      }
    }

    /** Without recursion: a guest's stack is small, and a value may be 200 levels deep. */
    visit(value) {
      const root = this.enter(value);
      if (root.steps === undefined) return root.tree;
      const open = [root];
      let depth = 1;
      while (depth > 0) {
        const step = next(open[depth - 1].steps);
        if (step.done) {
          depth--;
          if (depth > 0) this.path.length--;
          continue;
        }
        const tree = open[depth - 1].tree;
        const child = step.value;
        this.path[this.path.length] = child.part;
        const entered = this.enter(child.value);
        tree[tree.length] = entered.tree;
        if (entered.steps === undefined) this.path.length--;
        else open[depth++] = entered;
      }
      return root.tree;
    }

    /** A value's tree; for a container seen for the first time also the steps through its children. */
    enter(value) {
      if (typeof value !== 'object' || value === null) return { tree: this.primitive(value) };
      const atom = this.atom(value);
      if (atom !== undefined) return { tree: atom };
      const known = this.seen.get(value);
      if (known !== undefined) {
        if (known.index < 0) known.index = known.first ? 0 : ++this.shared;
        return { tree: [BACK, known.index] };
      }
      if (this.path.length + this.around >= DEPTH) throw invalid(`${this.root} is nested deeper than ${DEPTH} levels; flatten it`);
      const record = { tree: [], index: -1, first: value === this.value };
      this.seen.set(value, record);
      this.nodes[this.nodes.length] = record;
      return { tree: record.tree, steps: this.container(value, record.tree) };
    }

    /** The value, if it is no container; else undefined. */
    atom(value) {
      const own = amino.ownReference(value);
      if (own !== undefined) return own;
      if (isArray(value)) return undefined;
      const prototype = getPrototypeOf(value);
      if (prototype === plainPrototype || prototype === null || value instanceof Map || value instanceof Set) return undefined;
      if (value instanceof Uint8Array) return [BYTES, bufferOf(value), offsetOf(value), lengthOf(value)];
      if (value instanceof ArrayBuffer) return [BYTES, value, 0, lengthOfBuffer(value)];
      if (value instanceof Date) {
        const millis = timeOf(value);
        if (isNaN(millis)) throw this.refuse('an invalid Date', 'pass null');
        return timestamp(BigInt(millis) * 1000000n);
      }
      if (value instanceof Timestamp) return timestamp(value.nanoseconds);
      if (value instanceof Duration) return [DURATION, textOfBigInt(value.nanoseconds)];
      const reference = amino.referenceOf(value);
      if (reference !== undefined) return reference;
      if (value instanceof Error) return amino.flattenError(value, (inner) => this.visit(inner));
      return this.other(value);
    }

    /** Things of no wire type; a state's walk overrides this. */
    other(value) {
      return amino.otherTree(this, value);
    }

    /** The steps through the children, each with the part of the path that leads to it; keys go into the tree on the way. */
    container(value, tree) {
      if (isArray(value)) return this.items(value, tree);
      if (value instanceof Map) return this.entries(value, tree);
      if (value instanceof Set) return this.elements(value, tree);
      return this.properties(value, tree);
    }

    *items(value, tree) {
      tree[tree.length] = LIST;
      for (let i = 0; i < value.length; i++) yield { part: i, value: value[i] };
    }

    *entries(value, tree) {
      tree[tree.length] = MAP;
      const found = [];
      mapEach(value, (item, key) => { found[found.length] = { key, item }; });
      for (let i = 0; i < found.length; i++) {
        const { key, item } = found[i];
        tree[tree.length] = this.key(key);
        yield { part: typeof key === 'string' ? key : i, value: item };
      }
    }

    *elements(value, tree) {
      tree[tree.length] = SET;
      const found = [];
      setEach(value, (item) => { found[found.length] = item; });
      for (let i = 0; i < found.length; i++) yield { part: i, value: found[i] };
    }

    *properties(value, tree) {
      tree[tree.length] = MAP;
      if (getOwnPropertySymbols(value).length > 0) throw this.refuse('an object with symbols as keys', 'use strings');
      const names = keys(value);
      for (let i = 0; i < names.length; i++) {
        tree[tree.length] = this.key(names[i]);
        yield { part: names[i], value: value[names[i]] };
      }
    }

    key(key) {
      if (typeof key !== 'object' || key === null) return this.primitive(key);
      const atom = this.atom(key);
      if (atom === undefined || !amino.isKey(atom)) throw this.refuse('a map with a container as key', 'use a string or a number');
      return atom;
    }

    finish(tree) {
      const nodes = [GRAPH, tree];
      let used = this.shared > 0;
      for (let i = 0; i < this.nodes.length; i++) {
        const record = this.nodes[i];
        if (record.index < 0) continue;
        used = true;
        if (record.first) continue;
        nodes[record.index + 1] = slice(record.tree);
        record.tree.length = 2;
        record.tree[0] = BACK;
        record.tree[1] = record.index;
      }
      return used ? nodes : tree;
    }
  }

  /** A list whose elements all stand for themselves needs no bookkeeping. */
  function simpleList(value) {
    const tree = [LIST];
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (typeof item !== 'boolean' && (typeof item !== 'number' || item > SAFE || item < -SAFE)) return undefined;
      tree[i + 1] = item;
    }
    return tree;
  }

  function flatten(value, root) {
    if (typeof value !== 'object' || value === null) return new Flattening(root, value).primitive(value);
    if (isArray(value) && value.length < 1000) {
      const simple = simpleList(value);
      if (simple !== undefined) return simple;
    }
    if (value instanceof Promise) return [PROMISE, value];
    const flattening = new Flattening(root, value);
    return flattening.finish(flattening.visit(value));
  }

  for (const made of [Flattening, Timestamp, Duration]) freeze(made.prototype);
  amino.build = build;
  amino.filled = filled;
  amino.flatten = flatten;
  amino.Flattening = Flattening;
  amino.Timestamp = Timestamp;
  amino.Duration = Duration;
  amino.invalid = invalid;
})
