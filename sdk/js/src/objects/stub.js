import { inspect } from 'node:util';
import { NO_OPTIONS, prepare } from './call_options.js';
import { commands } from './manager_commands.js';
import { isLookedUp, refuseGuess } from './members.js';

/**
 * @import { Reference } from '../wire/reference.js'
 * @import { CallOptions, PreparedOptions } from './call_options.js'
 * @import { DeploymentManagers } from './manager_commands.js'
 * @import { Target } from './target.js'
 */

/**
 * Members that nothing is known about.
 * @typedef {{ [member: string]: any }} AnyMembers
 */

/**
 * A property of an object: it is read by a call without arguments, `await stub.level()`, and set by `await stub.level.set(9)`.
 * @template T
 * @typedef {(() => Promise<Awaited<T>>) & { set: (value: T) => Promise<void> }} RemoteProperty
 */

/**
 * The members of an object as a client sees them: each returns a promise.
 * @template T
 * @typedef {string extends keyof T ? AnyMembers :
 *   { [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : RemoteProperty<T[K]> }} Remote
 */

/**
 * An object somewhere else. Its members are methods that return promises. A member whose name is one of the stub's own, or looked up by the language,
 * such as `withOptions`, `dm` or `then`, is reached by `call(stub, 'dm', …)`.
 * @template [T=AnyMembers]
 * @typedef {Remote<T> & { withOptions: (options: CallOptions) => Stub<T>, dm: DeploymentManagers }} Stub
 */

/**
 * Makes calls; a client is one.
 * @typedef {object} Caller
 * @property {(target: Target, method: string, args: unknown[], options: PreparedOptions) => Promise<unknown>} invoke
 * @property {(target: Target, manager: string, command: string, args: unknown[], options: PreparedOptions) => Promise<unknown>} command
 */

/**
 * The target behind a stub.
 * @typedef {object} StubState
 * @property {Target} target
 * @property {Caller} caller
 * @property {PreparedOptions} options
 */

/** Enumerable, so that comparisons of structure, as in tests, take two stubs of one object for equal, and others not. */
const OBJECT = Symbol('amino.object');
const NOTHING = Object.freeze({});

/** A stub is made as a weak reference: the language refuses to clone these, where it would make an empty object of a plain one. */
class Stateful extends WeakRef {
  /** @type {StubState} */
  #state;
  [OBJECT] = '';

  /** @param {StubState} state */
  constructor(state) {
    super(NOTHING);
    this.#state = state;
    this[OBJECT] = state.target.id;
  }

  /**
   * @param {object} candidate
   * @returns {StubState | undefined}
   */
  static stateOf(candidate) {
    return #state in candidate ? candidate.#state : undefined;
  }
}

/**
 * @param {object} stub
 * @param {string} what
 * @returns {TypeError}
 */
function refusal(stub, what) {
  return new TypeError(`${describeStub(stub)} ${what}`);
}

/**
 * @param {object} stub
 * @param {string} name
 * @returns {TypeError}
 */
function unassignable(stub, name) {
  return refusal(stub, `has no ${name} to assign here, for nothing would wait for the object: await stub.${name}.set(value)`);
}

/**
 * @param {StubState} state
 * @param {string} name
 */
function memberOf({ target, caller, options }, name) {
  const member = (/** @type {unknown[]} */ ...args) => caller.invoke(target, name, args, options);
  member.set = (/** @type {unknown} */ value) => caller.invoke(target, `${name}=`, [value], options);
  return member;
}

/** Makes a member the first time it is asked for; it is a property of the stub from then on. */
const MEMBERS = new Proxy(Object.create(null), {
  get(_, name, receiver) {
    if (typeof name === 'symbol' || isLookedUp(name)) return undefined;
    const state = stateOf(receiver);
    if (!state) return undefined;
    refuseGuess(name, state.target);
    const member = memberOf(state, name);
    Object.defineProperty(receiver, name, {
      get: () => member,
      set() { throw unassignable(receiver, name); },
      configurable: true,
    });
    return member;
  },
  set(_, name, _value, receiver) {
    throw unassignable(receiver, String(name));
  },
  has(_, name) {
    return typeof name === 'string' && !isLookedUp(name);
  },
});

const STUB = Object.create(MEMBERS, {
  withOptions: {
    value(/** @type {CallOptions} */ options) {
      const { target, caller, options: present } = /** @type {StubState} */ (stateOf(this));
      return makeStub({ target, caller, options: prepare(options, present) });
    },
  },
  dm: {
    get() {
      return commands(/** @type {StubState} */ (stateOf(this)), '');
    },
    set() { throw unassignable(this, 'dm'); },
  },
  toString: { value() { return describeStub(this); } },
  valueOf: { value() { return this; } },
  toJSON: { value() { return { amino: stateOf(this)?.target.id }; } },
  [inspect.custom]: { value() { return describeStub(this); } },
  [Symbol.toStringTag]: { value: 'Stub' },
  [Symbol.toPrimitive]: {
    value(/** @type {string} */ hint) {
      if (hint === 'number') throw refusal(this, 'is no number: await a member that gives one');
      return describeStub(this);
    },
  },
  [Symbol.iterator]: { value() { throw refusal(this, 'cannot be iterated over or spread: await a member that gives a list'); } },
  [Symbol.asyncIterator]: { value() { throw refusal(this, 'cannot be iterated over: await a member that gives a list'); } },
});

// Of the class a stub has what it is made of, and nothing else.
Reflect.deleteProperty(Stateful.prototype, 'constructor');
Object.setPrototypeOf(Stateful.prototype, STUB);

/**
 * @param {object} stub
 * @returns {string}
 */
function describeStub(stub) {
  return `Stub(${stateOf(stub)?.target})`;
}

/**
 * @param {unknown} candidate
 * @returns {StubState | undefined}
 */
export function stateOf(candidate) {
  return typeof candidate === 'object' && candidate !== null ? Stateful.stateOf(candidate) : undefined;
}

/**
 * @param {Omit<StubState, 'options'> & { options?: PreparedOptions }} state
 * @returns {Stub}
 */
export function makeStub({ target, caller, options = NO_OPTIONS }) {
  return /** @type {any} */ (new Stateful({ target, caller, options }));
}

/**
 * Calls a member by its name, whatever the name is.
 * @param {object} stub
 * @param {string} method
 * @param {...unknown} args
 * @returns {Promise<any>}
 * @throws {TypeError} it is no stub
 */
export function call(stub, method, ...args) {
  const state = stateOf(stub);
  if (!state) throw new TypeError('only the member of a stub can be called so');
  return state.caller.invoke(state.target, method, args, state.options);
}

/**
 * @param {unknown} stub
 * @returns {Reference | null} what a stub refers to; null when it is no stub
 */
export function referenceOf(stub) {
  return stateOf(stub)?.target.reference ?? null;
}
