/**
 * @param {CallOptions} given
 * @param {PreparedOptions} present what the stub had already; the new ones win
 * @returns {PreparedOptions}
 * @throws {import('../errors/tree.js').ArgumentInvalid} an option is not known, or the deadline is no time
 */
export function prepare(given: CallOptions, present?: PreparedOptions): PreparedOptions;
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
export const NO_OPTIONS: PreparedOptions;
/**
 * How one call, or all calls of a stub made by `withOptions`, are to be made.
 */
export type CallOptions = {
    /**
     * seconds until the call ends with DeadlineExceeded
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
     * of the one call that follows; a further attempt of it carries the same
     */
    requestId?: string | undefined;
    /**
     * name of the transaction it belongs to; inside `dm.transaction` it is known
     */
    transaction?: string | undefined;
    /**
     * W3C `traceparent`
     */
    trace?: string | undefined;
    /**
     * values for deployment managers
     */
    headers?: Record<string, unknown> | undefined;
};
export type PreparedOptions = {
    wire: WireOptions | null;
    signal: AbortSignal | undefined;
};
import type { Duration } from '../wire/duration.js';
import type { WireOptions } from '../lane/options.js';
