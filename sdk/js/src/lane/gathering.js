import { ValueInvalid } from '../errors/tree.js';
import { asValueInvalid, encodeItems } from '../wire/codec.js';
import { ValueEncoder } from '../wire/encode.js';
import { FRAME_LIMIT, LENGTH_BYTES, REQUEST } from '../protocol.js';
import { TooLarge, Unwritable } from '../wire/unwritable.js';
import { Writer } from '../wire/writer.js';
import { framed } from './frames.js';
import { encodeOptions } from './options.js';

/**
 * @import { Codec } from '../wire/codec.js'
 * @import { Call } from './call.js'
 */

const HEADER_ROOM = 64;

/**
 * A request that waits for answers.
 * @typedef {object} SentFrame
 * @property {number} seq
 * @property {(Call | null)[]} calls null once answered
 * @property {number} left how many are not answered
 * @property {Buffer} bytes
 * @property {number} offset where its calls begin
 * @property {boolean} departed whether it was given to the carrier
 */

/** The calls that will leave in the next frame, encoded as they come: their arguments travel as they are at that moment. */
export class Gathering {
  #calls = new Writer();
  #options = new Writer();
  #head = new Writer();
  #callEncoder;
  #optionEncoder;
  /** @type {Call[]} */
  #gathered = [];
  #optionCount = 0;
  #frameLimit = FRAME_LIMIT;

  /** @param {Codec} codec */
  constructor(codec) {
    this.#callEncoder = new ValueEncoder(this.#calls, codec.toReference, codec.hooks);
    this.#optionEncoder = new ValueEncoder(this.#options, codec.toReference, codec.hooks);
    this.limitFrames(FRAME_LIMIT);
  }

  /** @param {number} bytes of the largest frame that the peer takes */
  limitFrames(bytes) {
    this.#frameLimit = bytes;
    this.#calls.limit = bytes - HEADER_ROOM;
    this.#options.limit = bytes - HEADER_ROOM;
  }

  /** @returns {number} how many calls there are */
  get count() {
    return this.#gathered.length;
  }

  /** @returns {number} bytes */
  get size() {
    return this.#calls.length + this.#options.length;
  }

  /**
   * Encodes a call behind those that are there. When it fails, nothing has changed.
   * @param {Call} call
   * @param {Uint8Array} address target and method, encoded
   * @param {readonly unknown[] | Uint8Array} args values, or the array of them as it was sent before
   * @throws {TooLarge} it does not fit in this frame; with no other call in it, it fits in none
   * @throws {ValueInvalid} its arguments cannot travel
   */
  add(call, address, args) {
    const start = this.#calls.length;
    const optionStart = this.#options.length;
    try {
      this.#encode(call, address, args);
    } catch (error) {
      this.#calls.length = start;
      this.#options.length = optionStart;
      if (error instanceof TooLarge && this.count > 0) throw error;
      const problem = asValueInvalid(error, error instanceof Unwritable && error.path ? '' : 'the arguments');
      throw problem instanceof ValueInvalid ? new ValueInvalid(`${call} was not called: ${problem.message}`, { outcome: 'not_run' }) : problem;
    }
    call.index = this.#gathered.push(call) - 1;
    call.frame = null;
  }

  /**
   * @param {Call} call
   * @param {Uint8Array} address
   * @param {readonly unknown[] | Uint8Array} args
   */
  #encode(call, address, args) {
    this.#calls.raw(address);
    call.argsStart = this.#calls.length;
    if (args instanceof Uint8Array) this.#calls.raw(args);
    else encodeItems(this.#callEncoder, args, 'args');
    call.argsEnd = this.#calls.length;
    const optioned = call.options !== null && this.#encodeOptions(call.options);
    if (this.#calls.length + this.#options.length > this.#calls.limit) throw new TooLarge(this.#frameLimit);
    if (optioned) this.#optionCount++;
  }

  /**
   * @param {import('./options.js').WireOptions} options
   * @returns {boolean} whether there are any
   */
  #encodeOptions(options) {
    const start = this.#options.length;
    this.#options.integer(this.#gathered.length);
    const any = encodeOptions(this.#optionEncoder, options);
    if (!any) this.#options.length = start;
    return any;
  }

  /**
   * Makes a frame of the gathered calls, and begins the next.
   * @param {number} seq
   * @param {number} budgetMs
   * @returns {SentFrame}
   */
  close(seq, budgetMs) {
    const calls = this.#gathered;
    const head = this.#head;
    head.length = 0;
    head.array(this.#optionCount > 0 ? 5 : 4);
    head.integer(REQUEST);
    head.integer(seq);
    head.integer(Math.ceil(budgetMs));
    head.array(3 * calls.length);
    const offset = LENGTH_BYTES + head.length;
    const parts = [head.buffer.subarray(0, head.length), this.#calls.buffer.subarray(0, this.#calls.length)];
    if (this.#optionCount > 0) {
      head.map(this.#optionCount);
      parts.push(head.buffer.subarray(offset - LENGTH_BYTES, head.length), this.#options.buffer.subarray(0, this.#options.length));
    }
    const frame = { seq, calls, left: calls.length, bytes: framed(parts), offset, departed: false };
    for (const call of calls) call.frame = frame;
    this.clear();
    return frame;
  }

  /** @returns {Call[]} what had gathered; it will not leave */
  clear() {
    const calls = this.#gathered;
    this.#gathered = [];
    this.#calls.clear();
    this.#options.clear();
    this.#optionCount = 0;
    return calls;
  }
}
