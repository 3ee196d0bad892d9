import { errorOfCode } from '../errors/registry.js';
import { Unreadable } from './reader.js';

const CAUSE_LIMIT = 16;
const NIL = 0xc0;

/**
 * Reads `[code, type, message, stack, details, cause]`.
 * @param {import('./decode.js').ValueDecoder} decoder
 * @returns {import('../errors/tree.js').AminoError}
 */
export function readError(decoder) {
  const { reader } = decoder;
  /** @type {{ code: string, message: string, parts: import('../errors/tree.js').ErrorParts }[]} */
  const links = [];
  do {
    const link = readLink(decoder);
    if (links.length < CAUSE_LIMIT) links.push(link);
  } while (reader.peek() !== NIL);
  reader.byte();
  /** @type {import('../errors/tree.js').AminoError | null} */
  let error = null;
  for (const { code, message, parts } of links.reverse()) error = errorOfCode(code, message, { ...parts, cause: error });
  return /** @type {import('../errors/tree.js').AminoError} */ (error);
}

/** @param {import('./decode.js').ValueDecoder} decoder that stands before an error's array, and will stand before its cause */
function readLink(decoder) {
  const count = decoder.reader.arrayHeader();
  const code = count === 6 ? decoder.part() : null;
  const type = count === 6 ? decoder.part() : null;
  const message = count === 6 ? decoder.part() : null;
  const stack = count === 6 ? decoder.part() : null;
  if (typeof code !== 'string' || typeof type !== 'string' || typeof message !== 'string' || typeof stack !== 'string') {
    throw new Unreadable('an error must be an array of code, type, message, stack (strings), details and cause');
  }
  const details = decoder.part();
  if (details !== null && (typeof details !== 'object' || Array.isArray(details))) throw new Unreadable('the details of an error must be a map or nil');
  const named = details instanceof Map ? Object.fromEntries(details) : details;
  return { code, message, parts: { type, stack, details: /** @type {Record<string, unknown>} */ (named ?? {}) } };
}
