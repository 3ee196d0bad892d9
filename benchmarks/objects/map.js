export default class KeyValue {
  static readOnly = ['get'];

  constructor() {
    this.entries = new Map();
  }

  put(key, value) {
    this.entries.set(key, value);
    return value;
  }

  get(key) {
    return this.entries.get(key) ?? null;
  }
}
