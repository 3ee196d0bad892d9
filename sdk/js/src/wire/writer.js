import { FRAME_LIMIT } from '../protocol.js';
import { TooLarge, Unwritable } from './unwritable.js';

const TWO_32 = 4294967296;
const SHORT_TEXT = 48;
const FIRST_SIZE = 1024;
const KEPT_SIZE = 1024 * 1024;
const INT64_MIN = -(2n ** 63n);
const UINT63 = 2n ** 63n;

/** A growing buffer that msgpack is written to, in its shortest forms. */
export class Writer {
  /** @param {number} [limit] bytes after which writing fails */
  constructor(limit = FRAME_LIMIT) {
    this.limit = limit;
    this.length = 0;
    this.buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
    this.view = new DataView(this.buffer.buffer);
  }

  /** Begins anew; lets go of a buffer that one large value made grow. */
  clear() {
    this.length = 0;
    if (this.buffer.length <= KEPT_SIZE) return;
    this.buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
    this.view = new DataView(this.buffer.buffer);
  }

  /**
   * Makes room.
   * @param {number} size bytes that will follow
   */
  reserve(size) {
    const needed = this.length + size;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, needed));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }

  /** @param {number} size bytes of content that will follow */
  reserveContent(size) {
    if (this.length + size > this.limit) throw new TooLarge(this.limit);
    this.reserve(size + 5);
  }

  /** @returns {Buffer} a copy of what was written */
  toBytes() {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }

  /** @param {number} byte */
  byte(byte) {
    this.reserve(1);
    this.buffer[this.length++] = byte;
  }

  /** @param {number} value a safe integer */
  integer(value) {
    this.reserve(9);
    if (value >= 0) {
      if (value < 0x80) this.buffer[this.length++] = value;
      else if (value < 0x100) this.#small(0xcc, value);
      else if (value < 0x10000) this.#sized(0xcd, value, 2);
      else if (value < TWO_32) this.#sized(0xce, value, 4);
      else this.#wide(0xcf, value);
    } else if (value >= -0x20) this.buffer[this.length++] = value & 0xff;
    else if (value >= -0x80) this.#small(0xd0, value & 0xff);
    else if (value >= -0x8000) this.#sized(0xd1, value & 0xffff, 2);
    else if (value >= -0x80000000) this.#sized(0xd2, value >>> 0, 4);
    else this.#wide(0xd3, value);
  }

  /**
   * @param {bigint} value −2^63 … 2^63−1
   * @returns {boolean} false when out of that range; then nothing was written
   */
  bigInteger(value) {
    if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) {
      this.integer(Number(value));
      return true;
    }
    if (value < INT64_MIN || value >= UINT63) return false;
    this.reserve(9);
    this.buffer[this.length] = value >= 0n ? 0xcf : 0xd3;
    this.view.setBigInt64(this.length + 1, value);
    this.length += 9;
    return true;
  }

  /** @param {number} value */
  double(value) {
    this.reserve(9);
    this.buffer[this.length] = 0xcb;
    this.view.setFloat64(this.length + 1, value);
    this.length += 9;
  }

  /** @param {string} text of Unicode scalar values */
  text(text) {
    const size = text.length;
    if (size < SHORT_TEXT && this.#shortAscii(text, size)) return;
    if (!text.isWellFormed()) throw new Unwritable('a lone surrogate is no Unicode character; send such data as bytes');
    const bytes = Buffer.byteLength(text, 'utf8');
    this.reserveContent(bytes);
    if (bytes < 32) this.buffer[this.length++] = 0xa0 | bytes;
    else if (bytes < 0x100) this.#small(0xd9, bytes);
    else if (bytes < 0x10000) this.#sized(0xda, bytes, 2);
    else this.#sized(0xdb, bytes, 4);
    this.buffer.write(text, this.length, bytes, 'utf8');
    this.length += bytes;
  }

  /** @param {Uint8Array} bytes */
  binary(bytes) {
    const size = bytes.byteLength;
    this.reserveContent(size);
    if (size < 0x100) this.#small(0xc4, size);
    else if (size < 0x10000) this.#sized(0xc5, size, 2);
    else this.#sized(0xc6, size, 4);
    this.buffer.set(bytes, this.length);
    this.length += size;
  }

  /** @param {Uint8Array} bytes msgpack already */
  raw(bytes) {
    this.reserveContent(bytes.byteLength);
    this.buffer.set(bytes, this.length);
    this.length += bytes.byteLength;
  }

  /** @param {number} count elements that follow */
  array(count) {
    this.reserveContent(count);
    if (count < 16) this.buffer[this.length++] = 0x90 | count;
    else if (count < 0x10000) this.#sized(0xdc, count, 2);
    else this.#sized(0xdd, count, 4);
  }

  /** @param {number} count pairs that follow */
  map(count) {
    this.reserveContent(2 * count);
    if (count < 16) this.buffer[this.length++] = 0x80 | count;
    else if (count < 0x10000) this.#sized(0xde, count, 2);
    else this.#sized(0xdf, count, 4);
  }

  /**
   * @param {number} type
   * @param {number} size bytes that follow
   */
  extension(type, size) {
    this.reserveContent(size + 1);
    const fixed = size === 1 ? 0xd4 : size === 2 ? 0xd5 : size === 4 ? 0xd6 : size === 8 ? 0xd7 : size === 16 ? 0xd8 : 0;
    if (fixed !== 0) this.buffer[this.length++] = fixed;
    else if (size < 0x100) this.#small(0xc7, size);
    else if (size < 0x10000) this.#sized(0xc8, size, 2);
    else this.#sized(0xc9, size, 4);
    this.buffer[this.length++] = type & 0xff;
  }

  /**
   * Makes an extension of what was written since `start`.
   * @param {number} type
   * @param {number} start
   */
  wrap(type, start) {
    const size = this.length - start;
    this.reserve(6);
    const content = this.length;
    this.extension(type, size);
    const header = this.length - content;
    const head = Buffer.from(this.buffer.subarray(content, content + header));
    this.buffer.copyWithin(start + header, start, content);
    head.copy(this.buffer, start);
  }

  /**
   * @param {string} text
   * @param {number} size its length
   * @returns {boolean} whether it was ASCII and is written
   */
  #shortAscii(text, size) {
    if (this.length + size > this.limit) throw new TooLarge(this.limit);
    this.reserve(size + 2);
    const { buffer } = this;
    let at = this.length;
    if (size < 32) buffer[at++] = 0xa0 | size;
    else {
      buffer[at++] = 0xd9;
      buffer[at++] = size;
    }
    for (let index = 0; index < size; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      buffer[at++] = unit;
    }
    this.length = at;
    return true;
  }

  /**
   * @param {number} head
   * @param {number} value one byte
   */
  #small(head, value) {
    this.buffer[this.length] = head;
    this.buffer[this.length + 1] = value;
    this.length += 2;
  }

  /**
   * @param {number} head
   * @param {number} value unsigned
   * @param {2 | 4} width bytes
   */
  #sized(head, value, width) {
    this.buffer[this.length] = head;
    if (width === 2) this.view.setUint16(this.length + 1, value);
    else this.view.setUint32(this.length + 1, value);
    this.length += 1 + width;
  }

  /**
   * @param {number} head
   * @param {number} value a safe integer beyond 32 bits
   */
  #wide(head, value) {
    this.buffer[this.length] = head;
    this.view.setInt32(this.length + 1, Math.floor(value / TWO_32));
    this.view.setUint32(this.length + 5, value >>> 0);
    this.length += 9;
  }
}
