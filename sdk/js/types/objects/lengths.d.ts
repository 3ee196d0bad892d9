/**
 * The milliseconds of a length of time that an option takes.
 * @param {number | Duration} length seconds, or a duration
 * @param {string} option its name, for the message
 * @param {{ zero?: boolean }} [limits] `zero`: whether 0 will do
 * @returns {number} not rounded
 * @throws {ArgumentInvalid} it is no length of time, below 0, or too long
 */
export function milliseconds(length: number | Duration, option: string, { zero }?: {
    zero?: boolean;
}): number;
/**
 * @param {number | Duration} length seconds, or a duration
 * @param {string} option its name, for the message
 * @returns {bigint} whole milliseconds, rounded up, as messages have them
 * @throws {ArgumentInvalid} as `milliseconds`
 */
export function wholeMilliseconds(length: number | Duration, option: string): bigint;
/** Seconds. Some thirty years; a longer time does not fit in the nanoseconds of a kernel's clock. */
export const LONGEST: 1000000000;
import { Duration } from '../wire/duration.js';
