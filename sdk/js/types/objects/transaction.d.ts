/**
 * Runs a block whose calls to an object happen as one or not at all.
 * @template T
 * @param {StubState} state of the object's stub
 * @param {string} manager empty: the first that has transactions
 * @param {(name: string) => T | Promise<T>} block
 * @returns {Promise<T>}
 */
export function runTransaction<T>({ target, caller, options }: StubState, manager: string, block: (name: string) => T | Promise<T>): Promise<T>;
/**
 * What a call carries here: the transaction of its object, and those of other objects, which it may reach.
 * @param {string} id of the object
 * @param {PreparedOptions} options
 * @returns {PreparedOptions}
 */
export function inTransactions(id: string, options: PreparedOptions): PreparedOptions;
/**
 * Runs a block in a transaction that is open, as the part of the program that belongs to it.
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} block
 * @returns {Promise<T>}
 */
export function insideJoint<T>(name: string, block: () => T | Promise<T>): Promise<T>;
/** @throws {TransactionInvalid} here is a transaction already */
export function refuseInside(): void;
/**
 * Names of open transactions by the ids of their objects.
 */
export type Scope = Readonly<Record<string, string>>;
import type { StubState } from './stub.js';
import type { PreparedOptions } from './call_options.js';
