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
    /**
     * @param {Reference} reference
     * @param {string} name of the object, for people; may be empty
     * @param {Place} place
     * @param {Interface} [offered] the members that the object lists; only with a record
     */
    constructor(reference: Reference, name: string, place: Place, offered?: Interface);
    reference: Reference;
    /** @readonly */
    readonly name: string;
    place: Place;
    /** @readonly */
    readonly offered: Interface | undefined;
    /** @type {Promise<void> | null} the question where the object is, while it is asked */
    asking: Promise<void> | null;
    /** @returns {string} */
    get id(): string;
    /**
     * @param {string} method
     * @returns {Uint8Array}
     */
    address(method: string): Uint8Array;
    /** @returns {string} */
    toString(): string;
    #private;
}
/**
 * Where calls of an object go.
 */
export type Place = {
    /**
     * that calls go to
     */
    link: KernelLink;
    /**
     * whether that is the object's own kernel, and not a kernel that forwards
     */
    direct: boolean;
    /**
     * of the object that is known
     */
    epoch: number;
};
import type { Reference } from '../wire/reference.js';
import type { Interface } from '../pb/common_pb.js';
import type { KernelLink } from '../control/kernel_link.js';
