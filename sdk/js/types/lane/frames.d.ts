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
/** What this end can do beyond version 2 of the wire. */
export const FEATURES: readonly "goodbye"[];
