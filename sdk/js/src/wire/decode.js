import { Duration } from './duration.js';
import {
  DEPTH_LIMIT, EXTENSION_BACK_REFERENCE, EXTENSION_BIG_INTEGER, EXTENSION_DURATION, EXTENSION_ERROR,
  EXTENSION_GRAPH, EXTENSION_NAMED, EXTENSION_RAISED, EXTENSION_REFERENCE, EXTENSION_SET, EXTENSION_TIMESTAMP,
} from '../protocol.js';
import { readBackReference, readGraph } from './decode_graph.js';
import { readError } from './decode_error.js';
import { readMap, readSet } from './decode_map.js';
import { NO_HOOKS } from './hooks.js';
import { Reader, Unreadable } from './reader.js';
import { Reference } from './reference.js';
import { bigIntegerOf, timestampOf } from './scalars.js';
import { Timestamp } from './timestamp.js';

/**
 * @callback FromReference
 * @param {Reference} reference
 * @returns {unknown} what the program gets in its place
 */

/** Reads values as docs/wire.md, section 1, says. One decoder serves many values, one after the other. */
export class ValueDecoder {
  #fromReference;

  /**
   * @param {FromReference} [fromReference] makes stubs of references
   * @param {import('./encode.js').ToReference} [toReference] the way back, to tell stubs that are keys apart
   * @param {import('./hooks.js').ValueHooks} [hooks] the program's own classes
   */
  constructor(fromReference = (reference) => reference, toReference = () => null, hooks = NO_HOOKS) {
    this.#fromReference = fromReference;
    this.hooks = hooks;
    this.toReference = toReference;
    this.reader = new Reader(new Uint8Array(0));
    /** Levels around what is being read. */
    this.depth = 0;
    /** Graphs around it. */
    this.graphs = 0;
    /** @type {unknown[] | null} containers of the enclosing graph; undefined where a node is none */
    this.nodes = null;
  }

  /**
   * Reads the value at a reader. After a failure the reader's position and end mean nothing.
   * @param {Reader} reader
   * @returns {unknown}
   * @throws {Unreadable}
   */
  value(reader) {
    this.#begin(reader);
    return this.part();
  }

  /**
   * @param {Reader} reader at an extension 5 or 8
   * @returns {import('../errors/tree.js').AminoError}
   * @throws {Unreadable}
   */
  raised(reader) {
    this.#begin(reader);
    const [, size] = this.extensionHeader(reader.byte());
    return this.bounded(size, () => readError(this));
  }

  /**
   * @param {Reader} reader at the array of an error
   * @returns {import('../errors/tree.js').AminoError}
   * @throws {Unreadable}
   */
  errorPayload(reader) {
    this.#begin(reader);
    return readError(this);
  }

