/**
 * Makes the error of a code. A code that this version does not know keeps its code on a plain `AminoError`.
 * @param {string} code
 * @param {string} message
 * @param {import('./tree.js').ErrorParts} [parts]
 * @returns {tree.AminoError}
 */
export function errorOfCode(code: string, message: string, parts?: import("./tree.js").ErrorParts): tree.AminoError;
/** The codes of docs/wire.md, section 4. */
export const CODES: readonly string[];
export type ErrorClass = new (message: string, parts?: import("./tree.js").ErrorParts) => tree.AminoError;
import * as tree from './tree.js';
