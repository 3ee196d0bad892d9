/**
 * Refuses options that an operation does not have.
 * @template {object} T
 * @param {string} operation for the message
 * @param {readonly string[]} names of the options that it has
 * @param {T} given
 * @returns {T} the options as they were given
 * @throws {ArgumentInvalid} one of them is not known, or they are no object
 */
export function knownOptions<T extends object>(operation: string, names: readonly string[], given: T): T;
