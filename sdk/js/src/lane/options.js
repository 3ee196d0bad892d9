import {
  OPTION_BUDGET, OPTION_EPOCH, OPTION_FLAGS, OPTION_HEADERS, OPTION_KWARGS, OPTION_READ_ONLY, OPTION_REQUEST_ID, OPTION_TRACE, OPTION_TRANSACTION,
} from '../protocol.js';
import { located, propertyPath } from '../wire/unwritable.js';

const NAMES = { [OPTION_KWARGS]: 'kwargs', [OPTION_HEADERS]: 'headers' };

/**
 * Options of one call, as they travel.
 * @typedef {object} WireOptions
 * @property {Record<string, unknown>} [kwargs]
 * @property {number} [budgetMs]
 * @property {string} [requestId]
 * @property {boolean} [readOnly]
 * @property {string} [transaction]
 * @property {string} [trace]
 * @property {Record<string, unknown>} [headers]
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
  if (options.kwargs !== undefined) pairs.push([OPTION_KWARGS, options.kwargs]);
  if (options.budgetMs !== undefined) pairs.push([OPTION_BUDGET, Math.max(1, Math.ceil(options.budgetMs))]);
  if (options.requestId !== undefined) pairs.push([OPTION_REQUEST_ID, options.requestId]);
  if (options.readOnly) pairs.push([OPTION_READ_ONLY, true]);
  if (options.transaction !== undefined) pairs.push([OPTION_TRANSACTION, options.transaction]);
  if (options.trace !== undefined) pairs.push([OPTION_TRACE, options.trace]);
  if (options.headers !== undefined) pairs.push([OPTION_HEADERS, options.headers]);
  if (options.flags) pairs.push([OPTION_FLAGS, options.flags]);
  if (options.epoch !== undefined) pairs.push([OPTION_EPOCH, options.epoch]);
  if (pairs.length === 0) return false;
  writer.map(pairs.length);
  for (const [key, value] of pairs) {
    writer.integer(key);
    if (key === OPTION_KWARGS || key === OPTION_HEADERS) encodeNamed(encoder, /** @type {Record<string, unknown>} */ (value), NAMES[key]);
    else encoder.root(value);
  }
  return true;
}

/**
 * Each named argument, and each header, is a value of its own, as each positional argument is.
 * @param {import('../wire/encode.js').ValueEncoder} encoder
 * @param {Record<string, unknown>} values
 * @param {string} path for messages
 */
export function encodeNamed(encoder, values, path) {
  const entries = Object.entries(values);
  encoder.writer.map(entries.length);
  for (const [name, value] of entries) {
    encoder.writer.text(name);
    try {
      encoder.root(value);
    } catch (error) {
      throw located(error, `${path}${propertyPath(name)}`);
    }
  }
}
