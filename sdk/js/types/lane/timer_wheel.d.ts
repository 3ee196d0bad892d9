/**
 * @typedef {object} Timed what stands in a wheel
 * @property {number} dueTick
 * @property {Timed | null} earlier
 * @property {Timed | null} later
 */
/**
 * Deadlines of many calls at the cost of two pointer changes each (Varghese and Lauck's hashed timing wheel). Pure: time comes in by `advance`.
 */
export class TimerWheel {
    /**
     * @param {number} now milliseconds
     * @param {number} [tickMs] how exact deadlines are kept
     * @param {number} [slots]
     */
    constructor(now: number, tickMs?: number, slots?: number);
    /** How many stand in the wheel. */
    size: number;
    /**
     * @param {Timed} entry in no wheel
     * @param {number} due milliseconds, on the clock of `advance`; never expires before
     */
    add(entry: Timed, due: number): void;
    /** @param {Timed} entry in this wheel, or in none */
    remove(entry: Timed): void;
    /**
     * @param {number} now milliseconds
     * @returns {Timed[]} what is due; it has left the wheel
     */
    advance(now: number): Timed[];
    #private;
}
/**
 * what stands in a wheel
 */
export type Timed = {
    dueTick: number;
    earlier: Timed | null;
    later: Timed | null;
};
