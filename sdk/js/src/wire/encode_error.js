import { AminoError } from '../errors/tree.js';
import { Code, OUTCOMES } from '../protocol.js';
import { causeChain } from './shapes.js';

/**
 * Writes an error and the errors behind it (docs/wire.md, section 3).
 * @param {import('./writer.js').Writer} writer
 * @param {Error} error
 * @param {(details: object | null) => void} part writes the details of one
 */
export function writeErrorPayload(writer, error, part) {
  const links = causeChain(error);
  for (const link of links) {
    const ours = link instanceof AminoError;
    writer.array(7);
    writer.text(ours ? link.code : Code.GUEST_EXCEPTION);
    writer.text(ours ? link.type : link.name);
    writer.text(link.message);
    writer.text(ours ? link.guestStack : link.stack ?? '');
    part(ours && Object.keys(link.details).length > 0 ? link.details : null);
  }
  writer.byte(0xc0);
  for (const link of links.reverse()) writer.integer(OUTCOMES.indexOf(link instanceof AminoError ? link.outcome : 'ran'));
}
