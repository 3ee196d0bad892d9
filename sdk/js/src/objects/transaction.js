import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { TransactionInvalid } from '../errors/tree.js';

/**
 * @import { PreparedOptions } from './call_options.js'
 * @import { StubState } from './stub.js'
 */

/**
 * Names of open transactions by the ids of their objects.
 * @typedef {Readonly<Record<string, string>>} Scope
 */

/** Stands between a transaction's own name and the id of its object (docs/wire.md, option 5). */
const OF = '@';
/** Stands for the object's id in the name of a transaction over several objects. */
const ALL = '*';
/** @type {AsyncLocalStorage<Scope>} */
const OPEN = new AsyncLocalStorage();

/**
 * Runs a block whose calls to an object happen as one or not at all.
 * @template T
 * @param {StubState} state of the object's stub
 * @param {string} manager empty: the first that has transactions
 * @param {(name: string) => T | Promise<T>} block
 * @returns {Promise<T>}
 */
export async function runTransaction({ target, caller, options }, manager, block) {
  if (typeof block !== 'function') throw new TypeError('transaction() takes the function whose calls are to happen as one or not at all');
  const around = OPEN.getStore() ?? {};
  const present = around[target.id] ?? around[ALL];
  if (present !== undefined) {
    const what = `${target.reference.className ?? 'object'} ${target.id}`;
    const message = `no second transaction of ${what} was started inside its transaction ${present}, for whose end it would wait: `
      + 'end that one first, or make the calls in it';
    throw new TransactionInvalid(message, { details: { object: target.id, transaction: present }, outcome: 'not_run' });
  }
  const name = /** @type {string} */ (await caller.command(target, manager, 'start_transaction', [], options));
  /** @type {T} */
  let result;
  try {
    result = await OPEN.run({ ...around, [target.id]: name }, block, name);
  } catch (error) {
    // What the block ended with matters more. A transaction that cannot be rolled back from here ends with its lease.
    await caller.command(target, manager, 'rollback', [name], options).catch(() => {});
    throw error;
  }
  await caller.command(target, manager, 'commit', [name], options);
  return result;
}

/**
 * What a call carries here: the transaction of its object, and those of other objects, which it may reach.
 * @param {string} id of the object
 * @param {PreparedOptions} options
 * @returns {PreparedOptions}
 */
export function inTransactions(id, options) {
  const scope = OPEN.getStore();
  if (scope === undefined || options.wire?.transaction !== undefined) return options;
  const names = Object.entries(scope).filter(([owner, name]) => owner === id || name.includes(OF)).map(([, name]) => name);
  if (names.length === 0) return options;
  // In a transaction over several objects a call has an id of its own, by which it counts once.
  const own = scope[ALL] === undefined ? {} : { requestId: options.wire?.requestId ?? randomUUID() };
  return { ...options, wire: { ...options.wire, ...own, transaction: names.join(' ') } };
}

/**
 * Runs a block in a transaction that is open, as the part of the program that belongs to it.
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} block
 * @returns {Promise<T>}
 */
export async function insideJoint(name, block) {
  return await OPEN.run({ [ALL]: name }, block);
}

/** @throws {TransactionInvalid} here is a transaction already */
export function refuseInside() {
  const [present] = Object.values(OPEN.getStore() ?? {});
  if (present === undefined) return;
  const message = `no transaction was started inside transaction ${present}: end that one first, or make the calls in it`;
  throw new TransactionInvalid(message, { details: { transaction: present }, outcome: 'not_run' });
}
