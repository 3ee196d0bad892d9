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
export function encodeOptions(encoder: import("../wire/encode.js").ValueEncoder, options: WireOptions): boolean;
/**
 * Each named argument, and each header, is a value of its own, as each positional argument is.
 * @param {import('../wire/encode.js').ValueEncoder} encoder
 * @param {Record<string, unknown>} values
 * @param {string} path for messages
 */
export function encodeNamed(encoder: import("../wire/encode.js").ValueEncoder, values: Record<string, unknown>, path: string): void;
/**
 * Options of one call, as they travel.
 */
export type WireOptions = {
    kwargs?: Record<string, unknown> | undefined;
    budgetMs?: number | undefined;
    requestId?: string | undefined;
    readOnly?: boolean | undefined;
    transaction?: string | undefined;
    trace?: string | undefined;
    headers?: Record<string, unknown> | undefined;
    flags?: number | undefined;
    epoch?: number | undefined;
};
