/**
 * @param {unknown} error
 * @param {string} segment of the path, put in front
 * @returns {unknown} the same error
 */
export function located(error: unknown, segment: string): unknown;
/**
 * @param {string} key
 * @returns {string} `.name`, or `["any other text"]`
 */
export function propertyPath(key: string): string;
/** Why a value cannot be written; `path` grows while the call stack unwinds, so that nothing is paid for it when all is well. */
export class Unwritable extends Error {
    /** @param {string} reason */
    constructor(reason: string);
    path: string;
}
/** The value is larger than what its writer may hold. */
export class TooLarge extends Unwritable {
    /** @param {number} limit bytes */
    constructor(limit: number);
}
