/**
 * Reads `[code, type, message, stack, details, cause, outcome]`.
 * @param {import('./decode.js').ValueDecoder} decoder
 * @returns {import('../errors/tree.js').AminoError}
 */
export function readError(decoder: import("./decode.js").ValueDecoder): import("../errors/tree.js").AminoError;
