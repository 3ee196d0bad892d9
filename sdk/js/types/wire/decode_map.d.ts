/** @typedef {import('./decode.js').ValueDecoder} ValueDecoder */
/**
 * @param {number} head of a value
 * @returns {boolean} whether it is a string
 */
export function isText(head: number): boolean;
/**
 * Reads a map: a plain object as long as its keys are strings; a Map from the first other key on.
 * @param {ValueDecoder} decoder
 * @param {number} count pairs
 * @returns {Record<string, unknown> | Map<unknown, unknown>}
 */
export function readMap(decoder: ValueDecoder, count: number): Record<string, unknown> | Map<unknown, unknown>;
/**
 * @param {ValueDecoder} decoder
 * @param {number} count properties; all keys are strings
 * @param {Record<string, unknown>} record that gets them
 */
export function fillRecord(decoder: ValueDecoder, count: number, record: Record<string, unknown>): void;
/**
 * @param {ValueDecoder} decoder
 * @param {number} count pairs
 * @param {Map<unknown, unknown>} map that gets them
 */
export function fillMap(decoder: ValueDecoder, count: number, map: Map<unknown, unknown>): void;
/**
 * @param {ValueDecoder} decoder
 * @param {Set<unknown>} set that gets the elements
 * @returns {Set<unknown>}
 */
export function readSet(decoder: ValueDecoder, set: Set<unknown>): Set<unknown>;
export type ValueDecoder = import("./decode.js").ValueDecoder;
