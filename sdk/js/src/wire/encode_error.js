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
  writer.array(node.errors.length > 0 ? 8 : 7);
  for (const text of node.texts) writer.text(text);
  part(node.details);
  if (node.cause) writeNode(writer, node.cause, part);
  else writer.byte(NIL);
  writer.integer(node.outcome);
  if (node.errors.length === 0) return;
  writer.array(node.errors.length);
  for (const member of node.errors) writeNode(writer, member, part);
}
