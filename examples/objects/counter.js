/** Counts. */
export default class Counter {
  static readOnly = ['get'];

  constructor(start = 0) {
    this.count = start;
  }

  /** Adds n and gives the new count. */
  incr(n) {
    this.count += n;
    return this.count;
  }

  /** The count. */
  get() {
    return this.count;
  }

  /** Adds n to another counter, in whatever language, and gives its new count. */
  add_to(other, n) {
    return other.incr(n);
  }
}
