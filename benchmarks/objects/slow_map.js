export default class SlowMap {
  static readOnly = ['get'];

  constructor() {
    this.entries = new Map();
  }

  put(key, value, milliseconds) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    this.entries.set(key, value);
    return value;
  }

  get(key) {
    return this.entries.get(key) ?? null;
  }
}
