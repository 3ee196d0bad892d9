/** Keeps texts by key; lets another object count the writes. */
class Notebook {
  static readOnly = ['read', 'size'];

  constructor() {
    this.entries = new Map();
    this.counter = null;
  }

  /** Lets another object count the writes from now on. */
  count_with(other) {
    this.counter = other;
  }

  /** Keeps a text and gives the number of writes so far, or 0 when nobody counts. */
  write(key, text) {
    this.entries.set(key, text);
    return this.counter ? this.counter.incr(1) : 0;
  }

  /** The text of a key. */
  read(key) {
    if (!this.entries.has(key)) throw new amino.Error(key, { details: { known: [...this.entries.keys()] } });
    return this.entries.get(key);
  }

  /** The number of keys. */
  size() {
    return this.entries.size;
  }

  /** Writes several texts at once, without waiting for each count. */
  async write_all(texts) {
    const counts = [];
    for (const [key, text] of Object.entries(texts)) {
      this.entries.set(key, text);
      if (this.counter) counts.push(this.counter.async.incr(1));
    }
    return Promise.all(counts);
  }
}

module.exports = Notebook;
