/**
 * Reads `[code, type, message, stack, details, cause, outcome, errors, hop]`.
 * @param {import('./decode.js').ValueDecoder} decoder
 * @returns {import('../errors/tree.js').AminoError}
 */
export function readError(decoder: import("./decode.js").ValueDecoder): import("../errors/tree.js").AminoError;
