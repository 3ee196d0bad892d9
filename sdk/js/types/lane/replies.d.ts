/** @typedef {import('../wire/reader.js').Reader} Reader */
/**
 * @param {Reader} reader before an outcome
 * @returns {boolean} whether it is an error (extension 8)
 */
export function isRaised(reader: Reader): boolean;
/**
 * @param {Reader} reader before an array of indexes
 * @returns {number[]}
 */
export function readIndexes(reader: Reader): number[];
export type Reader = import("../wire/reader.js").Reader;
