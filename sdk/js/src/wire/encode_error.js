import { errorTree } from './error_tree.js';

/** @import { ErrorNode } from './error_tree.js' */

const NIL = 0xc0;

/**
 * Writes an error, the errors behind it and its members (docs/wire.md, section 3).
 * @param {import('./writer.js').Writer} writer
 * @param {Error} error
 * @param {(details: object | null) => void} part writes the details of one
 */
export function writeErrorPayload(writer, error, part) {
  writeNode(writer, errorTree(error), part);
}

/**
 * @param {import('./writer.js').Writer} writer
 * @param {ErrorNode} node
 * @param {(details: object | null) => void} part
 */
function writeNode(writer, node, part) {
  writer.array(node.hop ? 9 : node.errors.length > 0 ? 8 : 7);
  for (const text of node.texts) writer.text(text);
  part(node.details);
  if (node.cause) writeNode(writer, node.cause, part);
  else writer.byte(NIL);
  writer.integer(node.outcome);
  if (node.errors.length > 0) writer.array(node.errors.length);
  else if (node.hop) writer.byte(NIL);
  for (const member of node.errors) writeNode(writer, member, part);
  if (node.hop) writeHop(writer, node.hop);
}

/**
 * @param {import('./writer.js').Writer} writer
 * @param {import('../errors/hop.js').Hop} hop
 */
function writeHop(writer, hop) {
  const parts = hop.parts();
  writer.array(parts.length);
  for (const item of parts) {
    if (item === null) writer.byte(NIL);
    else if (typeof item === 'number') writer.integer(item);
    else writer.text(item);
  }
}
