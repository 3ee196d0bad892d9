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
export function encodeOptions(encoder: import("../wire/encode.js").ValueEncoder, options: WireOptions): boolean;
/**
 * Each keyword argument is a value of its own, as each positional one is.
 * @param {import('../wire/encode.js').ValueEncoder} encoder
 * @param {Record<string, unknown>} kwargs
 */
export function encodeKwargs(encoder: import("../wire/encode.js").ValueEncoder, kwargs: Record<string, unknown>): void;
/**
 * Options of one call, as they travel.
 */
export type WireOptions = {
    kwargs?: Record<string, unknown> | undefined;
    budgetMs?: number | undefined;
    requestId?: string | undefined;
    readOnly?: boolean | undefined;
    transaction?: string | undefined;
    traceparent?: string | undefined;
    flags?: number | undefined;
    epoch?: number | undefined;
};
