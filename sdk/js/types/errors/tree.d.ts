/**
 * @typedef {object} ErrorParts
 * @property {string} [type] class name in the language that raised it
 * @property {string} [stack] the guest's frames
 * @property {Record<string, unknown>} [details]
 * @property {AminoError | null} [cause]
 */
/** Root of every error that this package raises. `code` is stable across languages and versions (docs/wire.md, section 4). */
export class AminoError extends Error {
    /** @type {string} */
    static code: string;
    /**
     * @param {string} message what happened, to which object, what to do
     * @param {ErrorParts} [parts]
     */
    constructor(message: string, parts?: ErrorParts);
    /** @type {string} the stable code; an unknown code of a newer peer is kept */
    code: string;
    /** @type {string} class name in the language that raised it, or our own class */
    type: string;
    /** @type {string} frames in the language that raised it; empty when there are none */
    guestStack: string;
    /** @type {Record<string, unknown>} */
    details: Record<string, unknown>;
    stack: string | undefined;
    /** @returns {string} */
    get name(): string;
}
/** The request cannot be right. */
export class InvalidRequest extends AminoError {
}
export class ValueInvalid extends InvalidRequest {
}
export class ArgumentInvalid extends InvalidRequest {
}
export class FrameInvalid extends InvalidRequest {
}
export class MemberNotFound extends InvalidRequest {
}
export class LanguageUnknown extends InvalidRequest {
}
export class ArtifactInvalid extends InvalidRequest {
}
export class ConfigInvalid extends InvalidRequest {
}
export class ChainInvalid extends InvalidRequest {
}
/** Nothing of that name. */
export class NotFound extends AminoError {
}
export class ObjectNotFound extends NotFound {
}
export class NameNotFound extends NotFound {
}
export class ArtifactNotFound extends NotFound {
}
export class KernelNotFound extends NotFound {
}
/** It conflicts with what is there. */
export class Conflict extends AminoError {
}
export class NameTaken extends Conflict {
}
export class EpochStale extends Conflict {
}
export class TransactionConflict extends Conflict {
}
export class TransactionInvalid extends Conflict {
}
export class StateNotCapturable extends Conflict {
}
/** Not now; perhaps later. */
export class Unavailable extends AminoError {
}
export class KernelUnavailable extends Unavailable {
}
export class OmsUnavailable extends Unavailable {
}
export class ObjectLost extends Unavailable {
}
export class NoKernelMatches extends Unavailable {
}
export class Overloaded extends Unavailable {
}
export class LeaseUnavailable extends Unavailable {
}
/** The call did not run; the object is elsewhere. Followed by this package, not seen by its users. */
export class Moved extends AminoError {
}
/** The call ended. */
export class Ended extends AminoError {
}
export class DeadlineExceeded extends Ended {
}
export class Cancelled extends Ended {
}
export class Deadlock extends Ended {
}
/** Refused. */
export class Refused extends AminoError {
}
export class PermissionDenied extends Refused {
}
export class NativeNotAllowed extends Refused {
}
export class AddressRefused extends Refused {
}
/** Something is missing on the machine of the kernel. */
export class MachineProblem extends AminoError {
}
export class JvmNotFound extends MachineProblem {
}
export class JvmUnusable extends MachineProblem {
}
export class JarsMissing extends MachineProblem {
}
export class PortTaken extends MachineProblem {
}
/** An exception of the application: `type` and `guestStack` say where in the object's own code. Never retried. */
export class GuestException extends AminoError {
}
/** A fault of Amino itself: please report. */
export class InternalError extends AminoError {
}
export type ErrorParts = {
    /**
     * class name in the language that raised it
     */
    type?: string | undefined;
    /**
     * the guest's frames
     */
    stack?: string | undefined;
    details?: Record<string, unknown> | undefined;
    cause?: AminoError | null | undefined;
};
