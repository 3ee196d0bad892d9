/**
 * Writes an error, the errors behind it and its members (docs/wire.md, section 3).
 * @param {import('./writer.js').Writer} writer
 * @param {Error} error
 * @param {(details: object | null) => void} part writes the details of one
 */
export function writeErrorPayload(writer: import("./writer.js").Writer, error: Error, part: (details: object | null) => void): void;
