/**
 * How long a kernel may take for its first answer before the next address is tried: the given time, else AMINO_NEXT_AFTER, else a second.
 * @param {number | import('../wire/duration.js').Duration | undefined} given seconds, or a duration
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {number} milliseconds
 * @throws {import('../errors/tree.js').AminoError} ArgumentInvalid: what was given is no length of time, or 0; ConfigInvalid: the variable says none
 */
export function nextAfter(given: number | import("../wire/duration.js").Duration | undefined, environment?: NodeJS.ProcessEnv): number;
