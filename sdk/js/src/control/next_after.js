import { ConfigInvalid } from '../errors/tree.js';
import { LONGEST, milliseconds } from '../objects/lengths.js';
import { NEXT_AFTER_MS } from '../protocol.js';

const VARIABLE = 'AMINO_NEXT_AFTER';

/**
 * How long a kernel may take for its first answer before the next address is tried: the given time, else AMINO_NEXT_AFTER, else a second.
 * @param {number | import('../wire/duration.js').Duration | undefined} given seconds, or a duration
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {number} milliseconds
 * @throws {import('../errors/tree.js').AminoError} ArgumentInvalid: what was given is no length of time, or 0; ConfigInvalid: the variable says none
 */
export function nextAfter(given, environment = process.env) {
  if (given !== undefined) return milliseconds(given, 'nextAfter', { zero: false });
  const text = environment[VARIABLE];
  if (!text) return NEXT_AFTER_MS;
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= LONGEST)) {
    throw new ConfigInvalid(`${VARIABLE} = ${JSON.stringify(text)}: it must be a number of seconds, more than 0 and at most ${LONGEST}, such as 0.5`);
  }
  return seconds * 1000;
}
