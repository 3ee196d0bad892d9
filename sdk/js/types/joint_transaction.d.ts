/**
 * Runs a block whose calls, to however many objects, happen as one or not at all.
 * @template T
 * @param {Control} control
 * @param {() => T | Promise<T>} block
 * @param {TransactionOptions} options
 * @returns {Promise<T>}
 */
export function runJoint<T>(control: Control, block: () => T | Promise<T>, options: TransactionOptions): Promise<T>;
import type { Control } from './control/control.js';
import type { TransactionOptions } from './client_options.js';
