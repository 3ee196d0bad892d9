/** A point in time finer, earlier or later than a `Date` can say: nanoseconds since 1970, UTC. */
export class Timestamp {
    /**
     * @param {Date} date
     * @returns {Timestamp}
     */
    static fromDate(date: Date): Timestamp;
    /** @param {bigint} nanoseconds since 1970-01-01T00:00:00Z, negative before */
    constructor(nanoseconds: bigint);
    /** @readonly @type {bigint} */
    readonly nanoseconds: bigint;
    /**
     * The same time as a `Date`, or null where a `Date` would lose something: not whole milliseconds, or out of its range.
     * @returns {Date | null}
     */
    toExactDate(): Date | null;
    /** @returns {string} */
    toString(): string;
}
