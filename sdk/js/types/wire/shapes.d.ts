/**
 * Whether an object is a record: made by `{}`, by JSON, without a prototype, or by `{}` of another realm (a `vm` context).
 * @param {object} value
 * @returns {value is Record<string, unknown>}
 */
export function isPlainObject(value: object): value is Record<string, unknown>;
/**
 * @param {unknown} value that cannot travel
 * @returns {string} why not, and what could
 */
export function describe(value: unknown): string;
