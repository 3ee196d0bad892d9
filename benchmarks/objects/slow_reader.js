export default class SlowReader {
  static readOnly = ['get'];

  constructor(start = 0) {
    this.value = start;
  }

  incr(n = 1) {
    this.value += n;
    return this.value;
  }

  async get(milliseconds) {
    await new Promise((done) => { setTimeout(done, milliseconds); });
    return this.value;
  }
}
