// Values of classes (docs/values.md): hooks of the artifact, what JavaScript's own library has of the standard names, and Named for the rest.
(function (host, amino) {
  'use strict';
  const { PrivateMap, slice, bufferOf, offsetOf, lengthOf, kindOfView, sourceOf, flagsOf } = amino.builtins;
  const { Object, Promise, RegExp, String, TypeError, Uint8Array } = globalThis;
  const { assign, create, freeze, getPrototypeOf } = Object;
  const { Flattening, invalid } = amino;
  const BYTES = 5, NAMED = 14;
  const RESERVED = 'amino.';
  const VIEWS = new PrivateMap();
  const VIEW_NAMES = new PrivateMap();
  const KINDS = [['int8', Int8Array], ['uint8_clamped', Uint8ClampedArray], ['int16', Int16Array], ['uint16', Uint16Array], ['int32', Int32Array],
    ['uint32', Uint32Array], ['float32', Float32Array], ['float64', Float64Array], ['int64', BigInt64Array], ['uint64', BigUint64Array]];
  for (let i = 0; i < KINDS.length; i++) {
    VIEWS.set(`amino.array.${KINDS[i][0]}`, KINDS[i][1]);
    VIEW_NAMES.set(KINDS[i][1].name, `amino.array.${KINDS[i][0]}`);
  }
  const byClass = new PrivateMap();
  const byName = new PrivateMap();

  /** A value of a class that this artifact does not know, as it travelled. */
  class Named {
    constructor(name, value) {
      this.name = String(name);
      this.value = value;
      freeze(this);
    }

    toString() {
      return typeof this.value === 'string' ? this.value : `[${this.name}]`;
    }

    toJSON() {
      return this.value;
    }
  }

  /**
   * Says how values of a class travel.
   * @param {Function} kind the class
   * @param {{name?: string, save?: Function, load?: Function, plain?: boolean}} hook without `save` an object of the value's fields travels
   */
  function register(kind, { name = kind.name, save, load, plain = false } = {}) {
    if (name === '' || `${name}`.slice(0, RESERVED.length) === RESERVED) throw new TypeError(`amino.register: the name ${name} is empty, or begins with amino.; give another`);
    if (!plain && byName.has(name)) throw new TypeError(`amino.register: two classes are registered under the name ${name}; give one of them another name`);
    if (save && !load && !plain) throw new TypeError(`amino.register: ${kind.name} has a hook save and none to load what it makes; give both`);
    const { prototype } = kind;
    byClass.set(kind, { name: plain ? null : name, save: save ?? ((value) => ({ ...value })) });
    if (!plain) byName.set(name, load ?? ((fields) => assign(create(prototype), fields)));
    return kind;
  }

  /** A value that is of no other kind: the tree of what its class is saved as. */
  amino.otherTree = (flattening, value) => {
    if (value instanceof Promise) throw flattening.refuse('a promise', 'await it first');
    if (value instanceof Named) return [NAMED, value.name, inner(flattening, value.value)];
    const kind = getPrototypeOf(value)?.constructor;
    const hook = byClass.get(kind);
    if (hook !== undefined) {
      const tree = inner(flattening, hook.save(value));
      return hook.name === null ? tree : [NAMED, hook.name, tree];
    }
    const view = kindOfView(value);
    if (VIEW_NAMES.has(view)) return [NAMED, VIEW_NAMES.get(view), [BYTES, bufferOf(value), offsetOf(value), lengthOf(value)]];
    if (value instanceof RegExp) return [NAMED, 'amino.regexp', inner(flattening, [sourceOf(value), flagsOf(value)])];
    const name = kind?.name || 'an object';
    throw flattening.refuse(`an instance of ${name}`, `register its class: amino.register(${name}), pass plain data ({...value}), or a reference to an object`);
  };

  /** What a value of a class is saved as is a value of its own: containers shared inside it are a graph in it. */
  function inner(flattening, payload) {
    const own = new Flattening(flattening.root, payload);
    own.path = slice(flattening.path);
    own.around = flattening.around + 1;
    return own.finish(own.visit(payload));
  }

  /** Whether a tree may be a key: no container, and of values of classes those that are saved as a text. */
  amino.isKey = (tree) => {
    if (typeof tree !== 'object' || tree === null) return true;
    return tree[0] === NAMED ? typeof tree[2] === 'string' : tree[0] > 2 && tree[0] < 9;
  };

  function native(name, value) {
    const view = VIEWS.get(name);
    if (view !== undefined && value instanceof Uint8Array && lengthOf(value) % view.BYTES_PER_ELEMENT === 0) return new view(bufferOf(value));
    if (name !== 'amino.regexp' || value?.length !== 2 || typeof value[0] !== 'string' || typeof value[1] !== 'string') return undefined;
    try {
      const regexp = new RegExp(value[0], value[1]);
      return sourceOf(regexp) === value[0] && flagsOf(regexp) === value[1] ? regexp : undefined;
    } catch {
      return undefined;
    }
  }

  amino.build.named = (name, value) => {
    const load = byName.get(name);
    if (load === undefined) return native(name, value) ?? new Named(name, value);
    try {
      return load(value);
    } catch (error) {
      throw invalid(`the hook load of ${name} threw ${String(error)}`);
    }
  };
  freeze(Named.prototype);
  amino.Named = Named;
  amino.register = register;
})
