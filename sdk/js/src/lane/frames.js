import { CANCEL, Feature, HELLO, Hello, LENGTH_BYTES, PONG, REPLY, Role, VERSION } from '../protocol.js';
import { ObjectNotFound } from '../errors/tree.js';
import { ValueEncoder } from '../wire/encode.js';
import { Writer } from '../wire/writer.js';

/** What this end can do beyond version 2 of the wire. */
export const FEATURES = Object.freeze([Feature.GOODBYE]);

/**
 * Turns what was written into a frame with its length in front.
 * @param {Uint8Array[]} parts
 * @returns {Buffer}
 */
export function framed(parts) {
  let size = LENGTH_BYTES;
  for (const part of parts) size += part.byteLength;
  const frame = Buffer.allocUnsafe(size);
  frame.writeUInt32LE(size - LENGTH_BYTES, 0);
  let at = LENGTH_BYTES;
  for (const part of parts) {
    frame.set(part, at);
    at += part.byteLength;
  }
  return frame;
}

/**
 * @param {string} clientId
 * @param {string | null} token
 * @returns {Buffer} the first frame of a client
 */
export function helloFrame(clientId, token) {
  const writer = new Writer();
  writer.array(2);
  writer.integer(HELLO);
  writer.map(5);
  writer.text(Hello.VERSION);
  writer.integer(VERSION);
  writer.text(Hello.CLIENT);
  writer.text(clientId);
  writer.text(Hello.TOKEN);
  if (token === null) writer.byte(0xc0);
  else writer.text(token);
  writer.text(Hello.ROLE);
  writer.text(Role.CLIENT);
  writer.text(Hello.FEATURES);
  writer.array(FEATURES.length);
  for (const feature of FEATURES) writer.text(feature);
  return framed([writer.toBytes()]);
}

/**
 * @param {number} seq
 * @param {number[]} indexes of the calls that nobody waits for any more
 * @returns {Buffer}
 */
export function cancelFrame(seq, indexes) {
  const writer = new Writer();
  writer.array(3);
  writer.integer(CANCEL);
  writer.integer(seq);
  writer.array(indexes.length);
  for (const index of indexes) writer.integer(index);
  return framed([writer.toBytes()]);
}

/**
 * @param {number} number of the ping
 * @returns {Buffer}
 */
export function pongFrame(number) {
  const writer = new Writer();
  writer.array(2);
  writer.integer(PONG);
  writer.integer(number);
  return framed([writer.toBytes()]);
}

/**
 * @param {number} seq of a request that came to this end
 * @param {number} count how many calls it has
 * @returns {Buffer} the reply: there is no object here
 */
export function refusalFrame(seq, count) {
  const writer = new Writer();
  const encoder = new ValueEncoder(writer);
  writer.array(3);
  writer.integer(REPLY);
  writer.integer(seq);
  writer.array(count);
  for (let index = 0; index < count; index++) encoder.raised(new ObjectNotFound('a client has no objects; call a kernel'));
  return framed([writer.toBytes()]);
}
