/**
 * @import { LinkSettings } from '../control/kernel_link.js'
 * @import { ObjectRecord } from '../pb/common_pb.js'
 * @import { PreparedOptions } from './call_options.js'
 * @import { Place } from './target.js'
 */
/** Says over which kernel an object is called, and sends calls that did not run after an object that moved. */
export class Router {
    /**
     * @param {readonly string[]} addresses of kernels, any of which may be the home kernel
     * @param {Omit<LinkSettings, 'onFailed'>} settings
     */
    constructor(addresses: readonly string[], settings: Omit<LinkSettings, "onFailed">);
    /** The kernel that the client connected to; another one when it stops. It forwards where the client cannot go. @readonly */
    readonly home: KernelLink;
    /**
     * Connects to the home kernel.
     * @throws {AminoError} KernelUnavailable: none of the kernels answers
     */
    open(): Promise<void>;
    /**
     * @param {ObjectRecord} record
     * @returns {Target}
     */
    targetOf(record: ObjectRecord): Target;
    /**
     * @param {Reference} reference that came in a value; where its object is at present is for the home kernel to find out
     * @returns {Target}
     */
    targetOfReference(reference: Reference): Target;
    /**
     * @param {Target} target
     * @param {string} method
     * @param {unknown[]} args
     * @param {PreparedOptions} options
     * @returns {Promise<unknown>}
     */
    invoke(target: Target, method: string, args: unknown[], options: PreparedOptions): Promise<unknown>;
    close(): void;
    #private;
}
import { KernelLink } from '../control/kernel_link.js';
import type { ObjectRecord } from '../pb/common_pb.js';
import { Target } from './target.js';
import { Reference } from '../wire/reference.js';
import type { PreparedOptions } from './call_options.js';
import type { LinkSettings } from '../control/kernel_link.js';
