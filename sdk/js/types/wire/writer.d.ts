/** A growing buffer that msgpack is written to, in its shortest forms. */
export class Writer {
    /** @param {number} [limit] bytes after which writing fails */
    constructor(limit?: number);
    limit: number;
    length: number;
    buffer: Buffer<ArrayBuffer>;
    view: DataView<ArrayBuffer>;
    /** Begins anew; lets go of a buffer that one large value made grow. */
    clear(): void;
    /**
     * Makes room.
     * @param {number} size bytes that will follow
     */
    reserve(size: number): void;
    /** @param {number} size bytes of content that will follow */
    reserveContent(size: number): void;
    /** @returns {Buffer} a copy of what was written */
    toBytes(): Buffer;
    /** @param {number} byte */
    byte(byte: number): void;
    /** @param {number} value a safe integer */
    integer(value: number): void;
    /**
     * @param {bigint} value −2^63 … 2^63−1
     * @returns {boolean} false when out of that range; then nothing was written
     */
    bigInteger(value: bigint): boolean;
    /** @param {number} value */
    double(value: number): void;
    /** @param {string} text of Unicode scalar values */
    text(text: string): void;
    /** @param {Uint8Array} bytes */
    binary(bytes: Uint8Array): void;
    /** @param {Uint8Array} bytes msgpack already */
    raw(bytes: Uint8Array): void;
    /** @param {number} count elements that follow */
    array(count: number): void;
    /** @param {number} count pairs that follow */
    map(count: number): void;
    /**
     * @param {number} type
     * @param {number} size bytes that follow
     */
    extension(type: number, size: number): void;
    /**
     * Makes an extension of what was written since `start`.
     * @param {number} type
     * @param {number} start
     */
    wrap(type: number, start: number): void;
    #private;
}
