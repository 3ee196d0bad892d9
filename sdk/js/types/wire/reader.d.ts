/** Why bytes are no value; `path` grows while the call stack unwinds. */
export class Unreadable extends Error {
    /** @param {string} reason */
    constructor(reason: string);
    path: string;
}
/** Walks over msgpack, checking every length against what is there before anything is made of it. */
export class Reader {
    /** @param {Uint8Array} bytes */
    constructor(bytes: Uint8Array);
    /** @type {Buffer} */
    buffer: Buffer;
    at: number;
    end: number;
    /**
     * @param {number} size bytes
     * @returns {number} where they start; the reader stands behind them
     */
    take(size: number): number;
    /** @returns {number} the next byte, not consumed */
    peek(): number;
    /** @returns {number} */
    byte(): number;
    /**
     * @param {1 | 2 | 4} width bytes
     * @returns {number} unsigned
     */
    unsigned(width: 1 | 2 | 4): number;
    /**
     * @param {number} count elements
     * @returns {number} the count, if so many can follow
     */
    counted(count: number): number;
    /**
     * @param {number} size bytes of UTF-8
     * @returns {string}
     */
    text(size: number): string;
    /**
     * @param {number} size
     * @returns {Uint8Array} a copy, so that a small part does not keep a large frame alive
     */
    binary(size: number): Uint8Array;
    /** @returns {number} the count of the array that must follow */
    arrayHeader(): number;
    /** @returns {number} the unsigned integer that must follow */
    unsignedInteger(): number;
    /**
     * Steps over one value without making it.
     * @param {number} depth levels that may still follow
     */
    skip(depth: number): void;
    #private;
}
