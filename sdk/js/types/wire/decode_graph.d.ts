/** @typedef {import('./decode.js').ValueDecoder} ValueDecoder */
/**
 * Reads the nodes of a graph: first an empty container for each, then what stands in them, since any may hold any.
 * @param {ValueDecoder} decoder
 * @returns {unknown} node 0
 */
export function readGraph(decoder: ValueDecoder): unknown;
/**
 * @param {ValueDecoder} decoder
 * @returns {unknown}
 */
export function readBackReference(decoder: ValueDecoder): unknown;
export type ValueDecoder = import("./decode.js").ValueDecoder;
