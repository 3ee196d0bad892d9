/** A length of time: signed 64-bit nanoseconds. */
export class Duration {
    /**
     * @param {number} milliseconds rounded to whole nanoseconds
     * @returns {Duration}
     */
    static fromMilliseconds(milliseconds: number): Duration;
    /**
     * @param {bigint} nanoseconds −2^63 … 2^63−1
     * @throws {RangeError} when out of that range
     */
    constructor(nanoseconds: bigint);
    /** @readonly @type {bigint} */
    readonly nanoseconds: bigint;
    /** @returns {number} milliseconds, rounded to what a number can hold */
    toMilliseconds(): number;
    /** @returns {string} */
    toString(): string;
}
