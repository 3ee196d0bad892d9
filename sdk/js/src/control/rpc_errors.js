import { fromBinary } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import { Hop, traced } from '../errors/hop.js';
import { errorOfCode } from '../errors/registry.js';
import { AminoError, DeadlineExceeded, FrameInvalid, InternalError, KernelUnavailable, Overloaded, PermissionDenied } from '../errors/tree.js';
import { ErrorSchema } from '../pb/common_pb.js';
import { Metadata, OUTCOMES } from '../protocol.js';
import { Codec } from '../wire/codec.js';

/**
 * @import { ServiceError } from '@grpc/grpc-js'
 * @import { Error as ErrorMessage } from '../pb/common_pb.js'
 */

const CODEC = new Codec();
const ANOTHER = 'it is another service (kernels and the OMS have ports of their own) or of another version';

/**
 * @param {ErrorMessage} message
 * @returns {AminoError}
 */
export function errorOfMessage(message) {
  return traced(treeOf(message));
}

/**
 * @param {ErrorMessage} message
 * @returns {AminoError}
 */
function treeOf(message) {
  const details = message.details.length > 0 ? /** @type {Record<string, unknown>} */ (CODEC.decode(message.details)) : {};
  const cause = message.cause ? treeOf(message.cause) : null;
  const outcome = OUTCOMES[message.outcome] ?? 'unknown';
  const errors = message.errors.map(treeOf);
  const at = message.hop;
  const hop = at ? new Hop(at.language, at.objectId, at.name || null, at.member, at.file || null, at.line || null) : null;
  return errorOfCode(message.code, message.message, { type: message.type, stack: message.stack, details, cause, outcome, errors, hop });
}

/**
 * The error behind a failed RPC.
 * @param {unknown} error of grpc-js
 * @param {string} who did not answer, such as `the kernel at 127.0.0.1:7420`
 * @returns {AminoError}
 */
export function errorOfRpc(error, who) {
  if (error instanceof AminoError) return error;
  const failure = /** @type {Partial<ServiceError>} */ (error);
  const [payload] = failure.metadata?.get(Metadata.ERROR) ?? [];
  if (payload instanceof Buffer) return errorOfMessage(fromBinary(ErrorSchema, payload));
  const text = failure.details || failure.message || String(error);
  switch (failure.code) {
    case status.UNAVAILABLE: return unavailable(text, who);
    case status.DEADLINE_EXCEEDED: return new DeadlineExceeded(`${who} did not answer in time`);
    // What this process gives up itself ends with an error of ours before grpc-js can say so.
    case status.CANCELLED: return new KernelUnavailable(`${who} stopped before it had answered (${text}). Is it running? \`amino up\` starts one.`);
    case status.UNIMPLEMENTED: return new FrameInvalid(`${who} does not know this request (${text}): ${ANOTHER}`, { outcome: 'not_run' });
    case status.PERMISSION_DENIED: case status.UNAUTHENTICATED: return new PermissionDenied(`${who} refused: ${text}`);
    // An answer that is too long is told so, too, and then the request has been carried out.
    case status.RESOURCE_EXHAUSTED: return new Overloaded(`${who} refused: ${text}`, { outcome: 'unknown' });
    default: return new InternalError(`${who} failed: ${text}`);
  }
}

/**
 * @param {string} text of grpc-js
 * @param {string} who
 * @returns {KernelUnavailable}
 */
function unavailable(text, who) {
  // Without a connection the request has not left this process.
  const unresolved = text.startsWith('Name resolution failed');
  const parts = unresolved || text.includes('No connection established') ? { outcome: /** @type {const} */ ('not_run') } : {};
  const reason = text.includes('ECONNREFUSED') ? 'connection refused' : unresolved ? 'no host has that name' : text;
  return new KernelUnavailable(`${who} does not answer (${reason}). Is it running? \`amino up\` starts one.`, parts);
}
