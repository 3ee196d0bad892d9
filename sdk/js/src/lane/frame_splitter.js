import { FrameInvalid } from '../errors/tree.js';

const PREFIX = 4;

/** Cuts a stream of bytes into frames, each behind its length (docs/wire.md, section 2). Refuses a length before its body is there. */
export class FrameSplitter {
  /** @type {Buffer[]} pieces of a frame that is not whole */
  #pieces = [];
  #held = 0;
  #needed = PREFIX;
  #limit;

  /** @param {number} limit bytes of the largest frame */
  constructor(limit) {
    this.#limit = limit;
  }

  /**
   * @param {Buffer} chunk
   * @param {(frame: Buffer) => void} emit gets each frame that is whole; valid during the call only if the chunk is
   * @throws {FrameInvalid}
   */
  push(chunk, emit) {
    let data = chunk;
    if (this.#held > 0) {
      this.#pieces.push(chunk);
      this.#held += chunk.length;
      if (this.#held < this.#needed) return;
      data = Buffer.concat(this.#pieces, this.#held);
      this.#pieces = [];
      this.#held = 0;
    }
    let at = 0;
    while (data.length - at >= PREFIX) {
      const size = data.readUInt32LE(at);
      if (size > this.#limit) throw new FrameInvalid(`the kernel sent a frame of ${size} bytes; the limit is ${this.#limit}`);
      if (data.length - at < PREFIX + size) break;
      emit(data.subarray(at + PREFIX, at + PREFIX + size));
      at += PREFIX + size;
    }
    if (at === data.length) return;
    const rest = data.subarray(at);
    this.#needed = rest.length >= PREFIX ? PREFIX + rest.readUInt32LE(0) : PREFIX;
    this.#pieces.push(rest);
    this.#held = rest.length;
  }
}
