/**
 * The kernels to try, in order: the given ones, else AMINO_ADDRESS, else the default.
 * @param {string | undefined} given `host:port`, or several separated by commas
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string[]}
 * @throws {ConfigInvalid} an address is none
 */
export function addresses(given: string | undefined, environment?: NodeJS.ProcessEnv): string[];
