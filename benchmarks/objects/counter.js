export default class Counter {
  static readOnly = ['get'];

  constructor(start = 0) {
    this.value = start;
  }

  incr(n, padding) {
    this.value += n;
    return this.value;
  }

  get() {
    return this.value;
  }
}
