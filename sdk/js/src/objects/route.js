import { Code, ROUTE_FIRST_PAUSE_MS, ROUTE_LONGEST_PAUSE_MS, ROUTE_SENT_AT_ONCE } from '../protocol.js';

/** @import { Outcome } from '../protocol.js' */

/**
 * What becomes of a call that has failed.
 * - `refresh`: ask where the object is now, then say `found`; when that question fails, the call ends with its error and did not run
 * - `send`: the call is sent, to where the object is now
 * - `wait`: nothing is done for `pauseMs`, then say `waited`
 * - `fail`: the call ends with the error that it has
 * - `expire`: the call ends with DEADLINE_EXCEEDED; it did not run
 * @typedef {{ action: 'refresh' | 'send' | 'fail' | 'expire' } | { action: 'wait', pauseMs: number }} Step
 */

/** @type {Step} */
const REFRESH = Object.freeze({ action: 'refresh' });
/** @type {Step} */
const SEND = Object.freeze({ action: 'send' });
/** @type {Step} */
const FAIL = Object.freeze({ action: 'fail' });
/** @type {Step} */
const EXPIRE = Object.freeze({ action: 'expire' });

/**
 * @param {string} code
 * @param {Outcome} outcome
 * @returns {boolean} whether a call that ended so may be sent again
 */
export function isFollowed(code, outcome) {
  return outcome === 'not_run' && (code === Code.MOVED || code === Code.KERNEL_UNAVAILABLE);
}

/**
 * @param {string} code what the call failed with
 * @param {string} question what the question failed with where its object is
 * @returns {boolean} whether the call ends with the error that it has; else with the question's
 */
export function keepsItsError(code, question) {
  return code === Code.KERNEL_UNAVAILABLE && question === Code.OMS_UNAVAILABLE;
}

/**
 * The way of one call after its object, from the first failure to the end of the call (docs/wire.md, section 3). Pure: failures, places and times in,
 * steps out.
 */
export class Route {
  #pauseMs = ROUTE_FIRST_PAUSE_MS;
  #atOnce = 0;
  #code = '';
  #reconnected = false;

  /** @param {number} deadline when the time of the call is over, in milliseconds of the clock whose times the methods are told */
  constructor(deadline) {
    /** @readonly */
    this.deadline = deadline;
  }

  /**
   * The call was sent and failed.
   * @param {string} code
   * @param {Outcome} outcome
   * @param {number} now milliseconds
   * @returns {Step} `refresh`, `fail` or `expire`
   */
  failed(code, outcome, now) {
    if (!isFollowed(code, outcome)) return FAIL;
    if (now >= this.deadline) return EXPIRE;
    this.#code = code;
    return REFRESH;
  }

  /**
   * The object is known to be at a place.
   * @param {boolean} elsewhere whether that is another place than the one where the call has just failed
   * @param {number} now milliseconds
   * @returns {Step} `send`, `wait`, `fail` or `expire`
   */
  found(elsewhere, now) {
    if (now >= this.deadline) return EXPIRE;
    if (elsewhere) {
      this.#reconnected = false;
      return this.#soon(now);
    }
    if (this.#code === Code.MOVED) return this.#later(now);
    if (this.#reconnected) return FAIL;
    // The connection may have been an old one: a new one is tried, once.
    this.#reconnected = true;
    return this.#soon(now);
  }

  /**
   * The pause of a `wait` is over.
   * @param {number} now milliseconds
   * @returns {Step} `send` or `expire`
   */
  waited(now) {
    return now < this.deadline ? SEND : EXPIRE;
  }

  /**
   * Two places that name each other would otherwise have the call sent back and forth without end.
   * @param {number} now
   * @returns {Step}
   */
  #soon(now) {
    if (this.#atOnce === ROUTE_SENT_AT_ONCE) return this.#later(now);
    this.#atOnce++;
    return SEND;
  }

  /**
   * @param {number} now
   * @returns {Step}
   */
  #later(now) {
    const pauseMs = this.#pauseMs;
    if (now + pauseMs >= this.deadline) return EXPIRE;
    this.#pauseMs = Math.min(2 * pauseMs, ROUTE_LONGEST_PAUSE_MS);
    return { action: 'wait', pauseMs };
  }
}
