import { FrameInvalid } from '../errors/tree.js';
import { VERSION } from '../protocol.js';

/**
 * Both ends of a connection speak the same version of the wire.
 * @param {unknown} theirs what the other end says in its hello
 * @param {string} peer what the other end is called, for the message
 * @throws {FrameInvalid} they differ; the message says which side to upgrade
 */
export function checkVersion(theirs, peer) {
  if (theirs === VERSION) return;
  const known = typeof theirs === 'number' && Number.isInteger(theirs) && theirs > 0;
  const said = known ? `version ${theirs}` : 'no version';
  const side = known && theirs > VERSION ? 'this program' : peer;
  throw new FrameInvalid(`${peer} speaks ${said} of the wire and this program version ${VERSION}: upgrade ${side}`, { outcome: 'not_run' });
}
