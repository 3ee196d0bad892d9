/** Cuts a stream of bytes into frames, each behind its length (docs/wire.md, section 2). Refuses a length before its body is there. */
export class FrameSplitter {
    /** @param {number} limit bytes of the largest frame */
    constructor(limit: number);
    /**
     * @param {Buffer} chunk
     * @param {(frame: Buffer) => void} emit gets each frame that is whole; valid during the call only if the chunk is
     * @throws {FrameInvalid}
     */
    push(chunk: Buffer, emit: (frame: Buffer) => void): void;
    #private;
}
