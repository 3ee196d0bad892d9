import { EXTENSION_RAISED } from '../protocol.js';

/** @typedef {import('../wire/reader.js').Reader} Reader */

/**
 * @param {Reader} reader before an outcome
 * @returns {boolean} whether it is an error (extension 8)
 */
export function isRaised(reader) {
  const head = reader.peek();
  if (head < 0xc7 || head > 0xd8 || (head > 0xc9 && head < 0xd4)) return false;
  const typeAt = reader.at + 1 + (head >= 0xd4 ? 0 : 1 << (head - 0xc7));
  return reader.buffer[typeAt] === EXTENSION_RAISED;
}

/**
 * @param {Reader} reader before an array of indexes
 * @returns {number[]}
 */
export function readIndexes(reader) {
  const indexes = [];
  for (let left = reader.arrayHeader(); left > 0; left--) indexes.push(reader.unsignedInteger());
  return indexes;
}
