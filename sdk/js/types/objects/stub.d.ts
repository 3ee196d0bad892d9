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
 * Calls a member by its name, whatever the name is.
 * @param {object} stub
 * @param {string} method
 * @param {...unknown} args
 * @returns {Promise<any>}
 * @throws {TypeError} it is no stub
 */
export function call(stub: object, method: string, ...args: unknown[]): Promise<any>;
/**
 * @param {unknown} stub
 * @returns {Reference | null} what a stub refers to; null when it is no stub
 */
export function referenceOf(stub: unknown): Reference | null;
/**
 * Members that nothing is known about.
 */
export type AnyMembers = {
    [member: string]: any;
};
/**
 * A property of an object: it is read by a call without arguments, `await stub.level()`, and set by `await stub.level.set(9)`.
 */
export type RemoteProperty<T> = (() => Promise<Awaited<T>>) & {
    set: (value: T) => Promise<void>;
};
/**
 * The members of an object as a client sees them: each returns a promise.
 */
export type Remote<T> = string extends keyof T ? AnyMembers : { [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : RemoteProperty<T[K]>; };
/**
 * An object somewhere else. Its members are methods that return promises. A member whose name is one of the stub's own, or looked up by the language,
 * such as `withOptions`, `dm` or `then`, is reached by `call(stub, 'dm', …)`.
 */
export type Stub<T = AnyMembers> = Remote<T> & {
    withOptions: (options: CallOptions) => Stub<T>;
    dm: DeploymentManagers;
};
/**
 * Makes calls; a client is one.
 */
export type Caller = {
    invoke: (target: Target, method: string, args: unknown[], options: PreparedOptions) => Promise<unknown>;
    command: (target: Target, manager: string, command: string, args: unknown[], options: PreparedOptions) => Promise<unknown>;
};
/**
 * The target behind a stub.
 */
export type StubState = {
    target: Target;
    caller: Caller;
    options: PreparedOptions;
};
import type { PreparedOptions } from './call_options.js';
import type { Reference } from '../wire/reference.js';
import type { CallOptions } from './call_options.js';
import type { DeploymentManagers } from './manager_commands.js';
import type { Target } from './target.js';
