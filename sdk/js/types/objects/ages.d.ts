/**
 * @param {AgeOptions} options
 * @returns {{ ms: bigint, outageMs: bigint }} as it travels
 */
export function ageLimitOf({ age, outageAge }: AgeOptions): {
    ms: bigint;
    outageMs: bigint;
};
/**
 * @param {Age | undefined} age of an answer; none: it is current
 * @returns {{ answerAge: number, answerSource: string }}
 */
export function answerAge(age: Age | undefined): {
    answerAge: number;
    answerSource: string;
};
/**
 * @import { AgeOptions } from '../client_options.js'
 * @import { Age } from '../pb/client_pb.js'
 */
/** Seconds. A call through a name of so long ago goes to the object of that id and no other, wherever it is now. */
export const OUTAGE_AGE: 3600;
import type { AgeOptions } from '../client_options.js';
import type { Age } from '../pb/client_pb.js';
