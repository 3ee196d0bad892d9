/**
 * Turns what was written into a frame with its length in front.
 * @param {Uint8Array[]} parts
 * @returns {Buffer}
 */
export function framed(parts: Uint8Array[]): Buffer;
/**
 * @param {string} clientId
 * @param {string | null} token
 * @returns {Buffer} the first frame of a client
 */
export function helloFrame(clientId: string, token: string | null): Buffer;
/**
 * @param {number} seq
 * @param {number[]} indexes of the calls that nobody waits for any more
 * @returns {Buffer}
 */
export function cancelFrame(seq: number, indexes: number[]): Buffer;
/**
 * @param {number} number of the ping
 * @returns {Buffer}
 */
export function pongFrame(number: number): Buffer;
/**
 * @param {number} seq of a request that came to this end
 * @param {number} count how many calls it has
 * @returns {Buffer} the reply: there is no object here
 */
export function refusalFrame(seq: number, count: number): Buffer;
/** Kinds of frames (docs/wire.md, section 2). */
export const REQUEST: 0;
export const REPLY: 1;
export const PARTIAL_REPLY: 2;
export const CANCEL: 3;
export const HELLO: 4;
export const GOODBYE: 5;
export const PING: 6;
export const PONG: 7;
/** Bytes before a frame on the direct lane: its length, little endian. Every frame made here has room for them. */
export const PREFIX: 4;
