/**
 * @param {string} code
 * @param {Outcome} outcome
 * @returns {boolean} whether a call that ended so may be sent again
 */
export function isFollowed(code: string, outcome: Outcome): boolean;
/**
 * @param {string} code what the call failed with
 * @param {string} question what the question failed with where its object is
 * @returns {boolean} whether the call ends with the error that it has; else with the question's
 */
export function keepsItsError(code: string, question: string): boolean;
/**
 * The way of one call after its object, from the first failure to the end of the call (docs/wire.md, section 3). Pure: failures, places and times in,
 * steps out.
 */
export class Route {
    /** @param {number} deadline when the time of the call is over, in milliseconds of the clock whose times the methods are told */
    constructor(deadline: number);
    /** @readonly */
    readonly deadline: number;
    /**
     * The call was sent and failed.
     * @param {string} code
     * @param {Outcome} outcome
     * @param {number} now milliseconds
     * @returns {Step} `refresh`, `fail` or `expire`
     */
    failed(code: string, outcome: Outcome, now: number): Step;
    /**
     * The object is known to be at a place.
     * @param {boolean} elsewhere whether that is another place than the one where the call has just failed
     * @param {number} now milliseconds
     * @returns {Step} `send`, `wait`, `fail` or `expire`
     */
    found(elsewhere: boolean, now: number): Step;
    /**
     * The pause of a `wait` is over.
     * @param {number} now milliseconds
     * @returns {Step} `send` or `expire`
     */
    waited(now: number): Step;
    #private;
}
/**
 * What becomes of a call that has failed.
 * - `refresh`: ask where the object is now, then say `found`; when that question fails, the call ends with its error and did not run
 * - `send`: the call is sent, to where the object is now
 * - `wait`: nothing is done for `pauseMs`, then say `waited`
 * - `fail`: the call ends with the error that it has
 * - `expire`: the call ends with DEADLINE_EXCEEDED; it did not run
 */
export type Step = {
    action: "refresh" | "send" | "fail" | "expire";
} | {
    action: "wait";
    pauseMs: number;
};
import type { Outcome } from '../protocol.js';
