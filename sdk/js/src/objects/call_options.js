import { milliseconds } from './lengths.js';
import { knownOptions } from './option_names.js';

/**
 * @import { WireOptions } from '../lane/options.js'
 * @import { Duration } from '../wire/duration.js'
 */

/**
 * How one call, or all calls of a stub made by `withOptions`, are to be made.
 * @typedef {object} CallOptions
 * @property {number | Duration} [deadline] seconds until the call ends with DeadlineExceeded
 * @property {AbortSignal} [signal] cancels the call
 * @property {Record<string, unknown>} [kwargs] named arguments, for languages that have them
 * @property {boolean} [readOnly] promises that the call changes nothing
 * @property {string} [requestId] of the one call that follows; a further attempt of it carries the same
 * @property {string} [transaction] name of the transaction it belongs to; inside `dm.transaction` it is known
 * @property {string} [trace] W3C `traceparent`
 * @property {Record<string, unknown>} [headers] values for deployment managers
 */

/**
 * @typedef {object} PreparedOptions
 * @property {WireOptions | null} wire
 * @property {AbortSignal | undefined} signal
 */

/** @type {PreparedOptions} */
export const NO_OPTIONS = Object.freeze({ wire: null, signal: undefined });
/** @type {(keyof CallOptions)[]} */
const NAMES = ['deadline', 'signal', 'kwargs', 'readOnly', 'requestId', 'transaction', 'trace', 'headers'];

/**
 * @param {CallOptions} given
 * @param {PreparedOptions} present what the stub had already; the new ones win
 * @returns {PreparedOptions}
 * @throws {import('../errors/tree.js').ArgumentInvalid} an option is not known, or the deadline is no time
 */
export function prepare(given, present = NO_OPTIONS) {
  const { deadline, signal, kwargs, readOnly, requestId, transaction, trace, headers } = knownOptions('withOptions', NAMES, given);
  /** @type {WireOptions} */
  const wire = { ...present.wire };
  if (deadline !== undefined) wire.budgetMs = milliseconds(deadline, 'deadline', { zero: false });
  if (kwargs !== undefined) wire.kwargs = kwargs;
  if (readOnly !== undefined) wire.readOnly = readOnly;
  if (transaction !== undefined) wire.transaction = transaction;
  if (requestId !== undefined) wire.requestId = requestId;
  if (trace !== undefined) wire.trace = trace;
  if (headers !== undefined) wire.headers = headers;
  return { wire: Object.keys(wire).length > 0 ? wire : null, signal: signal ?? present.signal };
}
