const SHORT_TEXT = 24;
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Why bytes are no value; `path` grows while the call stack unwinds. */
export class Unreadable extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.path = '';
  }
}

/** Walks over msgpack, checking every length against what is there before anything is made of it. */
export class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    /** @type {Buffer} */
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    this.end = bytes.byteLength;
  }

  /**
   * @param {number} size bytes
   * @returns {number} where they start; the reader stands behind them
   */
  take(size) {
    const start = this.at;
    if (start + size > this.end) throw new Unreadable('ends too early');
    this.at = start + size;
    return start;
  }

  /** @returns {number} the next byte, not consumed */
  peek() {
    if (this.at >= this.end) throw new Unreadable('ends too early');
    return /** @type {number} */ (this.buffer[this.at]);
  }

  /** @returns {number} */
  byte() {
    if (this.at >= this.end) throw new Unreadable('ends too early');
    return /** @type {number} */ (this.buffer[this.at++]);
  }

  /**
   * @param {1 | 2 | 4} width bytes
   * @returns {number} unsigned
   */
  unsigned(width) {
    const start = this.take(width);
    return this.buffer.readUIntBE(start, width);
  }

  /**
   * @param {number} count elements
   * @returns {number} the count, if so many can follow
   */
  counted(count) {
    if (count > this.end - this.at) throw new Unreadable(`announces ${count} elements, but the data ends before`);
    return count;
  }

  /**
   * @param {number} size bytes of UTF-8
   * @returns {string}
   */
  text(size) {
    const start = this.take(size);
    const { buffer } = this;
    if (size <= SHORT_TEXT) {
      let text = '';
      let index = start;
      for (; index < this.at; index++) {
        const unit = /** @type {number} */ (buffer[index]);
        if (unit > 0x7f) break;
        text += String.fromCharCode(unit);
      }
      if (index === this.at) return text;
    }
    try {
      return DECODER.decode(buffer.subarray(start, this.at));
    } catch {
      throw new Unreadable('a string is not UTF-8');
    }
  }

  /**
   * @param {number} size
   * @returns {Uint8Array} a copy, so that a small part does not keep a large frame alive
   */
  binary(size) {
    const start = this.take(size);
    return new Uint8Array(this.buffer.subarray(start, this.at));
  }

  /** @returns {number} the count of the array that must follow */
  arrayHeader() {
    const head = this.byte();
    if ((head & 0xf0) === 0x90) return this.counted(head & 0x0f);
    if (head === 0xdc) return this.counted(this.unsigned(2));
    if (head === 0xdd) return this.counted(this.unsigned(4));
    throw new Unreadable('an array was expected');
  }

  /** @returns {number} the unsigned integer that must follow */
  unsignedInteger() {
    const head = this.byte();
    if (head < 0x80) return head;
    if (head === 0xcc) return this.unsigned(1);
    if (head === 0xcd) return this.unsigned(2);
    if (head === 0xce) return this.unsigned(4);
    if (head === 0xcf || head === 0xd3) {
      const value = this.buffer.readBigUInt64BE(this.take(8));
      if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    }
    throw new Unreadable('an unsigned integer was expected');
  }

  /**
   * Steps over one value without making it.
   * @param {number} depth levels that may still follow
   */
  skip(depth) {
    const head = this.byte();
    if (head < 0x80 || head >= 0xe0) return;
    if (head < 0x90) return this.#skipMany(2 * (head & 0x0f), depth);
    if (head < 0xa0) return this.#skipMany(head & 0x0f, depth);
    if (head < 0xc0) return void this.take(head & 0x1f);
    if (head === 0xdc || head === 0xdd) return this.#skipMany(this.unsigned(head === 0xdc ? 2 : 4), depth);
    if (head === 0xde || head === 0xdf) return this.#skipMany(2 * this.unsigned(head === 0xde ? 2 : 4), depth);
    this.take(this.#scalarSize(head));
  }

  /**
   * @param {number} count
   * @param {number} depth
   */
  #skipMany(count, depth) {
    if (depth <= 0) throw new Unreadable('nested too deeply');
    this.counted(count);
    for (let index = 0; index < count; index++) this.skip(depth - 1);
  }

  /**
   * @param {number} head neither a container nor a fixed form
   * @returns {number} bytes that follow
   */
  #scalarSize(head) {
    switch (head) {
      case 0xc0: case 0xc2: case 0xc3: return 0;
      case 0xc4: case 0xd9: return this.unsigned(1);
      case 0xc5: case 0xda: return this.unsigned(2);
      case 0xc6: case 0xdb: return this.unsigned(4);
      case 0xc7: return this.unsigned(1) + 1;
      case 0xc8: return this.unsigned(2) + 1;
      case 0xc9: return this.unsigned(4) + 1;
      case 0xca: case 0xce: case 0xd2: return 4;
      case 0xcb: case 0xcf: case 0xd3: return 8;
      case 0xcc: case 0xd0: return 1;
      case 0xcd: case 0xd1: return 2;
      case 0xd4: return 2;
      case 0xd5: return 3;
      case 0xd6: return 5;
      case 0xd7: return 9;
      case 0xd8: return 17;
      default: throw new Unreadable(`byte 0x${head.toString(16)} begins no value`);
    }
  }
}
