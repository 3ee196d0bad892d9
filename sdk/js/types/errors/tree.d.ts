/**
 * @import { Outcome } from '../protocol.js'
 * @import { Hop } from './hop.js'
 */
/**
 * @typedef {object} ErrorParts
 * @property {string} [type] class name in the language that raised it
 * @property {string} [stack] the guest's frames
 * @property {Record<string, unknown>} [details]
 * @property {AminoError | null} [cause]
 * @property {Outcome} [outcome] whether the call ran; without it, what the code says
 * @property {AminoError[]} [errors] the members of a group of errors
 * @property {Hop | null} [hop] where it came out of an object's code
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
    /** @type {Outcome} whether the call ran that ended with this error; a call that did not run may be made again */
    outcome: Outcome;
    /** @type {AminoError[]} the members of a group, such as of an AggregateError or of Python's ExceptionGroup; most errors have none */
    errors: AminoError[];
    /** @type {Hop | null} where it came out of an object's code; null: no object's code ended with it */
    hop: Hop | null;
    stack: string | undefined;
    /** @returns {Hop[]} the objects through whose code the call went until it failed, the one that was called first in front */
    get trace(): Hop[];
    /** @returns {string} */
    get name(): string;
}
/** The request cannot be right. */
export class InvalidRequest extends AminoError {
}
export class ValueInvalid extends InvalidRequest {
    static code: "VALUE_INVALID";
}
export class ArgumentInvalid extends InvalidRequest {
    static code: "ARGUMENT_INVALID";
}
export class FrameInvalid extends InvalidRequest {
    static code: "FRAME_INVALID";
}
export class MemberNotFound extends InvalidRequest {
    static code: "MEMBER_NOT_FOUND";
}
export class LanguageUnknown extends InvalidRequest {
    static code: "LANGUAGE_UNKNOWN";
}
export class ArtifactInvalid extends InvalidRequest {
    static code: "ARTIFACT_INVALID";
}
export class ConfigInvalid extends InvalidRequest {
    static code: "CONFIG_INVALID";
}
export class ChainInvalid extends InvalidRequest {
    static code: "CHAIN_INVALID";
}
export class ClientForked extends InvalidRequest {
    static code: "CLIENT_FORKED";
}
/** A replicated object asked for something that differs between its replicas. */
export class NotDeterministic extends InvalidRequest {
    static code: "NOT_DETERMINISTIC";
}
/** Nothing of that name. */
export class NotFound extends AminoError {
}
export class ObjectNotFound extends NotFound {
    static code: "OBJECT_NOT_FOUND";
}
export class NameNotFound extends NotFound {
    static code: "NAME_NOT_FOUND";
}
export class ArtifactNotFound extends NotFound {
    static code: "ARTIFACT_NOT_FOUND";
}
export class KernelNotFound extends NotFound {
    static code: "KERNEL_NOT_FOUND";
}
/** It conflicts with the state that is there. */
export class Conflict extends AminoError {
}
export class NameTaken extends Conflict {
    static code: "NAME_TAKEN";
}
export class ObjectBusy extends Conflict {
    static code: "OBJECT_BUSY";
}
export class EpochStale extends Conflict {
    static code: "EPOCH_STALE";
}
export class TransactionConflict extends Conflict {
    static code: "TRANSACTION_CONFLICT";
}
export class TransactionInvalid extends Conflict {
    static code: "TRANSACTION_INVALID";
}
export class TransactionAborted extends Conflict {
    static code: "TRANSACTION_ABORTED";
}
export class NotTransactional extends Conflict {
    static code: "NOT_TRANSACTIONAL";
}
export class StateNotCapturable extends Conflict {
    static code: "STATE_NOT_CAPTURABLE";
}
export class StateHeld extends Conflict {
    static code: "STATE_HELD";
}
/** Not now; perhaps later. */
export class Unavailable extends AminoError {
}
export class KernelUnavailable extends Unavailable {
    static code: "KERNEL_UNAVAILABLE";
}
export class OmsUnavailable extends Unavailable {
    static code: "OMS_UNAVAILABLE";
}
export class NotLeader extends Unavailable {
    static code: "NOT_LEADER";
}
export class ObjectLost extends Unavailable {
    static code: "OBJECT_LOST";
}
export class ObjectRecovering extends Unavailable {
    static code: "OBJECT_RECOVERING";
}
export class ObjectAwaitsKernel extends Unavailable {
    static code: "OBJECT_AWAITS_KERNEL";
}
export class NoKernelMatches extends Unavailable {
    static code: "NO_KERNEL_MATCHES";
}
export class TransactionInDoubt extends Unavailable {
    static code: "TRANSACTION_IN_DOUBT";
}
export class Overloaded extends Unavailable {
    static code: "OVERLOADED";
}
export class LeaseUnavailable extends Unavailable {
    static code: "LEASE_UNAVAILABLE";
}
/** The call did not run; the object is elsewhere. Followed by this package, not seen by its users. */
export class Moved extends AminoError {
    static code: "MOVED";
}
/** The call ended. */
export class Ended extends AminoError {
}
export class DeadlineExceeded extends Ended {
    static code: "DEADLINE_EXCEEDED";
}
export class Cancelled extends Ended {
    static code: "CANCELLED";
}
export class Deadlock extends Ended {
    static code: "DEADLOCK";
}
export class MemoryExhausted extends Ended {
    static code: "MEMORY_EXHAUSTED";
}
/** Refused. */
export class Refused extends AminoError {
}
export class PermissionDenied extends Refused {
    static code: "PERMISSION_DENIED";
}
export class NativeNotAllowed extends Refused {
    static code: "NATIVE_NOT_ALLOWED";
}
export class AddressRefused extends Refused {
    static code: "ADDRESS_REFUSED";
}
export class QuotaExceeded extends Refused {
    static code: "QUOTA_EXCEEDED";
}
/** Something is missing on the machine of the kernel. */
export class MachineProblem extends AminoError {
}
export class JvmNotFound extends MachineProblem {
    static code: "JVM_NOT_FOUND";
}
export class JvmUnusable extends MachineProblem {
    static code: "JVM_UNUSABLE";
}
export class JarsMissing extends MachineProblem {
    static code: "JARS_MISSING";
}
export class PackageMissing extends MachineProblem {
    static code: "PACKAGE_MISSING";
}
export class PortTaken extends MachineProblem {
    static code: "PORT_TAKEN";
}
export class LimitTooLow extends MachineProblem {
    static code: "LIMIT_TOO_LOW";
}
export class DiskFull extends MachineProblem {
    static code: "DISK_FULL";
}
export class StoreIncompatible extends MachineProblem {
    static code: "STORE_INCOMPATIBLE";
}
export class StoreDamaged extends MachineProblem {
    static code: "STORE_DAMAGED";
}
export class StoreOutdated extends MachineProblem {
    static code: "STORE_OUTDATED";
}
export class ArtifactDamaged extends MachineProblem {
    static code: "ARTIFACT_DAMAGED";
}
/** An exception of the application: `type` and `guestStack` say where in the object's own code. Never retried. */
export class GuestException extends AminoError {
    static code: "GUEST_EXCEPTION";
}
/** A fault of Amino itself: please report. */
export class InternalError extends AminoError {
    static code: "INTERNAL";
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
    /**
     * whether the call ran; without it, what the code says
     */
    outcome?: Outcome | undefined;
    /**
     * the members of a group of errors
     */
    errors?: AminoError[] | undefined;
    /**
     * where it came out of an object's code
     */
    hop?: Hop | null | undefined;
};
import type { Outcome } from '../protocol.js';
import type { Hop } from './hop.js';
