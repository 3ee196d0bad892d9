/**
 * @import { KernelLink } from '../control/kernel_link.js'
 * @import { Reference } from '../wire/reference.js'
 */
/** A client's knowledge of one object that it has a stub of: its id, and the kernel over which it is called. */
export class Target {
    /**
     * @param {Reference} reference
     * @param {string} name of the object, for people; may be empty
     * @param {KernelLink} link that calls go to
     * @param {boolean} direct whether that is the object's own kernel, and not a kernel that forwards
     */
    constructor(reference: Reference, name: string, link: KernelLink, direct: boolean);
    reference: Reference;
    /** @readonly */
    readonly name: string;
    link: KernelLink;
    direct: boolean;
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
import type { Reference } from '../wire/reference.js';
import type { KernelLink } from '../control/kernel_link.js';
