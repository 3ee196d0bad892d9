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
     */
    constructor(writer: Writer, toReference?: ToReference);
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
     * @param {AminoError} error
     */
    raised(error: AminoError): void;
    #private;
}
export type ToReference = (candidate: object) => Reference | null;
import type { Writer } from './writer.js';
import { AminoError } from '../errors/tree.js';
import { Reference } from './reference.js';
