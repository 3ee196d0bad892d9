import { Duration } from './duration.js';
import {
  DEPTH_LIMIT, EXTENSION_BACK_REFERENCE, EXTENSION_BIG_INTEGER, EXTENSION_DURATION, EXTENSION_ERROR,
  EXTENSION_GRAPH, EXTENSION_NAMED, EXTENSION_RAISED, EXTENSION_REFERENCE, EXTENSION_SET, EXTENSION_TIMESTAMP,
} from '../protocol.js';
import { NO_HOOKS } from './hooks.js';
import { KeyRing } from './keys.js';
import { Reference } from './reference.js';
import { sharedContainers } from './sharing.js';
import { bigIntegerBytes, timestampBytes } from './scalars.js';
import { Timestamp } from './timestamp.js';
import { writeErrorPayload } from './encode_error.js';
import { describe, isPlainObject } from './shapes.js';
import { Unwritable, located, propertyPath } from './unwritable.js';

/** @import { Writer } from './writer.js' */

/** Thrown, and caught at the root of a value, when a container is met a second time. Made once: it carries nothing. */
const SHARED = new Error('shared');

/**
 * @callback ToReference
 * @param {object} candidate
 * @returns {Reference | null} what travels in its place, or null when it is no stub
 */

/** Writes values as docs/wire.md, section 1, says. One encoder serves many values, one after the other. */
export class ValueEncoder {
  /** @type {object | null} the first container of this value; most values have one or none, and need no set */
  #first = null;
  /** @type {Set<object> | null} all containers of this value */
  #seen = null;
  /** @type {Map<object, number> | null} the nodes of a value in graph form */
  #nodes = null;
  #depth = 0;
  #toReference;
  #hooks;
  #around;

  /**
   * @param {Writer} writer that the values go to
   * @param {ToReference} [toReference] turns stubs into references
   * @param {import('./hooks.js').ValueHooks} [hooks] the program's own classes
   * @param {number} [around] levels around each value
   */
  constructor(writer, toReference = () => null, hooks = NO_HOOKS, around = 0) {
    /** @readonly */
    this.writer = writer;
    this.#toReference = toReference;
    this.#hooks = hooks;
    this.#around = around;
    this.#depth = around;
  }

  /**
   * Writes one whole value; containers met twice in it, or that contain themselves, make it a graph.
   * @param {unknown} value
   * @throws {Unwritable} with the path to the offending part; the writer is back where it was
   */
  root(value) {
    if (typeof value !== 'object' || value === null) return this.#part(value);
    const start = this.writer.length;
    this.#reset();
    try {
      this.#part(value);
    } catch (error) {
      this.writer.length = start;
      if (error !== SHARED) throw error;
      this.#graph(value, start);
    } finally {
      this.#reset();
    }
  }

  /**
   * Writes an error as the outcome of a call.
   * @param {import('../errors/tree.js').AminoError} error
   */
  raised(error) {
    const start = this.writer.length;
    this.#reset();
    writeErrorPayload(this.writer, error, (details) => this.#part(details));
    this.writer.wrap(EXTENSION_RAISED, start);
  }

  #reset() {
    this.#first = null;
    this.#seen = null;
    this.#nodes = null;
    this.#depth = this.#around;
  }

  /**
   * @param {object} value whose containers are shared
   * @param {number} start where it begins in the writer
   */
  #graph(value, start) {
    const nodes = sharedContainers(value, this.#toReference);
    this.#nodes = new Map(nodes.map((node, index) => [node, index]));
    try {
      this.writer.array(nodes.length);
      for (const node of nodes) {
        this.#depth = this.#around;
        this.#object(node, true);
      }
      this.writer.wrap(EXTENSION_GRAPH, start);
    } catch (error) {
      this.writer.length = start;
      throw error;
    }
  }

