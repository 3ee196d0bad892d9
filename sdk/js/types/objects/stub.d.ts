/**
 * @param {unknown} candidate
 * @returns {StubState | undefined}
 */
export function stateOf(candidate: unknown): StubState | undefined;
/**
 * @param {Omit<StubState, 'options'> & { options?: PreparedOptions }} state
 * @returns {Stub}
 */
export function makeStub({ target, caller, options }: Omit<StubState, "options"> & {
    options?: PreparedOptions;
}): Stub;
/**
 * @param {CallOptions} given
 * @param {PreparedOptions} present what the stub had already; the new ones win
 * @returns {PreparedOptions}
 * @throws {TypeError} an option is not known, or the deadline is no time
 */
export function prepare(given: CallOptions, present?: PreparedOptions): PreparedOptions;
/**
 * @param {number | Duration} time milliseconds, or a duration
 * @param {string} [what] its name in the message
 * @returns {number} milliseconds
 * @throws {TypeError}
 */
export function milliseconds(time: number | Duration, what?: string): number;
/**
 * Calls a member by its name, whatever the name is.
 * @param {object} stub
 * @param {string} method
 * @param {...unknown} args
 * @returns {Promise<any>}
 * @throws {TypeError} it is no stub
 */
export function call(stub: object, method: string, ...args: unknown[]): Promise<any>;
/**
 * @param {unknown} candidate
 * @returns {Reference | null} what a stub refers to; null when it is no stub
 */
export function referenceOf(candidate: unknown): Reference | null;
/**
 * How one call, or all calls of a stub made by `with`, are to be made.
 */
export type CallOptions = {
    /**
     * milliseconds until the call ends with DeadlineExceeded
     */
    deadline?: number | Duration | undefined;
    /**
     * cancels the call
     */
    signal?: AbortSignal | undefined;
    /**
     * named arguments, for languages that have them
     */
    kwargs?: Record<string, unknown> | undefined;
    /**
     * promises that the call changes nothing
     */
    readOnly?: boolean | undefined;
    /**
     * name of the transaction it belongs to; inside `dm.transaction` it is known
     */
    transaction?: string | undefined;
    /**
     * W3C trace context
     */
    traceparent?: string | undefined;
};
/**
 * Commands to the deployment managers of an object: `stub.dm.push()` goes to the first of its chain that knows the command,
 * `stub.dm.of('Retry').…` to one by name. `stub.dm.transaction(async () => …)` runs a block whose calls to the object happen as one, or not at
 * all where it throws. Calls that other objects make to it, because the block called those, belong to it; what changes in others stays.
 */
export type DeploymentManagers = ManagerCommands & AnyMembers;
export type ManagerCommands = {
    of: (deploymentManager: string) => DeploymentManagers;
    transaction: <T>(block: (name: string) => T | Promise<T>) => Promise<T>;
};
/**
 * Members that nothing is known about.
 */
export type AnyMembers = {
    [member: string]: any;
};
/**
 * The members of an object as a client sees them: each returns a promise.
 */
export type Remote<T> = string extends keyof T ? AnyMembers : { [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never; };
/**
 * An object somewhere else. Its members are methods that return promises. A member called `with`, `dm`, `then`, `toString`, `valueOf`, `toJSON` or
 * `constructor` is reached by `call(stub, 'with', …)`.
 */
export type Stub<T = AnyMembers> = Remote<T> & {
    with: (options: CallOptions) => Stub<T>;
    dm: DeploymentManagers;
};
/**
 * Makes calls; a client is one.
 */
export type Caller = {
    invoke: (target: Target, method: string, args: unknown[], options: PreparedOptions) => Promise<unknown>;
    command: (target: Target, manager: string, command: string, args: unknown[], options: PreparedOptions) => Promise<unknown>;
};
export type PreparedOptions = {
    wire: WireOptions | null;
    signal: AbortSignal | undefined;
};
/**
 * The target behind a stub.
 */
export type StubState = {
    target: Target;
    caller: Caller;
    options: PreparedOptions;
};
import { Duration } from '../wire/duration.js';
import type { Reference } from '../wire/reference.js';
import type { Target } from './target.js';
import type { WireOptions } from '../lane/options.js';
