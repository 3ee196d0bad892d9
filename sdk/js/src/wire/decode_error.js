import { hopOf, traced } from '../errors/hop.js';
import { errorOfCode } from '../errors/registry.js';
import { CAUSE_LIMIT, OUTCOMES } from '../protocol.js';
import { Unreadable } from './reader.js';

const NIL = 0xc0;

/**
 * Reads `[code, type, message, stack, details, cause, outcome, errors, hop]`.
 * @param {import('./decode.js').ValueDecoder} decoder
 * @returns {import('../errors/tree.js').AminoError}
 */
export function readError(decoder) {
  return traced(readTree(decoder, CAUSE_LIMIT));
}

/**
 * @param {import('./decode.js').ValueDecoder} decoder
 * @param {number} levels of causes and members that are kept
 * @returns {import('../errors/tree.js').AminoError}
 */
function readTree(decoder, levels) {
  const { reader } = decoder;
  /** @type {{ code: string, message: string, rest: number, parts: import('../errors/tree.js').ErrorParts }[]} */
  const links = [];
  do links.push(readLink(decoder));
  while (reader.peek() !== NIL);
  reader.byte();
  // The items after a cause stand behind all that the cause holds: the innermost error ends first.
  for (const [back, link] of [...links].reverse().entries()) readRest(decoder, link, levels - links.length + back);
  links.splice(levels);
  /** @type {import('../errors/tree.js').AminoError | null} */
  let error = null;
  for (const { code, message, parts } of links.reverse()) error = errorOfCode(code, message, { ...parts, cause: error });
  return /** @type {import('../errors/tree.js').AminoError} */ (error);
}

/**
 * Reads the outcome and the members of a group, which writers leave out, and passes over what later versions add.
 * @param {import('./decode.js').ValueDecoder} decoder behind the cause of an error
 * @param {{ rest: number, parts: import('../errors/tree.js').ErrorParts }} link
 * @param {number} levels of members that are kept
 */
function readRest(decoder, link, levels) {
  if (link.rest === 0) return;
  const number = decoder.part();
  if (number !== null && !Number.isInteger(number) && typeof number !== 'bigint') throw new Unreadable('the outcome of an error must be an integer');
  if (number !== null) link.parts.outcome = OUTCOMES[Number(number)] ?? 'unknown';
  let left = link.rest - 1;
  if (left > 0 && levels > 0 && isArrayHead(decoder.reader.peek())) {
    link.parts.errors = [];
    for (let count = decoder.reader.arrayHeader(); count > 0; count--) link.parts.errors.push(readTree(decoder, levels));
    left--;
  } else if (left > 0) {
    decoder.part();
    left--;
  }
  if (left > 0) link.parts.hop = hopOf(decoder.part());
  for (left--; left > 0; left--) decoder.part();
}

/** @param {number} head the first byte of an item */
function isArrayHead(head) {
  return head >> 4 === 9 || head === 0xdc || head === 0xdd;
}

/** @param {import('./decode.js').ValueDecoder} decoder that stands before an error's array, and will stand before its cause */
function readLink(decoder) {
  const count = decoder.reader.arrayHeader();
  const code = count >= 6 ? decoder.part() : null;
  const type = count >= 6 ? decoder.part() : null;
  const message = count >= 6 ? decoder.part() : null;
  const stack = count >= 6 ? decoder.part() : null;
  if (typeof code !== 'string' || typeof type !== 'string' || typeof message !== 'string' || typeof stack !== 'string') {
    throw new Unreadable('an error must be an array of code, type, message, stack (strings), details, cause and outcome');
  }
  const details = decoder.part();
  if (details !== null && (typeof details !== 'object' || Array.isArray(details))) throw new Unreadable('the details of an error must be a map or nil');
  const named = details instanceof Map ? Object.fromEntries(details) : details;
  return { code, message, rest: count - 6, parts: { type, stack, details: /** @type {Record<string, unknown>} */ (named ?? {}) } };
}
