/**
 * Writes a tar of regular files without times, owners or modes, byte for byte as `amino_wire.artifacts` does (POSIX pax format), so that equal
 * content has an equal hash in every language.
 * @param {ReadonlyMap<string, Uint8Array>} contents by name, folders separated with `/`
 * @returns {Buffer}
 */
export function tar(contents: ReadonlyMap<string, Uint8Array>): Buffer;
