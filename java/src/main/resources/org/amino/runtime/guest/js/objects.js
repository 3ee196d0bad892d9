// Errors, references to other objects and the global `amino` (docs/bridge.md, section 3).
(function (host, amino) {
  'use strict';
  const { PrivateMap, PrivateWeakMap, PrivateRegistry, deref, then, isWellFormed } = amino.builtins;
  const { AggregateError, Array, Error, Object, Promise, Proxy, String, TypeError, WeakRef } = globalThis;
  const { isArray } = Array, { min } = Math, { create, defineProperty, freeze, keys, preventExtensions } = Object;
  const { stringify } = JSON;
  const { toStringTag } = Symbol;
  const { flatten, Flattening, inTransaction: { current } } = amino;
  // Functions of their own: nothing that a guest can ask for leads to `host`.
  const ask = host.call, askAsync = host.callAsync, find = host.get, make = host.create, demand = host.getOrCreate, self = host.self;
  const MAP = 1, REFERENCE = 8, ERROR = 9;
  const GUEST = 'GUEST_EXCEPTION';
  const OUTCOMES = ['unknown', 'not_run', 'ran'];
  const RAN = 2;
  /** How many levels of causes and members of an error travel, and how many errors behind or within one. */
  const LEVELS = 16, ERRORS = 127;
  /** Errors that the runtime made: only they keep their code as values. */
  const received = new PrivateWeakMap();
  const targets = new PrivateWeakMap();
  const stubs = new PrivateMap();
  const forget = new PrivateRegistry((key) => {
    if (kept(stubs.get(key)) === undefined) stubs.delete(key);
  });

  function kept(reference) {
    return reference === undefined ? undefined : deref(reference);
  }

  /** An error of another object, or one of this object's own that carries details. */
  class AminoError extends Error {
    /**
     * @param {string} message what happened
     * @param {{details?: object, cause?: unknown, errors?: Error[]}} options `errors`: the members of a group
     */
    constructor(message, options = {}) {
      super(message, options.cause === undefined ? undefined : { cause: options.cause });
      this.code = GUEST;
      this.type = new.target.name;
      this.details = options.details ?? {};
      this.errors = options.errors ?? [];
      /** Whether the call ran that ended with this error: 'unknown', 'not_run' or 'ran'. */
      this.outcome = OUTCOMES[RAN];
    }

    get name() {
      return this.type;
    }
  }

  /**
   * An error made by the runtime.
   * @param {number | null} outcome the number that travels; null: what the code says
   * @param {Error[] | null} errors the members of a group
   * @param {unknown[] | null} hop where it came out of an object's code
   */
  function newError(code, type, message, stack = '', details = {}, cause = null, outcome = null, errors = null, hop = null) {
    const error = new AminoError(message, { details, cause: cause ?? undefined, errors: errors ?? [] });
    error.code = code;
    error.type = type;
    error.outcome = OUTCOMES[outcome ?? 0];
    received.set(error, { code, type, message, stack, details, outcome, hop, outside: false, frames: '' });
    return error;
  }

  /** An error that came from another object. An object that throws it on throws an exception of its own, which Java makes of it. */
  function errorFromOutside(...parts) {
    const error = newError(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6], parts[7], parts[8]);
    received.get(error).outside = true;
    return error;
  }

  function className(error) {
    const name = error.constructor?.name || error.name || 'Error';
    return String(name === 'AminoError' ? error.type : name);
  }

  /** The own fields of an error that say more than its message, as far as they are plain. */
  function plainFields(error) {
    const tree = [MAP];
    const names = keys(error);
    for (let i = 0; i < names.length; i++) {
      const key = names[i], value = error[key];
      const plain = value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
      const ours = error instanceof AminoError && (key === 'code' || key === 'type');
      if (plain && !ours && !(typeof value === 'string' && !isWellFormed(value))) {
        tree[tree.length] = key;
        tree[tree.length] = value;
      }
    }
    return tree;
  }

  /** @param {{ left: number }} room how many more errors travel within the same one */
  function flattenError(error, visit, levels = LEVELS, room = { left: ERRORS }) {
    const known = received.get(error);
    let cause = null;
    if (error.cause instanceof Error && levels > 0 && room.left > 0) {
      room.left--;
      cause = flattenError(error.cause, visit, levels - 1, room);
    }
    const errors = levels > 0 ? membersOf(error, visit, levels - 1, room) : null;
    if (known !== undefined) {
      return [ERROR, known.code, known.type, known.message, known.stack, visit(known.details), cause, known.outcome, errors, visit(known.hop)];
    }
    const details = error instanceof AminoError ? visit(error.details) : plainFields(error);
    return [ERROR, GUEST, className(error), String(error.message), String(error.stack ?? ''), details, cause, RAN, errors, null];
  }

  /** The trees of the members of an AggregateError, which may be any values, or of an error of ours. */
  function membersOf(error, visit, levels, room) {
    const members = error instanceof AggregateError || error instanceof AminoError ? error.errors : undefined;
    if (!isArray(members)) return null;
    const count = min(members.length, room.left);
    room.left -= count;
    const trees = [];
    for (let i = 0; i < count; i++) {
      trees[i] = members[i] instanceof Error ? flattenError(members[i], visit, levels, room) : describeValue(members[i]);
    }
    return trees;
  }

  /** The tree of a value that was thrown and is no error. */
  function describeValue(thrown) {
    let text = 'a value that has no text';
    try {
      text = typeof thrown === 'object' && thrown !== null ? stringify(thrown) : String(thrown);
    } catch {}
    return [ERROR, GUEST, thrown === null ? 'null' : typeof thrown, String(text), '', [MAP], null, RAN, null, null];
  }

  /** What a thrown value says: the same tree as an error's, and whether it came from another object. */
  function describeThrown(thrown) {
    if (!(thrown instanceof Error)) return told(describeValue(thrown), undefined);
    const known = received.get(thrown);
    try {
      return told(new Flattening('error', thrown).visit(thrown), known);
    } catch {
      return told([ERROR, GUEST, className(thrown), String(thrown.message), String(thrown.stack ?? ''), [MAP], null, RAN, null, null], known);
    }
  }

  /** A tree that also says whether the error came from another object, and the frames that called that one without waiting. */
  function told(tree, known) {
    tree[tree.length] = known?.outside === true;
    tree[tree.length] = known?.frames ?? '';
    return tree;
  }

  /** What Java hands back when a call failed; `settle` throws it inside the guest. */
  class Raised {
    constructor(error) {
      this.error = error;
    }
  }

  function settle(outcome) {
    if (outcome instanceof Raised) throw outcome.error;
    return outcome;
  }

  function flattenArguments(values) {
    const trees = [];
    for (let i = 0; i < values.length; i++) trees[i] = flatten(values[i], `args[${i}]`);
    return trees;
  }

  /** Every reference is one of these: `stub instanceof amino.Reference`. */
  class Reference {}

  function callable(id, method) {
    const call = (...args) => settle(ask(id, method, flattenArguments(args), null, current()));
    call.async = (...args) => start(id, method, args);
    return call;
  }

  function start(id, method, args) {
    const place = new Error();
    return new Promise((resolve, reject) => {
      askAsync(id, method, flattenArguments(args), (outcome) => {
        if (!(outcome instanceof Raised)) return resolve(outcome);
        received.get(outcome.error).frames = String(place.stack);
        reject(outcome.error);
      }, current());
    });
  }

  function asyncView(id) {
    return new Proxy(create(Reference.prototype), {
      get: (_, name) => (typeof name === 'string' && name !== 'then' ? (...args) => start(id, name, args) : undefined),
    });
  }

  function makeStub(target) {
    const members = new PrivateMap();
    const view = asyncView(target.id);
    return new Proxy(create(Reference.prototype), {
      get(_, name) {
        if (typeof name === 'symbol') return name === toStringTag ? 'Reference' : undefined;
        if (name === 'then' || name === 'toJSON' || name === 'constructor') return undefined;
        if (name === 'async') return view;
        if (name === 'toString') return () => `[reference ${target.className ?? 'object'} ${target.id}]`;
        let member = members.get(name);
        if (member === undefined) members.set(name, (member = callable(target.id, name)));
        return member;
      },
      set(_, name, value) {
        if (typeof name === 'symbol') throw new TypeError(`cannot set ${String(name)}: a property of another object has a name`);
        settle(ask(target.id, `${name}=`, flattenArguments([value]), null, current()));
        return true;
      },
    });
  }

  /** The same reference is the same stub, as long as anyone holds it; two epochs of one object are two references (see `amino.same`). */
  function reference(id, className, epoch, address) {
    const key = stringify([id, className, epoch, address]);
    const known = kept(stubs.get(key));
    if (known !== undefined) return known;
    const target = { id, className, epoch, address };
    const stub = makeStub(target);
    targets.set(stub, target);
    stubs.set(key, new WeakRef(stub));
    forget.register(stub, key);
    return stub;
  }

  function referenceOf(value) {
    const target = targets.get(value);
    return target && [REFERENCE, target.id, target.className, target.epoch, target.address];
  }

  /** Puts the object's id on its instance, where neither keys nor proxies show it. */
  class Identity extends (function (object) { return object; }) {
    #id;

    constructor(object, id) {
      super(object);
      this.#id = id;
    }

    static of(object) {
      return #id in object ? object.#id : undefined;
    }

    static change(object, id) {
      if (#id in object) object.#id = id;
      else new Identity(object, id);
    }
  }

  function ownReference(value) {
    const id = Identity.of(value);
    return id === undefined ? undefined : [REFERENCE, id, amino.className ?? null, 0, null];
  }

  const api = {
    /** A reference to the object registered under a name. */
    get: (name) => settle(find(String(name))),
    /** A reference to a new instance of what is registered under a name. */
    create: (name, ...args) => settle(make(String(name), flattenArguments(args))),
    /** A reference to the object of a kind and a key, which is made if nobody has it. Without arguments those of the kind are taken. */
    getOrCreate: (kind, key, ...args) => settle(demand(String(kind), String(key), flattenArguments(args))),
    transaction: amino.transaction,
    /** The reference of the object whose member runs now. */
    get self() {
      const id = self();
      return id === null ? null : reference(id, amino.className ?? null, 0, null);
    },
    /** Whether two references lead to one object. */
    same: (a, b) => targets.has(a) && targets.get(a).id === targets.get(b)?.id,
    Error: AminoError,
    Reference,
    Timestamp: amino.Timestamp,
    Duration: amino.Duration,
    Named: amino.Named,
    register: amino.register,
  };

  amino.build.reference = reference;
  amino.build.error = errorFromOutside;
  amino.build.raised = (error) => new Raised(error);
  /** Tells Java when a promise settles: `settled(true, tree)`, `settled(false, error tree)`, or with `true` besides when the result cannot travel. */
  amino.attach = (promise, settled) => {
    then(
      promise,
      (value) => {
        let tree;
        try {
          tree = flatten(value, 'result');
        } catch (error) {
          settled(false, describeThrown(error), true);
          return;
        }
        settled(true, tree);
      },
      (error) => settled(false, describeThrown(error)),
    );
  };
  amino.settle = settle;
  amino.className = null;
  amino.namespaces = undefined;
  amino.newError = newError;
  amino.flattenError = flattenError;
  amino.describeThrown = describeThrown;
  amino.referenceOf = referenceOf;
  amino.ownReference = ownReference;
  /** What the runtime knows of an error that it made, beside its fields. */
  amino.recordOf = (error) => received.get(error);
  amino.remember = (error, record) => { received.set(error, record); };
  amino.Identity = freeze(Identity);
  for (const shared of [AminoError, Reference, api.Timestamp, api.Duration, api.Named, api.register]) {
    freeze(shared);
    freeze(shared.prototype);
  }
  // Whatever a guest makes of keys such as `__proto__` in data that it is given, it adds nothing to the objects of its neighbours.
  preventExtensions(Object.prototype);
  amino.api = freeze(api);
  defineProperty(globalThis, 'amino', { __proto__: null, value: api, writable: false, enumerable: false, configurable: false });
})
