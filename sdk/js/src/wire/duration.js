const LIMIT = 2n ** 63n;

/** A length of time: signed 64-bit nanoseconds. */
export class Duration {
  /**
   * @param {bigint} nanoseconds −2^63 … 2^63−1
   * @throws {RangeError} when out of that range
   */
  constructor(nanoseconds) {
    if (nanoseconds >= LIMIT || nanoseconds < -LIMIT) throw new RangeError(`a duration of ${nanoseconds} ns does not fit in 64 bits`);
    /** @readonly @type {bigint} */
    this.nanoseconds = nanoseconds;
    Object.freeze(this);
  }

  /**
   * @param {number} milliseconds rounded to whole nanoseconds
   * @returns {Duration}
   */
  static fromMilliseconds(milliseconds) {
    const whole = Math.trunc(milliseconds);
    return new Duration(BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6)));
  }

  /** @returns {number} milliseconds, rounded to what a number can hold */
  toMilliseconds() {
    return Number(this.nanoseconds) / 1e6;
  }

  /** @returns {string} */
  toString() {
    return `Duration(${this.nanoseconds} ns)`;
  }
}
