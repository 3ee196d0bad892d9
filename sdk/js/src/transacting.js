import { runJoint } from './joint_transaction.js';
import { Kinds } from './kinds.js';

/**
 * @import { TransactionOptions } from './client_options.js'
 */

/** The part of a client that makes transactions over several objects. */
export class Transacting extends Kinds {
  /**
   * Runs a block in a transaction: its calls to any objects, and the calls that these make because of them, happen as one or not at all. Each
   * object needs LockingTransactions, OptimisticTransactions or DurableTransactions; members that only read may be called of any.
   * @template T
   * @param {() => T | Promise<T>} block what it changes elsewhere it may change several times, where it is to be tried again
   * @param {TransactionOptions} [options]
   * @returns {Promise<T>} what the block gives, when all of it has happened
   * @throws {import('./errors/tree.js').AminoError} TransactionConflict, Deadlock, TransactionAborted: nothing has happened; TransactionInvalid:
   *   here is a transaction already; NotTransactional: by a call; OmsUnavailable, KernelUnavailable at the end: everything has happened or nothing
   */
  transaction(block, options = {}) {
    return runJoint(this.control, block, options);
  }
}
