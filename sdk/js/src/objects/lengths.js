import { inspect } from 'node:util';
import { ArgumentInvalid } from '../errors/tree.js';
import { Duration } from '../wire/duration.js';

/** Seconds. Some thirty years; a longer time does not fit in the nanoseconds of a kernel's clock. */
export const LONGEST = 1e9;

/**
 * The milliseconds of a length of time that an option takes.
 * @param {number | Duration} length seconds, or a duration
 * @param {string} option its name, for the message
 * @param {{ zero?: boolean }} [limits] `zero`: whether 0 will do
 * @returns {number} not rounded
 * @throws {ArgumentInvalid} it is no length of time, below 0, or too long
 */
export function milliseconds(length, option, { zero = true } = {}) {
  if (typeof length !== 'number' && !(length instanceof Duration)) {
    throw new ArgumentInvalid(`${option} must be a number of seconds or a Duration, not ${inspect(length, { depth: 0 })}`);
  }
  const value = length instanceof Duration ? length.toMilliseconds() : length * 1000;
  if (!(value >= 0 && value <= LONGEST * 1000) || (value === 0 && !zero)) {
    throw new ArgumentInvalid(`${option} must be ${zero ? '0 or more' : 'more than 0'} seconds and at most ${LONGEST}, not ${String(length)}`);
  }
  return value;
}

/**
 * @param {number | Duration} length seconds, or a duration
 * @param {string} option its name, for the message
 * @returns {bigint} whole milliseconds, rounded up, as messages have them
 * @throws {ArgumentInvalid} as `milliseconds`
 */
export function wholeMilliseconds(length, option) {
  return BigInt(Math.ceil(milliseconds(length, option)));
}
