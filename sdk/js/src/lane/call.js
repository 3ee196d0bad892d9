/** One call under way: its promise, its place in which frame, and the end of its time. */
export class Call {
  /**
   * @param {string} target id of the object
   * @param {string} method
   * @param {import('./options.js').WireOptions | null} options
   * @param {(value: unknown) => void} resolve
   * @param {(error: unknown) => void} reject
   */
  constructor(target, method, options, resolve, reject) {
    this.target = target;
    this.method = method;
    this.options = options;
    this.resolve = resolve;
    this.reject = reject;
    /** @type {import('./gathering.js').SentFrame | null} */
    this.frame = null;
    this.index = 0;
    /** @type {import('./connection.js').Connection | null} where it was sent */
    this.connection = null;
    /** @type {{ toString(): string } | null} what the router keeps about its object */
    this.object = null;
    /** @type {object | null} where the router sent it last */
    this.place = null;
    /** @type {object | null} its way after its object, from its first failure on */
    this.route = null;
    /** Where the array of its arguments begins and ends among the calls of its frame. */
    this.argsStart = 0;
    this.argsEnd = 0;
    /** When it began, in milliseconds of `performance.now()`; a call that is sent again keeps it. */
    this.startedAt = 0;
    this.budgetMs = 0;
    this.settled = false;
    /** @type {(() => void) | null} what is undone when it ends, such as listening to a signal */
    this.cleanup = null;
    // Place in the timer wheel.
    this.dueTick = 0;
    /** @type {import('./timer_wheel.js').Timed | null} */
    this.earlier = null;
    /** @type {import('./timer_wheel.js').Timed | null} */
    this.later = null;
  }

  /** @returns {string} for messages */
  toString() {
    return `${this.method} of ${this.object?.toString() ?? `object ${this.target}`}`;
  }

  /** @param {unknown} value */
  succeed(value) {
    this.settled = true;
    this.cleanup?.();
    this.resolve(value);
  }

  /** @param {unknown} error */
  fail(error) {
    this.settled = true;
    this.cleanup?.();
    this.reject(error);
  }
}
