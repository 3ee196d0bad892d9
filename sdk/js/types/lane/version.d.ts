/**
 * Both ends of a connection speak the same version of the wire.
 * @param {unknown} theirs what the other end says in its hello
 * @param {string} peer what the other end is called, for the message
 * @throws {FrameInvalid} they differ; the message says which side to upgrade
 */
export function checkVersion(theirs: unknown, peer: string): void;
