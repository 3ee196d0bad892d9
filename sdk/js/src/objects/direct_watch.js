/** @import { KernelLink } from '../control/kernel_link.js' */

const LOOK_MS = 1000;
/** Looks between two questions about a request that stays without an answer. */
const RARELY = 32;

/**
 * A connection on which the same request has had no answer since the last look. Pure. Mostly that is a call that takes its time, so the
 * question is asked at the first such look, at the second, the fourth, and so on.
 */
export class Stall {
  /** @type {number | null} */
  #oldest = null;
  #looks = 0;

  /**
   * @param {number | null} oldest the number of the oldest request without an answer; null: all have one
   * @returns {boolean} whether to ask where the kernel is now
   */
  looked(oldest) {
    if (oldest === null || oldest !== this.#oldest) {
      this.#oldest = oldest;
      this.#looks = 0;
      return false;
    }
    this.#looks++;
    return this.#looks % RARELY === 0 || (this.#looks & (this.#looks - 1)) === 0;
  }
}

/**
 * Notices connections that lead nowhere any more: a kernel with another address closes none of them, and a kernel that stands still closes
 * none either. Looks while there are connections, and not otherwise; it keeps no process alive.
 */
export class DirectWatch {
  #links;
  #ask;
  /** @type {WeakMap<KernelLink, Stall>} */
  #stalls = new WeakMap();
  /** @type {NodeJS.Timeout | null} */
  #timer = null;

  /**
   * @param {() => KernelLink[]} links answers those there are
   * @param {(link: KernelLink) => void} ask begins to ask where the kernel of one is
   */
  constructor(links, ask) {
    this.#links = links;
    this.#ask = ask;
  }

  /** There is one. */
  start() {
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MS).unref();
  }

  /** Looks no more. */
  stop() {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #look() {
    this.#timer = null;
    const links = this.#links();
    for (const link of links) {
      let stall = this.#stalls.get(link);
      if (!stall) this.#stalls.set(link, stall = new Stall());
      if (stall.looked(link.oldest)) this.#ask(link);
    }
    if (links.length > 0) this.start();
  }
}
