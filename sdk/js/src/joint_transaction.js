import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { errorOfMessage } from './control/rpc_errors.js';
import { Deadlock, Ended, TransactionConflict, Unavailable } from './errors/tree.js';
import { optionsOf } from './known_options.js';
import { wholeMilliseconds } from './objects/lengths.js';
import { insideJoint, refuseInside } from './objects/transaction.js';
import { ClientService } from './pb/client_pb.js';

/**
 * @import { TransactionOptions } from './client_options.js'
 * @import { Control } from './control/control.js'
 */

const SECONDS = 60;
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/**
 * Runs a block whose calls, to however many objects, happen as one or not at all.
 * @template T
 * @param {Control} control
 * @param {() => T | Promise<T>} block
 * @param {TransactionOptions} options
 * @returns {Promise<T>}
 */
export async function runJoint(control, block, options) {
  if (typeof block !== 'function') throw new TypeError('transaction() takes the function whose calls are to happen as one or not at all');
  const { timeout = SECONDS, tries = 1 } = optionsOf('transaction', options);
  refuseInside();
  for (let attempt = 1; ; attempt += 1) {
    const given = await once(control, block, timeout);
    if (given.failure === undefined) return /** @type {T} */ (given.result);
    if (attempt >= tries || ![given.failure, given.ended].some(mayTryAgain)) throw given.failure;
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + Math.random()));
  }
}

/**
 * @template T
 * @param {Control} control
 * @param {() => T | Promise<T>} block
 * @param {number} timeout
 * @returns {Promise<{ result?: T, failure?: unknown, ended?: unknown }>}
 */
async function once(control, block, timeout) {
  const begin = ClientService.method.beginTransaction;
  // Shown at the end: nobody else may end it.
  const key = randomUUID();
  const { transaction } = await control.unary(begin, { timeoutMs: wholeMilliseconds(timeout, 'timeout'), requestId: randomUUID(), key });
  /** @type {T} */
  let result;
  try {
    result = await insideJoint(transaction, block);
  } catch (failure) {
    return { failure, ended: await takeBack(control, { transaction, key }, failure) };
  }
  try {
    await commit(control, { transaction, key });
  } catch (failure) {
    return { failure };
  }
  return { result };
}

/**
 * @param {Control} control
 * @param {{ transaction: string, key: string }} begun
 */
async function commit(control, begun) {
  const ends = performance.now() + PATIENCE_MS;
  const requestId = randomUUID();
  for (;;) {
    try {
      await control.unary(ClientService.method.endTransaction, { ...begun, commit: true, requestId });
      return;
    } catch (error) {
      const silent = (error instanceof Unavailable || error instanceof Ended) && !(error instanceof Deadlock);
      if (!silent || performance.now() > ends) throw error;
    }
    await pause(AGAIN_MS);
  }
}

/**
 * Ends it without effect. Where that cannot be said from here, it ends by itself.
 * @param {Control} control
 * @param {{ transaction: string, key: string }} begun
 * @param {unknown} failure
 * @returns {Promise<unknown>} why others had ended it before; undefined: nobody had
 */
async function takeBack(control, begun, failure) {
  const reason = `its block raised ${failure instanceof Error ? failure.name : typeof failure}`;
  try {
    const { ended } = await control.unary(ClientService.method.endTransaction, { ...begun, reason, requestId: randomUUID() });
    return ended === undefined ? undefined : errorOfMessage(ended);
  } catch {
    return undefined;
  }
}

/** @param {unknown} error */
function mayTryAgain(error) {
  return error instanceof TransactionConflict || error instanceof Deadlock;
}
