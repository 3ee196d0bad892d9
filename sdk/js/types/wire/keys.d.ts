/**
 * The value by which a key is compared.
 * @param {unknown} key
 * @param {ToReference} toReference
 * @param {import('./hooks.js').ValueHooks} hooks
 * @returns {unknown} undefined when it may not be a key
 */
export function keyIdentity(key: unknown, toReference: ToReference, hooks: import("./hooks.js").ValueHooks): unknown;
/** @typedef {import('./encode.js').ToReference} ToReference */
/**
 * The keys of one map, or the elements of one set: says which may be keys, and refuses two that are the same value. JavaScript compares
 * dates, bytes and references by identity, and 1 and 1n as different; on the wire they are what they mean.
 */
export class KeyRing {
    /**
     * @param {ToReference} [toReference]
     * @param {import('./hooks.js').ValueHooks} [hooks]
     */
    constructor(toReference?: ToReference, hooks?: import("./hooks.js").ValueHooks);
    /**
     * @param {unknown} key of a map
     * @throws {Unwritable} when it may not be one, or is there already
     */
    add(key: unknown): void;
    /**
     * @param {unknown} element of a set; what may be a key is compared by value, anything else by identity
     * @throws {Unwritable} when it is there already
     */
    addElement(element: unknown): void;
    #private;
}
export type ToReference = import("./encode.js").ToReference;
