import { Writer } from '../wire/writer.js';

/**
 * @import { KernelLink } from '../control/kernel_link.js'
 * @import { Reference } from '../wire/reference.js'
 */

/** A client's knowledge of one object that it has a stub of: its id, and the kernel over which it is called. */
export class Target {
  /** @type {Map<string, Uint8Array>} target and method as they stand in a frame, by method */
  #addresses = new Map();

  /**
   * @param {Reference} reference
   * @param {string} name of the object, for people; may be empty
   * @param {KernelLink} link that calls go to
   * @param {boolean} direct whether that is the object's own kernel, and not a kernel that forwards
   */
  constructor(reference, name, link, direct) {
    this.reference = reference;
    /** @readonly */
    this.name = name;
    this.link = link;
    this.direct = direct;
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