  /** @param {Reader} reader */
  #begin(reader) {
    this.reader = reader;
    this.depth = 0;
    this.graphs = 0;
    this.nodes = null;
  }

  /** @returns {unknown} the value, or part of one, at the reader */
  part() {
    const reader = this.reader;
    const head = reader.byte();
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head < 0x90) return readMap(this, head & 0x0f);
    if (head < 0xa0) return this.list(head & 0x0f, []);
    if (head < 0xc0) return reader.text(head & 0x1f);
    switch (head) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return reader.binary(reader.unsigned(1));
      case 0xc5: return reader.binary(reader.unsigned(2));
      case 0xc6: return reader.binary(reader.unsigned(4));
      case 0xca: return reader.buffer.readFloatBE(reader.take(4));
      case 0xcb: return reader.buffer.readDoubleBE(reader.take(8));
      case 0xcc: return reader.unsigned(1);
      case 0xcd: return reader.unsigned(2);
      case 0xce: return reader.unsigned(4);
      case 0xcf: return number(reader.buffer.readBigUInt64BE(reader.take(8)));
      case 0xd0: return reader.buffer.readInt8(reader.take(1));
      case 0xd1: return reader.buffer.readInt16BE(reader.take(2));
      case 0xd2: return reader.buffer.readInt32BE(reader.take(4));
      case 0xd3: return number(reader.buffer.readBigInt64BE(reader.take(8)));
      case 0xd9: return reader.text(reader.unsigned(1));
      case 0xda: return reader.text(reader.unsigned(2));
      case 0xdb: return reader.text(reader.unsigned(4));
      case 0xdc: return this.list(reader.unsigned(2), []);
      case 0xdd: return this.list(reader.unsigned(4), []);
      case 0xde: return readMap(this, reader.unsigned(2));
      case 0xdf: return readMap(this, reader.unsigned(4));
      default: return this.#extension(head);
    }
  }

  /**
   * @param {number} head
   * @returns {[type: number, size: number]}
   */
  extensionHeader(head) {
    const reader = this.reader;
    let size;
    if (head >= 0xd4 && head <= 0xd8) size = 1 << (head - 0xd4);
    else if (head === 0xc7) size = reader.unsigned(1);
    else if (head === 0xc8) size = reader.unsigned(2);
    else if (head === 0xc9) size = reader.unsigned(4);
    else throw new Unreadable(`byte 0x${head.toString(16)} begins no value`);
    return [reader.buffer.readInt8(reader.take(1)), size];
  }

  /**
   * @param {number} head
   * @returns {unknown}
   */
  #extension(head) {
    const reader = this.reader;
    const [type, size] = this.extensionHeader(head);
    switch (type) {
      case EXTENSION_BIG_INTEGER:
        if (size === 0) throw new Unreadable('a big integer has no bytes');
        return number(bigIntegerOf(reader.binary(size)));
      case EXTENSION_TIMESTAMP: return this.#timestamp(size);
      case EXTENSION_DURATION:
        if (size !== 8) throw new Unreadable(`a duration has ${size} bytes instead of 8`);
        return new Duration(reader.buffer.readBigInt64BE(reader.take(8)));
      case EXTENSION_SET: return this.bounded(size, () => readSet(this, new Set()));
      case EXTENSION_REFERENCE: return this.bounded(size, () => this.#reference());
      case EXTENSION_ERROR: return this.bounded(size, () => readError(this));
      case EXTENSION_GRAPH: return this.bounded(size, () => readGraph(this));
      case EXTENSION_BACK_REFERENCE: return this.bounded(size, () => readBackReference(this));
      case EXTENSION_NAMED: return this.bounded(size, () => this.#named());
      case EXTENSION_RAISED: throw new Unreadable('`raised` (extension 8) stands inside a value; it may only be the outcome of a call');
      default: throw new Unreadable(`extension type ${type} is not known`);
    }
  }

  /**
   * Reads the payload of an extension, which must fill its size exactly.
   * @template T
   * @param {number} size
   * @param {() => T} read
   * @returns {T}
   */
  bounded(size, read) {
    const reader = this.reader;
    const outer = reader.end;
    reader.take(size);
    reader.at -= size;
    reader.end = reader.at + size;
    const value = read();
    if (reader.at !== reader.end) throw new Unreadable('an extension holds more than its content');
    reader.end = outer;
    return value;
  }

  /** Counts a level. The caller leaves it by `depth--`. */
  deepen() {
    if (++this.depth > DEPTH_LIMIT) throw new Unreadable(`nested more than ${DEPTH_LIMIT} levels deep`);
  }

  /**
   * @param {number} count
   * @param {unknown[]} list that gets the elements
   * @returns {unknown[]}
   */
  list(count, list) {
    this.reader.counted(count);
    this.deepen();
    for (let index = 0; index < count; index++) list.push(this.part());
    this.depth--;
    return list;
  }

  /**
   * @param {number} size
   * @returns {Date | Timestamp}
   */
  #timestamp(size) {
    const reader = this.reader;
    const start = reader.take(size);
    const nanoseconds = timestampOf(reader.buffer.subarray(start, reader.at));
    if (nanoseconds === null) throw new Unreadable('a timestamp has a form that msgpack does not know');
    const timestamp = new Timestamp(nanoseconds);
    return timestamp.toExactDate() ?? timestamp;
  }

  /** @returns {unknown} a value of a class; what it is saved as is a value of its own */
  #named() {
    const parts = this.reader.arrayHeader();
    const name = parts === 2 ? this.part() : null;
    if (typeof name !== 'string' || name === '') throw new Unreadable("a named value must be an array of its class's name (a string) and its payload");
    const { nodes } = this;
    this.nodes = null;
    this.deepen();
    const value = this.part();
    this.depth--;
    this.nodes = nodes;
    return this.hooks.incoming(name, value);
  }

  /** @returns {unknown} */
  #reference() {
    const parts = /** @type {unknown[]} */ (this.list(this.reader.arrayHeader(), []));
    const [id, className, epoch, address] = parts;
    const texts = typeof id === 'string' && isOptionalText(className) && isOptionalText(address);
    if (parts.length !== 4 || !texts || !Number.isSafeInteger(epoch)) {
      throw new Unreadable('a reference must be an array of object id, class name or nil, epoch, address or nil');
    }
    return this.#fromReference(new Reference(id, className, /** @type {number} */ (epoch), address));
  }
}

/**
 * @param {bigint} value
 * @returns {number | bigint} a number where it is exact
 */
function number(value) {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/**
 * @param {unknown} value
 * @returns {value is string | null}
 */
function isOptionalText(value) {
  return value === null || typeof value === 'string';
}
