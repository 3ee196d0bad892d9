import * as tree from './tree.js';

/** @typedef {new (message: string, parts?: import('./tree.js').ErrorParts) => tree.AminoError} ErrorClass */

/** @type {ReadonlyMap<string, ErrorClass>} */
const CLASSES = new Map(
  Object.values(tree)
    .filter((candidate) => Object.hasOwn(candidate, 'code') && candidate !== tree.AminoError)
    .map((candidate) => [candidate.code, candidate]),
);

/** The codes of docs/wire.md, section 4. */
export const CODES = Object.freeze([...CLASSES.keys()]);

/**
 * Makes the error of a code. A code that this version does not know keeps its code on a plain `AminoError`.
 * @param {string} code
 * @param {string} message
 * @param {import('./tree.js').ErrorParts} [parts]
 * @returns {tree.AminoError}
 */
export function errorOfCode(code, message, parts) {
  const known = CLASSES.get(code);
  if (known) return new known(message, parts);
  const error = new tree.AminoError(message, parts);
  error.code = code;
  return error;
}
