import { Duration } from './duration.js';
import { NO_HOOKS } from './hooks.js';
import { Reference } from './reference.js';
import { isPlainObject } from './shapes.js';
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
  #hooks;

  /**
   * @param {ToReference} [toReference]
   * @param {import('./hooks.js').ValueHooks} [hooks]
   */
  constructor(toReference = () => null, hooks = NO_HOOKS) {
    this.#toReference = toReference;
    this.#hooks = hooks;
  }

  /**
   * @param {unknown} key of a map
   * @throws {Unwritable} when it may not be one, or is there already
   */
  add(key) {
    const identity = keyIdentity(key, this.#toReference, this.#hooks);
    if (identity === undefined) throw new Unwritable('a list, map, set or error cannot be the key of a map');
    this.#note(identity);
  }

  /**
   * @param {unknown} element of a set; what may be a key is compared by value, anything else by identity
   * @throws {Unwritable} when it is there already
   */
  addElement(element) {
    const identity = keyIdentity(element, this.#toReference, this.#hooks);
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
 * @param {import('./hooks.js').ValueHooks} hooks
 * @returns {unknown} undefined when it may not be a key
 */
export function keyIdentity(key, toReference, hooks) {
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
  return reference ? `\0r${reference.id}` : namedIdentity(/** @type {object} */ (key), hooks);
}

/**
 * A value of a class may be a key when it is saved as a text.
 * @param {object} key
 * @param {import('./hooks.js').ValueHooks} hooks
 */
function namedIdentity(key, hooks) {
  if (Array.isArray(key) || isPlainObject(key) || key instanceof Map || key instanceof Set || key instanceof Error) return undefined;
  const saved = hooks.outgoing(key);
  return saved && typeof saved.value === 'string' ? `\0n${saved.name ?? ''}\0${saved.value}` : undefined;
}
