import { KeyRing } from './keys.js';
import { isIndex, orderedRecord } from './ordered_record.js';
import { Unreadable } from './reader.js';
import { Unwritable } from './unwritable.js';

/** @typedef {import('./decode.js').ValueDecoder} ValueDecoder */

/**
 * @param {number} head of a value
 * @returns {boolean} whether it is a string
 */
export function isText(head) {
  return (head >= 0xa0 && head < 0xc0) || (head >= 0xd9 && head <= 0xdb);
}

/**
 * Reads a map: a plain object as long as its keys are strings; a Map from the first other key on.
 * @param {ValueDecoder} decoder
 * @param {number} count pairs
 * @returns {Record<string, unknown> | Map<unknown, unknown>}
 */
export function readMap(decoder, count) {
  const { reader } = decoder;
  reader.counted(count);
  /** @type {Record<string, unknown>} */
  const record = {};
  /** @type {string[] | null} all keys in their order, once one would be sorted */
  let order = null;
  decoder.deepen();
  for (let index = 0; index < count; index++) {
    if (!isText(reader.peek())) {
      const map = new Map((order ?? Object.keys(record)).map((key) => [key, record[key]]));
      readPairs(decoder, count - index, map);
      decoder.depth--;
      return map;
    }
    const key = /** @type {string} */ (decoder.part());
    if (order === null && isIndex(key)) order = Object.keys(record);
    order?.push(key);
    readProperty(decoder, record, key);
  }
  decoder.depth--;
  return order ? inOrder(record, order) : record;
}

/**
 * @param {Record<string, unknown>} record
 * @param {string[]} order
 * @returns {Record<string, unknown>} the record, or an ordered record where it would not keep the order
 */
function inOrder(record, order) {
  return Object.keys(record).every((key, index) => key === order[index]) ? record : orderedRecord(record, order);
}

/**
 * @param {ValueDecoder} decoder
 * @param {number} count properties; all keys are strings
 * @param {Record<string, unknown>} record that gets them
 */
export function fillRecord(decoder, count, record) {
  decoder.deepen();
  for (let index = 0; index < count; index++) readProperty(decoder, record, /** @type {string} */ (decoder.part()));
  decoder.depth--;
}

/**
 * @param {ValueDecoder} decoder
 * @param {number} count pairs
 * @param {Map<unknown, unknown>} map that gets them
 */
export function fillMap(decoder, count, map) {
  decoder.deepen();
  readPairs(decoder, count, map);
  decoder.depth--;
}

/**
 * @param {ValueDecoder} decoder
 * @param {Set<unknown>} set that gets the elements
 * @returns {Set<unknown>}
 */
export function readSet(decoder, set) {
  const count = decoder.reader.arrayHeader();
  const ring = new KeyRing(decoder.toReference, decoder.hooks);
  decoder.deepen();
  for (let index = 0; index < count; index++) {
    const element = decoder.part();
    note(() => ring.addElement(element), 'a set has elements');
    set.add(element);
  }
  decoder.depth--;
  return set;
}

/**
 * @param {ValueDecoder} decoder
 * @param {Record<string, unknown>} record
 * @param {string} key
 */
function readProperty(decoder, record, key) {
  if (Object.hasOwn(record, key)) throw new Unreadable(`a map has the key ${JSON.stringify(key)} twice`);
  const value = decoder.part();
  if (key === '__proto__') Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
  else record[key] = value;
}

/**
 * @param {ValueDecoder} decoder
 * @param {number} count
 * @param {Map<unknown, unknown>} map
 */
function readPairs(decoder, count, map) {
  const ring = new KeyRing(decoder.toReference, decoder.hooks);
  for (const key of map.keys()) ring.add(key);
  for (let index = 0; index < count; index++) {
    const key = decoder.part();
    note(() => ring.add(key), 'a map has keys');
    map.set(key, decoder.part());
  }
}

/**
 * @param {() => void} add
 * @param {string} what
 */
function note(add, what) {
  try {
    add();
  } catch (error) {
    if (error instanceof Unwritable) throw new Unreadable(`${what} that JavaScript cannot tell apart, or cannot hold: ${error.message}`);
    throw error;
  }
}
