/**
 * Reads `[code, type, message, stack, details, cause, outcome, errors]`.
 * @param {import('./decode.js').ValueDecoder} decoder
 * @param {number} [levels] of causes and members that are kept
 * @returns {import('../errors/tree.js').AminoError}
 */
export function readError(decoder: import("./decode.js").ValueDecoder, levels?: number): import("../errors/tree.js").AminoError;
