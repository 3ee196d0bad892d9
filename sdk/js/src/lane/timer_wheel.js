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
  /** @type {Timed[]} a ring for each slot, closed by a sentinel */
  #slots;
  #tickMs;
  #tick;

  /**
   * @param {number} now milliseconds
   * @param {number} [tickMs] how exact deadlines are kept
   * @param {number} [slots]
   */
  constructor(now, tickMs = 10, slots = 512) {
    this.#tickMs = tickMs;
    this.#tick = Math.floor(now / tickMs);
    this.#slots = Array.from({ length: slots }, sentinel);
    /** How many stand in the wheel. */
    this.size = 0;
  }

  /**
   * @param {Timed} entry in no wheel
   * @param {number} due milliseconds, on the clock of `advance`; never expires before
   */
  add(entry, due) {
    entry.dueTick = Math.max(Math.ceil(due / this.#tickMs), this.#tick + 1);
    const head = /** @type {Timed} */ (this.#slots[entry.dueTick % this.#slots.length]);
    entry.earlier = head.earlier;
    entry.later = head;
    /** @type {Timed} */ (head.earlier).later = entry;
    head.earlier = entry;
    this.size++;
  }

  /** @param {Timed} entry in this wheel, or in none */
  remove(entry) {
    if (entry.later === null || entry.earlier === null) return;
    entry.earlier.later = entry.later;
    entry.later.earlier = entry.earlier;
    entry.later = null;
    entry.earlier = null;
    this.size--;
  }

  /**
   * @param {number} now milliseconds
   * @returns {Timed[]} what is due; it has left the wheel
   */
  advance(now) {
    const target = Math.floor(now / this.#tickMs);
    const first = Math.max(this.#tick + 1, target - this.#slots.length + 1);
    /** @type {Timed[]} */
    const due = [];
    for (let tick = first; tick <= target; tick++) {
      const head = /** @type {Timed} */ (this.#slots[tick % this.#slots.length]);
      let entry = /** @type {Timed} */ (head.later);
      while (entry !== head) {
        const next = /** @type {Timed} */ (entry.later);
        if (entry.dueTick <= target) {
          this.remove(entry);
          due.push(entry);
        }
        entry = next;
      }
    }
    this.#tick = Math.max(this.#tick, target);
    return due;
  }
}

/** @returns {Timed} */
function sentinel() {
  /** @type {Timed} */
  const head = { dueTick: Infinity, earlier: null, later: null };
  head.earlier = head;
  head.later = head;
  return head;
}
