/**
 * @param {unknown} parts that travelled
 * @returns {Hop | null} null for what is no hop, such as an item of a later version
 */
export function hopOf(parts: unknown): Hop | null;
/**
 * @param {{ hop: Hop | null, cause?: unknown }} error
 * @returns {Hop[]} the objects through whose code the call went, the one that was called first in front
 */
export function hopsOf(error: {
    hop: Hop | null;
    cause?: unknown;
}): Hop[];
/**
 * Adds its trace to the stack of an error that has come from elsewhere.
 * @template {Error & { hop: Hop | null }} E
 * @param {E} error
 * @returns {E}
 */
export function traced<E extends Error & {
    hop: Hop | null;
}>(error: E): E;
/** Where a call that failed was in the code of one object. */
export class Hop {
    /**
     * @param {string} language of the object
     * @param {string} objectId
     * @param {string | null} name of the object; null: it has none
     * @param {string} member the one that was called
     * @param {string | null} [file] of the artifact; null where the language does not say
     * @param {number | null} [line] of the file, from 1; null where the language does not say
     */
    constructor(language: string, objectId: string, name: string | null, member: string, file?: string | null, line?: number | null);
    language: string;
    objectId: string;
    name: string | null;
    member: string;
    file: string | null;
    line: number | null;
    /** @returns {string} such as `cart.total (js, cart.js:7)` */
    toString(): string;
    /** @returns {(string | number | null)[]} the array of the hop, as it travels */
    parts(): (string | number | null)[];
}
