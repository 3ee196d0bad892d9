/**
 * @param {unknown} error
 * @returns {unknown} the same error, of a call that is known not to have run
 */
export function notRun(error: unknown): unknown;
