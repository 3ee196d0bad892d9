/**
 * @callback FromReference
 * @param {Reference} reference
 * @returns {unknown} what the program gets in its place
 */
/** Reads values as docs/wire.md, section 1, says. One decoder serves many values, one after the other. */
export class ValueDecoder {
    /**
     * @param {FromReference} [fromReference] makes stubs of references
     * @param {import('./encode.js').ToReference} [toReference] the way back, to tell stubs that are keys apart
     * @param {import('./hooks.js').ValueHooks} [hooks] the program's own classes
     */
    constructor(fromReference?: FromReference, toReference?: import("./encode.js").ToReference, hooks?: import("./hooks.js").ValueHooks);
    hooks: import("./hooks.js").ValueHooks;
    toReference: import("./encode.js").ToReference;
    reader: Reader;
    /** Levels around what is being read. */
    depth: number;
    /** Graphs around it. */
    graphs: number;
    /** @type {unknown[] | null} containers of the enclosing graph; undefined where a node is none */
    nodes: unknown[] | null;
    /**
     * Reads the value at a reader. After a failure the reader's position and end mean nothing.
     * @param {Reader} reader
     * @returns {unknown}
     * @throws {Unreadable}
     */
    value(reader: Reader): unknown;
    /**
     * @param {Reader} reader at an extension 5 or 8
     * @returns {import('../errors/tree.js').AminoError}
     * @throws {Unreadable}
     */
    raised(reader: Reader): import("../errors/tree.js").AminoError;
    /**
     * @param {Reader} reader at the array of an error
     * @returns {import('../errors/tree.js').AminoError}
     * @throws {Unreadable}
     */
    errorPayload(reader: Reader): import("../errors/tree.js").AminoError;
    /** @returns {unknown} the value, or part of one, at the reader */
    part(): unknown;
    /**
     * @param {number} head
     * @returns {[type: number, size: number]}
     */
    extensionHeader(head: number): [type: number, size: number];
    /**
     * Reads the payload of an extension, which must fill its size exactly.
     * @template T
     * @param {number} size
     * @param {() => T} read
     * @returns {T}
     */
    bounded<T>(size: number, read: () => T): T;
    /** Counts a level. The caller leaves it by `depth--`. */
    deepen(): void;
    /**
     * @param {number} count
     * @param {unknown[]} list that gets the elements
     * @returns {unknown[]}
     */
    list(count: number, list: unknown[]): unknown[];
    #private;
}
export type FromReference = (reference: Reference) => unknown;
import { Reader } from './reader.js';
import { Reference } from './reference.js';
