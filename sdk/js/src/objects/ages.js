import { wholeMilliseconds } from './lengths.js';

/**
 * @import { AgeOptions } from '../client_options.js'
 * @import { Age } from '../pb/client_pb.js'
 */

/** Seconds. A call through a name of so long ago goes to the object of that id and no other, wherever it is now. */
export const OUTAGE_AGE = 3600;

/**
 * @param {AgeOptions} options
 * @returns {{ ms: bigint, outageMs: bigint }} as it travels
 */
export function ageLimitOf({ age = 0, outageAge = OUTAGE_AGE }) {
  return { ms: wholeMilliseconds(age, 'age'), outageMs: wholeMilliseconds(outageAge, 'outageAge') };
}

/**
 * @param {Age | undefined} age of an answer; none: it is current
 * @returns {{ answerAge: number, answerSource: string }}
 */
export function answerAge(age) {
  return { answerAge: Number(age?.ms ?? 0n) / 1000, answerSource: age?.source ?? '' };
}
