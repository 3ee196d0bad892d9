import { AminoError } from '../errors/tree.js';
import { CAUSE_LIMIT, Code, ERRORS_LIMIT, OUTCOMES } from '../protocol.js';

/**
 * What travels of an error.
 * @typedef {object} ErrorNode
 * @property {string[]} texts code, type, message and stack
 * @property {object | null} details
 * @property {ErrorNode | null} cause
 * @property {number} outcome
 * @property {ErrorNode[]} errors the members of a group
 * @property {import('../errors/hop.js').Hop | null} hop where it came out of an object's code
 */

/**
 * An error with the errors behind it and within it, as many as travel (docs/wire.md, section 3).
 * @param {Error} error
 * @returns {ErrorNode}
 */
export function errorTree(error) {
  return node(error, CAUSE_LIMIT - 1, { left: ERRORS_LIMIT - 1 });
}

/**
 * @param {Error} error
 * @param {number} levels of causes and members that may follow
 * @param {{ left: number }} room how many errors may follow
 * @returns {ErrorNode}
 */
function node(error, levels, room) {
  /** @type {ErrorNode | null} */
  let cause = null;
  if (error.cause instanceof Error && levels > 0 && room.left > 0) {
    room.left--;
    cause = node(error.cause, levels - 1, room);
  }
  const members = levels > 0 ? membersOf(error).slice(0, room.left) : [];
  room.left -= members.length;
  const errors = members.map((member) => (member instanceof Error ? node(member, levels - 1, room) : nodeOfValue(member)));
  if (!(error instanceof AminoError)) {
    const texts = [Code.GUEST_EXCEPTION, error.name, error.message, error.stack ?? ''];
    return { texts, details: null, cause, outcome: OUTCOMES.indexOf('ran'), errors, hop: null };
  }
  const details = Object.keys(error.details).length > 0 ? error.details : null;
  return { texts: [error.code, error.type, error.message, error.guestStack], details, cause, outcome: OUTCOMES.indexOf(error.outcome), errors, hop: error.hop };
}

/**
 * @param {Error} error
 * @returns {unknown[]}
 */
function membersOf(error) {
  return error instanceof AminoError || error instanceof AggregateError ? error.errors : [];
}

/**
 * @param {unknown} value a member of an AggregateError that is no error, such as the reason of a rejected promise
 * @returns {ErrorNode}
 */
function nodeOfValue(value) {
  const kind = value === null ? 'null' : typeof value;
  return { texts: [Code.GUEST_EXCEPTION, kind, String(value), ''], details: null, cause: null, outcome: OUTCOMES.indexOf('ran'), errors: [], hop: null };
}
