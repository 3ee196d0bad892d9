/**
 * @callback ToReference
 * @param {object} candidate
 * @returns {Reference | null} what travels in its place, or null when it is no stub
 */
/** Writes values as docs/wire.md, section 1, says. One encoder serves many values, one after the other. */
export class ValueEncoder {
    /**
     * @param {Writer} writer that the values go to
     * @param {ToReference} [toReference] turns stubs into references
     * @param {import('./hooks.js').ValueHooks} [hooks] the program's own classes
     * @param {number} [around] levels around each value
     */
    constructor(writer: Writer, toReference?: ToReference, hooks?: import("./hooks.js").ValueHooks, around?: number);
    /** @readonly */
    readonly writer: Writer;
    /**
     * Writes one whole value; containers met twice in it, or that contain themselves, make it a graph.
     * @param {unknown} value
     * @throws {Unwritable} with the path to the offending part; the writer is back where it was
     */
    root(value: unknown): void;
    /**
     * Writes an error as the outcome of a call.
     * @param {import('../errors/tree.js').AminoError} error
     */
    raised(error: import("../errors/tree.js").AminoError): void;
    #private;
}
export type ToReference = (candidate: object) => Reference | null;
import type { Writer } from './writer.js';
import { Reference } from './reference.js';
