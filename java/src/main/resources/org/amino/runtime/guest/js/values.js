// Values both ways (docs/wire.md, section 1). Java calls the builders with decoded parts, and reads what `flatten` makes of a value: a tree in
// which null, booleans, strings and numbers stand for themselves and everything else is an array [tag, …].
(function (host, amino) {
  'use strict';
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
      Object.freeze(this);
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
      Object.freeze(this);
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
      for (const item of items) list.push(item);
    },
    object(...pairs) {
      return build.put({}, ...pairs);
    },
    map(...pairs) {
      return build.put(new Map(), ...pairs);
    },
    put(target, ...pairs) {
      for (let i = 0; i < pairs.length; i += 2) {
        const key = pairs[i];
        const known = target instanceof Map ? target.has(key) : Object.hasOwn(target, key);
        if (known) throw invalid(`JavaScript cannot tell two keys of a map apart: ${String(key)}`);
        if (target instanceof Map) target.set(key, pairs[i + 1]);
        else if (key === '__proto__') Object.defineProperty(target, key, { value: pairs[i + 1], writable: true, enumerable: true, configurable: true });
        else target[key] = pairs[i + 1];
      }
      return target;
    },
    set: (...items) => build.add(new Set(), ...items),
    add(target, ...items) {
      for (const item of items) {
        if (target.has(item)) throw invalid(`JavaScript cannot tell two elements of a set apart: ${String(item)}`);
        target.add(item);
      }
      return target;
    },
    big: (text) => (text[0] === '-' ? -BigInt('0x' + text.slice(1)) : BigInt('0x' + text)),
    bytes: (sequence) => new Uint8Array(sequence).slice(),
    timestamp(seconds, nanos) {
      const millis = seconds * 1000 + nanos / 1000000;
      const whole = nanos % 1000000 === 0 && Math.abs(millis) <= 8.64e15;
      return whole ? new Date(millis) : new Timestamp(BigInt(seconds) * NANOS + BigInt(nanos));
    },
    duration: (text) => new Duration(BigInt(text)),
  };

  function describePath(root, path) {
    let text = root;
    for (const part of path) {
      if (typeof part === 'number') text += `[${part}]`;
      else text += /^[A-Za-z_$][\w$]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
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
      this.seen = new Map();
      this.shared = 0;
    }

    refuse(what, remedy) {
      return invalid(`${describePath(this.root, this.path)} is ${what}, which cannot travel; ${remedy}`);
    }

    primitive(value) {
      switch (typeof value) {
        case 'number':
          return Number.isInteger(value) && (value > SAFE || value < -SAFE) ? [DOUBLE, value] : value;
        case 'string':
          if (!value.isWellFormed()) throw this.refuse('a string with a lone surrogate', 'use toWellFormed() or bytes');
          return value;
        case 'bigint':
          return value <= SAFE && value >= -SAFE ? Number(value) : [BIG, value.toString(16)];
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
      while (open.length > 0) {
        const step = open[open.length - 1].steps.next();
        if (step.done) {
          open.pop();
          if (open.length > 0) this.path.pop();
          continue;
        }
        const [part, child] = step.value;
        const tree = open[open.length - 1].tree;
        this.path.push(part);
        const entered = this.enter(child);
        tree.push(entered.tree);
        if (entered.steps === undefined) this.path.pop();
        else open.push(entered);
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
      if (this.path.length >= DEPTH) throw invalid(`${this.root} is nested deeper than ${DEPTH} levels; flatten it`);
      const record = { tree: [], index: -1, first: value === this.value };
      this.seen.set(value, record);
      return { tree: record.tree, steps: this.container(value, record.tree) };
    }

    /** What is no container: undefined when it is one. */
    atom(value) {
      const own = amino.ownReference(value);
      if (own !== undefined) return own;
      if (Array.isArray(value)) return undefined;
      const prototype = Object.getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === null || value instanceof Map || value instanceof Set) return undefined;
      if (value instanceof Uint8Array) return [BYTES, value.buffer, value.byteOffset, value.byteLength];
      if (value instanceof ArrayBuffer) return [BYTES, value, 0, value.byteLength];
      if (value instanceof Date) {
        const millis = value.getTime();
        if (Number.isNaN(millis)) throw this.refuse('an invalid Date', 'pass null');
        return timestamp(BigInt(millis) * 1000000n);
      }
      if (value instanceof Timestamp) return timestamp(value.nanoseconds);
      if (value instanceof Duration) return [DURATION, value.nanoseconds.toString()];
      const reference = amino.referenceOf(value);
      if (reference !== undefined) return reference;
      if (value instanceof Error) return amino.flattenError(value, (inner) => this.visit(inner));
      return this.other(value);
    }

    /** Things of no wire type; a state's walk overrides this. */
    other(value) {
      if (value instanceof Promise) throw this.refuse('a promise', 'await it first');
      const name = value.constructor?.name || 'an object';
      throw this.refuse(`an instance of ${name}`, 'pass plain data ({...value}), or a reference to an object');
    }

    /** The children, each with the part of the path that leads to it; keys go into the tree on the way. */
    *container(value, tree) {
      if (Array.isArray(value)) {
        tree.push(LIST);
        for (let i = 0; i < value.length; i++) yield [i, value[i]];
      } else if (value instanceof Map) {
        tree.push(MAP);
        let i = 0;
        for (const [key, item] of value) {
          tree.push(this.key(key));
          yield [typeof key === 'string' ? key : i, item];
          i++;
        }
      } else if (value instanceof Set) {
        tree.push(SET);
        let i = 0;
        for (const item of value) yield [i++, item];
      } else {
        yield* this.properties(value, tree);
      }
    }

    *properties(value, tree) {
      tree.push(MAP);
      if (Object.getOwnPropertySymbols(value).length > 0) throw this.refuse('an object with symbols as keys', 'use strings');
      for (const key of Object.keys(value)) {
        tree.push(this.key(key));
        yield [key, value[key]];
      }
    }

    key(key) {
      if (typeof key !== 'object' || key === null) return this.primitive(key);
      const atom = this.atom(key);
      if (atom === undefined || atom[0] === 9) throw this.refuse('a map with a container as key', 'use a string or a number');
      return atom;
    }

    finish(tree) {
      const nodes = [GRAPH, tree];
      let used = this.shared > 0;
      for (const record of this.seen.values()) {
        if (record.index < 0) continue;
        used = true;
        if (record.first) continue;
        nodes[record.index + 1] = record.tree.slice();
        record.tree.splice(0, Infinity, BACK, record.index);
      }
      return used ? nodes : tree;
    }
  }

  /** A list whose elements all stand for themselves needs no bookkeeping. */
  function simpleList(value) {
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (typeof item === 'boolean') continue;
      if (typeof item !== 'number' || item > SAFE || item < -SAFE) return undefined;
    }
    return [LIST, ...value];
  }

  function flatten(value, root) {
    if (typeof value !== 'object' || value === null) return new Flattening(root, value).primitive(value);
    if (Array.isArray(value) && value.length < 1000) {
      const simple = simpleList(value);
      if (simple !== undefined) return simple;
    }
    if (value instanceof Promise) return [PROMISE, value];
    const flattening = new Flattening(root, value);
    return flattening.finish(flattening.visit(value));
  }

  Object.assign(amino, { build, flatten, Flattening, Timestamp, Duration, invalid });
})
