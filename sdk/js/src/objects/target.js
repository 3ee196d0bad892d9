import { Writer } from '../wire/writer.js';

/**
 * @import { KernelLink } from '../control/kernel_link.js'
 * @import { Interface } from '../pb/common_pb.js'
 * @import { Reference } from '../wire/reference.js'
 */

/**
 * Where calls of an object go.
 * @typedef {object} Place
 * @property {KernelLink} link that calls go to
 * @property {boolean} direct whether that is the object's own kernel, and not a kernel that forwards
 * @property {number} epoch of the object that is known
 */

/** A client's knowledge of one object that it has a stub of: its id, and the kernel over which it is called. */
export class Target {
  /** @type {Map<string, Uint8Array>} target and method as they stand in a frame, by method */
  #addresses = new Map();

  /**
   * @param {Reference} reference
   * @param {string} name of the object, for people; may be empty
   * @param {Place} place
   * @param {Interface} [offered] the members that the object lists; only with a record
   */
  constructor(reference, name, place, offered) {
    this.reference = reference;
    /** @readonly */
    this.name = name;
    this.place = place;
    /** @readonly */
    this.offered = offered;
    /** @type {Promise<void> | null} the question where the object is, while it is asked */
    this.asking = null;
  }

  /** @returns {string} */
  get id() {
    return this.reference.id;
  }

  /**
   * @param {string} method
   * @returns {Uint8Array}
   */
  address(method) {
    let address = this.#addresses.get(method);
    if (!address) {
      const writer = new Writer();
      writer.text(this.id);
      writer.text(method);
      address = writer.toBytes();
      this.#addresses.set(method, address);
    }
    return address;
  }

  /** @returns {string} */
  toString() {
    return [this.reference.className ?? 'object', this.name, this.id].filter(Boolean).join(' ');
  }
}