  /** @param {unknown} value */
  #part(value) {
    const { writer } = this;
    switch (typeof value) {
      case 'number':
        if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.integer(value);
        else writer.double(value);
        return;
      case 'string': return writer.text(value);
      case 'boolean': return writer.byte(value ? 0xc3 : 0xc2);
      case 'undefined': return writer.byte(0xc0);
      case 'bigint': return this.#bigInteger(value);
      case 'object':
        if (value === null) writer.byte(0xc0);
        else this.#object(value, false);
        return;
      default: throw new Unwritable(describe(value));
    }
  }

  /**
   * @param {object} value
   * @param {boolean} isNode whether it is written as a node, and not as a part of one
   */
  #object(value, isNode) {
    const { writer } = this;
    if (Array.isArray(value)) return void (this.#enter(value, isNode) && this.#list(value));
    if (isPlainObject(value)) return void (this.#enter(value, isNode) && this.#record(value));
    const reference = value instanceof Reference ? value : this.#toReference(value);
    if (reference) return this.#reference(reference);
    if (value instanceof Map) return void (this.#enter(value, isNode) && this.#map(value));
    if (value instanceof Set) return void (this.#enter(value, isNode) && this.#set(value));
    if (value instanceof Uint8Array) return writer.binary(value);
    if (value instanceof ArrayBuffer) return writer.binary(new Uint8Array(value));
    if (value instanceof DataView) return writer.binary(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    if (value instanceof Date) return this.#date(value);
    if (value instanceof Timestamp) return this.#extension(EXTENSION_TIMESTAMP, timestampBytes(value.nanoseconds));
    if (value instanceof Duration) return this.#duration(value);
    if (value instanceof Error) return this.#error(value);
    this.#named(value);
  }

  /**
   * A value of a class. What it is saved as is a value of its own: containers shared inside it are a graph in it.
   * @param {object} value
   */
  #named(value) {
    const { writer } = this;
    const saved = this.#hooks.outgoing(value);
    if (!saved) throw new Unwritable(describe(value));
    if (this.#depth >= DEPTH_LIMIT) throw new Unwritable(`nested more than ${DEPTH_LIMIT} levels deep`);
    const inner = new ValueEncoder(writer, this.#toReference, this.#hooks, this.#depth + 1);
    if (saved.name === null) return inner.root(saved.value);
    const start = writer.length;
    writer.array(2);
    writer.text(saved.name);
    inner.root(saved.value);
    writer.wrap(EXTENSION_NAMED, start);
  }

  /**
   * Notes a container, or writes a back reference to it.
   * @param {object} value
   * @param {boolean} isNode
   * @returns {boolean} whether its content is to be written; the caller then leaves one level afterwards
   */
  #enter(value, isNode) {
    if (this.#nodes) {
      const index = isNode ? undefined : this.#nodes.get(value);
      if (index !== undefined) {
        const start = this.writer.length;
        this.writer.integer(index);
        this.writer.wrap(EXTENSION_BACK_REFERENCE, start);
        return false;
      }
    } else if (this.#first === null) this.#first = value;
    else {
      this.#seen ??= new Set([this.#first]);
      if (this.#seen.has(value)) throw SHARED;
      this.#seen.add(value);
    }
    if (++this.#depth > DEPTH_LIMIT) {
      // Shared containers further in may still make it a graph of few levels; only the graph form tells.
      if (!this.#nodes) throw SHARED;
      throw new Unwritable(`nested more than ${DEPTH_LIMIT} levels deep`);
    }
    return true;
  }

  /** @param {unknown[]} list */
  #list(list) {
    const count = list.length;
    this.writer.array(count);
    let index = 0;
    try {
      for (; index < count; index++) this.#part(list[index]);
    } catch (error) {
      throw located(error, `[${index}]`);
    }
    this.#depth--;
  }

  /** @param {Record<string, unknown>} record */
  #record(record) {
    const keys = Object.keys(record);
    if (Object.getOwnPropertySymbols(record).length > 0) throw new Unwritable('an object with symbols as keys cannot travel');
    this.writer.map(keys.length);
    let key = '';
    try {
      for (key of keys) {
        this.writer.text(key);
        this.#part(record[key]);
      }
    } catch (error) {
      throw located(error, propertyPath(key));
    }
    this.#depth--;
  }

  /** @param {Map<unknown, unknown>} map */
  #map(map) {
    const ring = new KeyRing(this.#toReference, this.#hooks);
    this.writer.map(map.size);
    let position = 0;
    for (const [key, value] of map) {
      try {
        ring.add(key);
        this.#part(key);
        this.#part(value);
      } catch (error) {
        throw located(error, typeof key === 'string' ? propertyPath(key) : `[key ${position}]`);
      }
      position++;
    }
    this.#depth--;
  }

  /** @param {Set<unknown>} set */
  #set(set) {
    const start = this.writer.length;
    const ring = new KeyRing(this.#toReference, this.#hooks);
    this.writer.array(set.size);
    let position = 0;
    for (const element of set) {
      try {
        ring.addElement(element);
        this.#part(element);
      } catch (error) {
        throw located(error, `[element ${position}]`);
      }
      position++;
    }
    this.writer.wrap(EXTENSION_SET, start);
    this.#depth--;
  }

  /** @param {bigint} value */
  #bigInteger(value) {
    if (!this.writer.bigInteger(value)) this.#extension(EXTENSION_BIG_INTEGER, bigIntegerBytes(value));
  }

  /** @param {Date} date */
  #date(date) {
    if (Number.isNaN(date.getTime())) throw new Unwritable('an invalid Date cannot travel');
    this.#extension(EXTENSION_TIMESTAMP, timestampBytes(BigInt(date.getTime()) * 1_000_000n));
  }

  /** @param {Duration} duration */
  #duration(duration) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(duration.nanoseconds);
    this.#extension(EXTENSION_DURATION, bytes);
  }

  /** @param {Reference} reference */
  #reference(reference) {
    const { writer } = this;
    const start = writer.length;
    writer.array(4);
    writer.text(reference.id);
    this.#part(reference.className);
    writer.integer(reference.epoch);
    this.#part(reference.address);
    writer.wrap(EXTENSION_REFERENCE, start);
  }

  /** @param {Error} error */
  #error(error) {
    const start = this.writer.length;
    writeErrorPayload(this.writer, error, (details) => this.#part(details));
    this.writer.wrap(EXTENSION_ERROR, start);
  }

  /**
   * @param {number} type
   * @param {Uint8Array} bytes
   */
  #extension(type, bytes) {
    const { writer } = this;
    writer.extension(type, bytes.byteLength);
    writer.buffer.set(bytes, writer.length);
    writer.length += bytes.byteLength;
  }
}
