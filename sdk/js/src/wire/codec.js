import { ValueInvalid } from '../errors/tree.js';
import { ValueDecoder } from './decode.js';
import { ValueEncoder } from './encode.js';
import { Unwritable, located } from './unwritable.js';
import { Reader, Unreadable } from './reader.js';
import { Writer } from './writer.js';

/** Values as bytes and back (docs/wire.md, section 1), with a program's stubs in place of references. */
export class Codec {
  /**
   * @param {import('./encode.js').ToReference} [toReference] what a stub refers to; null for whatever is no stub
   * @param {import('./decode.js').FromReference} [fromReference] what a reference becomes
   * @param {import('./hooks.js').ValueHooks} [hooks] the program's own classes
   */
  constructor(toReference, fromReference, hooks) {
    /** @readonly */
    this.toReference = toReference;
    /** @readonly */
    this.fromReference = fromReference;
    /** @readonly */
    this.hooks = hooks;
  }

  /**
   * @param {unknown} value
   * @param {string} [path] what the value is called in an error's message
   * @returns {Uint8Array}
   * @throws {ValueInvalid} a part cannot travel; the message says which
   */
  encode(value, path = 'value') {
    const encoder = new ValueEncoder(new Writer(), this.toReference, this.hooks);
    try {
      encoder.root(value);
    } catch (error) {
      throw asValueInvalid(error, path);
    }
    return encoder.writer.toBytes();
  }

  /**
   * @param {readonly unknown[]} items values of their own, such as the arguments of a call
   * @param {string} [path]
   * @returns {Uint8Array} an array of them
   * @throws {ValueInvalid}
   */
  encodeArray(items, path = 'args') {
    const encoder = new ValueEncoder(new Writer(), this.toReference, this.hooks);
    try {
      encodeItems(encoder, items, path);
    } catch (error) {
      throw asValueInvalid(error, '');
    }
    return encoder.writer.toBytes();
  }

  /**
   * @param {Uint8Array} bytes of one value
   * @returns {unknown}
   * @throws {ValueInvalid} they are no value, or a value that JavaScript cannot hold
   */
  decode(bytes) {
    const reader = new Reader(bytes);
    try {
      const value = new ValueDecoder(this.fromReference, this.toReference, this.hooks).value(reader);
      if (reader.at !== bytes.byteLength) throw new Unreadable(`${bytes.byteLength - reader.at} bytes follow the value`);
      return value;
    } catch (error) {
      throw asValueInvalid(error, 'value');
    }
  }
}

/**
 * Writes an array of values of their own.
 * @param {ValueEncoder} encoder
 * @param {readonly unknown[]} items
 * @param {string} path what they are called together
 * @throws {Unwritable} with the path to the offending part
 */
export function encodeItems(encoder, items, path) {
  const count = items.length;
  let index = 0;
  try {
    encoder.writer.array(count);
    for (; index < count; index++) encoder.root(items[index]);
  } catch (error) {
    throw located(error, `${path}[${index}]`);
  }
}

/**
 * @param {unknown} error of the encoder or the decoder
 * @param {string} path what the value is called
 * @returns {unknown} ValueInvalid, or an error of another kind as it is
 */
export function asValueInvalid(error, path) {
  if (error instanceof Unwritable) return new ValueInvalid(`${shortened(path + error.path)}: ${error.message}`);
  if (error instanceof Unreadable) return new ValueInvalid(`the bytes of the ${path} are no value: ${error.message}`);
  return error instanceof RangeError ? new ValueInvalid(`${path}: ${error.message}`) : error;
}

/** @param {string} path */
function shortened(path) {
  return path.length <= 120 ? path : `${path.slice(0, 60)} … ${path.slice(-40)}`;
}
