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
    /** @param {Codec} codec */
    constructor(codec: Codec);
    /** @param {number} bytes of the largest frame that the peer takes */
    limitFrames(bytes: number): void;
    /** @returns {number} how many calls there are */
    get count(): number;
    /** @returns {number} bytes */
    get size(): number;
    /**
     * Encodes a call behind those that are there. When it fails, nothing has changed.
     * @param {Call} call
     * @param {Uint8Array} address target and method, encoded
     * @param {readonly unknown[] | Uint8Array} args values, or the array of them as it was sent before
     * @throws {TooLarge} it does not fit in this frame; with no other call in it, it fits in none
     * @throws {ValueInvalid} its arguments cannot travel
     */
    add(call: Call, address: Uint8Array, args: readonly unknown[] | Uint8Array): void;
    /**
     * Makes a frame of the gathered calls, and begins the next.
     * @param {number} seq
     * @param {number} budgetMs
     * @returns {SentFrame}
     */
    close(seq: number, budgetMs: number): SentFrame;
    /** @returns {Call[]} what had gathered; it will not leave */
    clear(): Call[];
    #private;
}
/**
 * A request that waits for answers.
 */
export type SentFrame = {
    seq: number;
    /**
     * null once answered
     */
    calls: (Call | null)[];
    /**
     * how many are not answered
     */
    left: number;
    bytes: Buffer;
    /**
     * where its calls begin
     */
    offset: number;
    /**
     * whether it was given to the carrier
     */
    departed: boolean;
};
import type { Call } from './call.js';
import type { Codec } from '../wire/codec.js';
