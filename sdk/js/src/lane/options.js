import { located, propertyPath } from '../wire/unwritable.js';

/** Keys of a call's options (docs/wire.md, section 2). */
export const KWARGS = 1;
export const BUDGET = 2;
export const REQUEST_ID = 3;
export const READ_ONLY = 4;
export const TRANSACTION = 5;
export const TRACE = 7;
export const FLAGS = 9;
export const EPOCH = 10;

/** Flag: answer MOVED instead of forwarding. */
export const ANSWER_MOVED = 1;

/**
 * Options of one call, as they travel.
 * @typedef {object} WireOptions
 * @property {Record<string, unknown>} [kwargs]
 * @property {number} [budgetMs]
 * @property {string} [requestId]
 * @property {boolean} [readOnly]
 * @property {string} [transaction]
 * @property {string} [traceparent]
 * @property {number} [flags]
 * @property {number} [epoch]
 */

/**
 * @param {import('../wire/encode.js').ValueEncoder} encoder
 * @param {WireOptions} options
 * @returns {boolean} whether anything was written; without any option set, nothing is
 */
export function encodeOptions(encoder, options) {
  const { writer } = encoder;
  /** @type {[number, unknown][]} */
  const pairs = [];
  if (options.kwargs !== undefined) pairs.push([KWARGS, options.kwargs]);
  if (options.budgetMs !== undefined) pairs.push([BUDGET, Math.max(1, Math.ceil(options.budgetMs))]);
  if (options.requestId !== undefined) pairs.push([REQUEST_ID, options.requestId]);
  if (options.readOnly) pairs.push([READ_ONLY, true]);
  if (options.transaction !== undefined) pairs.push([TRANSACTION, options.transaction]);
  if (options.traceparent !== undefined) pairs.push([TRACE, options.traceparent]);
  if (options.flags) pairs.push([FLAGS, options.flags]);
  if (options.epoch !== undefined) pairs.push([EPOCH, options.epoch]);
  if (pairs.length === 0) return false;
  writer.map(pairs.length);
  for (const [key, value] of pairs) {
    writer.integer(key);
    if (key === KWARGS) encodeKwargs(encoder, /** @type {Record<string, unknown>} */ (value));
    else encoder.root(value);
  }
  return true;
}

/**
 * Each keyword argument is a value of its own, as each positional one is.
 * @param {import('../wire/encode.js').ValueEncoder} encoder
 * @param {Record<string, unknown>} kwargs
 */
export function encodeKwargs(encoder, kwargs) {
  const entries = Object.entries(kwargs);
  encoder.writer.map(entries.length);
  for (const [name, value] of entries) {
    encoder.writer.text(name);
    try {
      encoder.root(value);
    } catch (error) {
      throw located(error, `kwargs${propertyPath(name)}`);
    }
  }
}
