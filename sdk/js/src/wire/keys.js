import { Duration } from './duration.js';
import { Reference } from './reference.js';
import { Timestamp } from './timestamp.js';
import { Unwritable } from './unwritable.js';

/** @typedef {import('./encode.js').ToReference} ToReference */

/**
 * The keys of one map, or the elements of one set: says which may be keys, and refuses two that are the same value. JavaScript compares
 * dates, bytes and references by identity, and 1 and 1n as different; on the wire they are what they mean.
 */
export class KeyRing {
  /** @type {Set<unknown>} */
  #known = new Set();
  #toReference;

  /** @param {ToReference} [toReference] */
  constructor(toReference = () => null) {
    this.#toReference = toReference;
  }

  /**
   * @param {unknown} key of a map
   * @throws {Unwritable} when it may not be one, or is there already
   */
  add(key) {
    const identity = keyIdentity(key, this.#toReference);
    if (identity === undefined) throw new Unwritable('a list, map, set or error cannot be the key of a map');
    this.#note(identity);
  }

  /**
   * @param {unknown} element of a set; what may be a key is compared by value, anything else by identity
   * @throws {Unwritable} when it is there already
   */
  addElement(element) {
    const identity = keyIdentity(element, this.#toReference);
    if (identity !== undefined) this.#note(identity);
  }

  /** @param {unknown} identity */
  #note(identity) {
    if (this.#known.has(identity)) throw new Unwritable('the same key is there twice');
    this.#known.add(identity);
  }
}

/**
 * The value by which a key is compared.
 * @param {unknown} key
 * @param {ToReference} toReference
 * @returns {unknown} undefined when it may not be a key
 */
export function keyIdentity(key, toReference) {
  switch (typeof key) {
    case 'string': return key.charCodeAt(0) === 0 ? `\0${key}` : key;
    case 'bigint': return key >= BigInt(Number.MIN_SAFE_INTEGER) && key <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(key) : key;
    case 'undefined': return null;
    case 'number': case 'boolean': case 'symbol': case 'function': return key;
    default: break;
  }
  if (key === null) return null;
  // A leading NUL tells these texts from strings, which get another one in front when they begin with it.
  if (key instanceof Date) return `\0t${BigInt(Number.isNaN(key.getTime()) ? 0 : key.getTime()) * 1_000_000n}`;
  if (key instanceof Timestamp) return `\0t${key.nanoseconds}`;
  if (key instanceof Duration) return `\0d${key.nanoseconds}`;
  if (key instanceof Uint8Array) return `\0b${Buffer.from(key).toString('latin1')}`;
  const reference = key instanceof Reference ? key : toReference(/** @type {object} */ (key));
  return reference ? `\0r${reference.id}` : undefined;
}
