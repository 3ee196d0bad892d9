/**
 * Writes an array of values of their own.
 * @param {ValueEncoder} encoder
 * @param {readonly unknown[]} items
 * @param {string} path what they are called together
 * @throws {Unwritable} with the path to the offending part
 */
export function encodeItems(encoder: ValueEncoder, items: readonly unknown[], path: string): void;
/**
 * @param {unknown} error of the encoder or the decoder
 * @param {string} path what the value is called
 * @returns {unknown} ValueInvalid, or an error of another kind as it is
 */
export function asValueInvalid(error: unknown, path: string): unknown;
/** Values as bytes and back (docs/wire.md, section 1), with a program's stubs in place of references. */
export class Codec {
    /**
     * @param {import('./encode.js').ToReference} [toReference] what a stub refers to; null for whatever is no stub
     * @param {import('./decode.js').FromReference} [fromReference] what a reference becomes
     * @param {import('./hooks.js').ValueHooks} [hooks] the program's own classes
     */
    constructor(toReference?: import("./encode.js").ToReference, fromReference?: import("./decode.js").FromReference, hooks?: import("./hooks.js").ValueHooks);
    /** @readonly */
    readonly toReference: import("./encode.js").ToReference | undefined;
    /** @readonly */
    readonly fromReference: import("./decode.js").FromReference | undefined;
    /** @readonly */
    readonly hooks: import("./hooks.js").ValueHooks | undefined;
    /**
     * @param {unknown} value
     * @param {string} [path] what the value is called in an error's message
     * @returns {Uint8Array}
     * @throws {ValueInvalid} a part cannot travel; the message says which
     */
    encode(value: unknown, path?: string): Uint8Array;
    /**
     * @param {readonly unknown[]} items values of their own, such as the arguments of a call
     * @param {string} [path]
     * @returns {Uint8Array} an array of them
     * @throws {ValueInvalid}
     */
    encodeArray(items: readonly unknown[], path?: string): Uint8Array;
    /**
     * @param {Uint8Array} bytes of one value
     * @returns {unknown}
     * @throws {ValueInvalid} they are no value, or a value that JavaScript cannot hold
     */
    decode(bytes: Uint8Array): unknown;
}
import { ValueEncoder } from './encode.js';
