import { inspect } from 'node:util';
import { Duration } from '../wire/duration.js';
import { runTransaction } from './transaction.js';

/**
 * @import { Reference } from '../wire/reference.js'
 * @import { WireOptions } from '../lane/options.js'
 * @import { Target } from './target.js'
 */

/**
 * How one call, or all calls of a stub made by `with`, are to be made.
 * @typedef {object} CallOptions
 * @property {number | Duration} [deadline] milliseconds until the call ends with DeadlineExceeded
 * @property {AbortSignal} [signal] cancels the call
 * @property {Record<string, unknown>} [kwargs] named arguments, for languages that have them
 * @property {boolean} [readOnly] promises that the call changes nothing
 * @property {string} [transaction] name of the transaction it belongs to; inside `dm.transaction` it is known
 * @property {string} [traceparent] W3C trace context
 */

/**
 * Commands to the deployment managers of an object: `stub.dm.push()` goes to the first of its chain that knows the command,
 * `stub.dm.of('Retry').…` to one by name. `stub.dm.transaction(async () => …)` runs a block whose calls to the object happen as one, or not at
 * all where it throws. Calls that other objects make to it, because the block called those, belong to it; what changes in others stays.
 * @typedef {ManagerCommands & AnyMembers} DeploymentManagers
 */

/**
 * @typedef {object} ManagerCommands
 * @property {(deploymentManager: string) => DeploymentManagers} of
 * @property {<T>(block: (name: string) => T | Promise<T>) => Promise<T>} transaction
 */

/**
 * Members that nothing is known about.
 * @typedef {{ [member: string]: any }} AnyMembers
 */

/**
 * The members of an object as a client sees them: each returns a promise.
 * @template T
 * @typedef {string extends keyof T ? AnyMembers :
 *   { [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never }} Remote
 */

/**
 * An object somewhere else. Its members are methods that return promises. A member called `with`, `dm`, `then`, `toString`, `valueOf`, `toJSON` or
 * `constructor` is reached by `call(stub, 'with', …)`.
 * @template [T=AnyMembers]
 * @typedef {Remote<T> & { with: (options: CallOptions) => Stub<T>, dm: DeploymentManagers }} Stub
 */

/**
 * Makes calls; a client is one.
 * @typedef {object} Caller
 * @property {(target: Target, method: string, args: unknown[], options: PreparedOptions) => Promise<unknown>} invoke
 * @property {(target: Target, manager: string, command: string, args: unknown[], options: PreparedOptions) => Promise<unknown>} command
 */

/**
 * @typedef {object} PreparedOptions
 * @property {WireOptions | null} wire
 * @property {AbortSignal | undefined} signal
 */

/**
 * The target behind a stub.
 * @typedef {object} StubState
 * @property {Target} target
 * @property {Caller} caller
 * @property {PreparedOptions} options
 */

const STATE = Symbol('amino.stub');
/** @type {PreparedOptions} */
const NO_OPTIONS = Object.freeze({ wire: null, signal: undefined });
/** Names that JavaScript itself looks up: a stub that answered them with a remote method would be taken for a promise, and so on. */
const NOT_MEMBERS = new Set(['then', 'constructor', '__proto__', 'nodeType', 'asymmetricMatch']);

/** Makes a method the first time it is asked for; it is an ordinary property of the stub from then on. */
const MEMBERS = new Proxy(Object.create(null), {
  get(_, name, receiver) {
    if (typeof name === 'symbol' || NOT_MEMBERS.has(name)) return undefined;
    const state = stateOf(receiver);
    if (!state) return undefined;
    const { target, caller, options } = state;
    const method = (/** @type {unknown[]} */ ...args) => caller.invoke(target, name, args, options);
    Object.defineProperty(receiver, name, { value: method, configurable: true });
    return method;
  },
});

const STUB = Object.create(MEMBERS, {
  with: {
    value(/** @type {CallOptions} */ options) {
      const { target, caller, options: present } = /** @type {StubState} */ (stateOf(this));
      return makeStub({ target, caller, options: prepare(options, present) });
    },
  },
  dm: {
    get() {
      return commands(/** @type {StubState} */ (stateOf(this)), '');
    },
  },
  toString: { value() { return describeStub(this); } },
  valueOf: { value() { return this; } },
  toJSON: { value() { return { amino: stateOf(this)?.target.id }; } },
  [inspect.custom]: { value() { return describeStub(this); } },
});

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
  return typeof candidate === 'object' && candidate !== null ? /** @type {any} */ (candidate)[STATE] : undefined;
}

/**
 * @param {Omit<StubState, 'options'> & { options?: PreparedOptions }} state
 * @returns {Stub}
 */
export function makeStub({ target, caller, options = NO_OPTIONS }) {
  return Object.create(STUB, { [STATE]: { value: { target, caller, options } } });
}

/**
 * @param {StubState} state
 * @param {string} manager empty: the first that knows the command
 * @returns {DeploymentManagers}
 */
function commands({ target, caller, options }, manager) {
  return new Proxy(/** @type {DeploymentManagers} */ (Object.create(null)), {
    get(_, name) {
      if (typeof name === 'symbol' || name === 'then') return undefined;
      if (name === 'transaction') {
        return (/** @type {(name: string) => unknown} */ block) => runTransaction({ target, caller, options }, manager, block);
      }
      if (name === 'of' && manager === '') return (/** @type {string} */ other) => commands({ target, caller, options }, other);
      return (/** @type {unknown[]} */ ...args) => caller.command(target, manager, name, args, options);
    },
  });
}

/**
 * @param {CallOptions} given
 * @param {PreparedOptions} present what the stub had already; the new ones win
 * @returns {PreparedOptions}
 * @throws {TypeError} an option is not known, or the deadline is no time
 */
export function prepare(given, present = NO_OPTIONS) {
  const { deadline, signal, kwargs, readOnly, transaction, traceparent, ...unknown } = given;
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) {
    throw new TypeError(`there is no option ${stranger}; options are deadline, signal, kwargs, readOnly, transaction and traceparent`);
  }
  /** @type {WireOptions} */
  const wire = { ...present.wire };
  if (deadline !== undefined) wire.budgetMs = milliseconds(deadline);
  if (kwargs !== undefined) wire.kwargs = kwargs;
  if (readOnly !== undefined) wire.readOnly = readOnly;
  if (transaction !== undefined) wire.transaction = transaction;
  if (traceparent !== undefined) wire.traceparent = traceparent;
  return { wire: Object.keys(wire).length > 0 ? wire : null, signal: signal ?? present.signal };
}

/**
 * @param {number | Duration} time milliseconds, or a duration
 * @param {string} [what] its name in the message
 * @returns {number} milliseconds
 * @throws {TypeError}
 */
export function milliseconds(time, what = 'deadline') {
  const value = time instanceof Duration ? time.toMilliseconds() : time;
  if (!(Number.isFinite(value) && value > 0)) throw new TypeError(`a ${what} must be a positive number of milliseconds or a Duration, not ${String(time)}`);
  return value;
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
 * @param {unknown} candidate
 * @returns {Reference | null} what a stub refers to; null when it is no stub
 */
export function referenceOf(candidate) {
  return stateOf(candidate)?.target.reference ?? null;
}
