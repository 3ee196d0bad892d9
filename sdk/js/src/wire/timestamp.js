const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
const MAX_DATE_MILLISECONDS = 8_640_000_000_000_000n;

/** A point in time finer, earlier or later than a `Date` can say: nanoseconds since 1970, UTC. */
export class Timestamp {
  /** @param {bigint} nanoseconds since 1970-01-01T00:00:00Z, negative before */
  constructor(nanoseconds) {
    /** @readonly @type {bigint} */
    this.nanoseconds = nanoseconds;
    Object.freeze(this);
  }

  /**
   * @param {Date} date
   * @returns {Timestamp}
   */
  static fromDate(date) {
    return new Timestamp(BigInt(date.getTime()) * NANOSECONDS_PER_MILLISECOND);
  }

  /**
   * The same time as a `Date`, or null where a `Date` would lose something: not whole milliseconds, or out of its range.
   * @returns {Date | null}
   */
  toExactDate() {
    const milliseconds = this.nanoseconds / NANOSECONDS_PER_MILLISECOND;
    const exact = milliseconds * NANOSECONDS_PER_MILLISECOND === this.nanoseconds;
    if (!exact || milliseconds > MAX_DATE_MILLISECONDS || milliseconds < -MAX_DATE_MILLISECONDS) return null;
    return new Date(Number(milliseconds));
  }

  /** @returns {string} */
  toString() {
    return `Timestamp(${this.nanoseconds} ns)`;
  }
}
