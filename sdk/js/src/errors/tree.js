import { hopsOf } from './hop.js';
import { Code, DEFAULT_OUTCOMES } from '../protocol.js';

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
  static code = Code.INTERNAL;

  /**
   * @param {string} message what happened, to which object, what to do
   * @param {ErrorParts} [parts]
   */
  constructor(message, parts = {}) {
    super(message, parts.cause ? { cause: parts.cause } : undefined);
    /** @type {string} the stable code; an unknown code of a newer peer is kept */
    this.code = /** @type {typeof AminoError} */ (this.constructor).code;
    /** @type {string} class name in the language that raised it, or our own class */
    this.type = parts.type || this.constructor.name;
    /** @type {string} frames in the language that raised it; empty when there are none */
    this.guestStack = parts.stack ?? '';
    /** @type {Record<string, unknown>} */
    this.details = parts.details ?? {};
    /** @type {Outcome} whether the call ran that ended with this error; a call that did not run may be made again */
    this.outcome = parts.outcome ?? DEFAULT_OUTCOMES[this.code] ?? 'unknown';
    /** @type {AminoError[]} the members of a group, such as of an AggregateError or of Python's ExceptionGroup; most errors have none */
    this.errors = parts.errors ?? [];
    /** @type {Hop | null} where it came out of an object's code; null: no object's code ended with it */
    this.hop = parts.hop ?? null;
    if (this.guestStack) this.stack = `${this.stack}\n  raised by the object:\n${this.guestStack}`;
  }

  /** @returns {Hop[]} the objects through whose code the call went until it failed, the one that was called first in front */
  get trace() {
    return hopsOf(this);
  }

  /** @returns {string} */
  get name() {
    return this.constructor.name;
  }
}

/** The request cannot be right. */
export class InvalidRequest extends AminoError {}
export class ValueInvalid extends InvalidRequest { static code = Code.VALUE_INVALID; }
export class ArgumentInvalid extends InvalidRequest { static code = Code.ARGUMENT_INVALID; }
export class FrameInvalid extends InvalidRequest { static code = Code.FRAME_INVALID; }
export class MemberNotFound extends InvalidRequest { static code = Code.MEMBER_NOT_FOUND; }
export class LanguageUnknown extends InvalidRequest { static code = Code.LANGUAGE_UNKNOWN; }
export class ArtifactInvalid extends InvalidRequest { static code = Code.ARTIFACT_INVALID; }
export class ConfigInvalid extends InvalidRequest { static code = Code.CONFIG_INVALID; }
export class ChainInvalid extends InvalidRequest { static code = Code.CHAIN_INVALID; }
export class ClientForked extends InvalidRequest { static code = Code.CLIENT_FORKED; }
/** A replicated object asked for something that differs between its replicas. */
export class NotDeterministic extends InvalidRequest { static code = Code.NOT_DETERMINISTIC; }

/** Nothing of that name. */
export class NotFound extends AminoError {}
export class ObjectNotFound extends NotFound { static code = Code.OBJECT_NOT_FOUND; }
export class NameNotFound extends NotFound { static code = Code.NAME_NOT_FOUND; }
export class ArtifactNotFound extends NotFound { static code = Code.ARTIFACT_NOT_FOUND; }
export class KernelNotFound extends NotFound { static code = Code.KERNEL_NOT_FOUND; }

/** It conflicts with the state that is there. */
export class Conflict extends AminoError {}
export class NameTaken extends Conflict { static code = Code.NAME_TAKEN; }
export class ObjectBusy extends Conflict { static code = Code.OBJECT_BUSY; }
export class EpochStale extends Conflict { static code = Code.EPOCH_STALE; }
export class TransactionConflict extends Conflict { static code = Code.TRANSACTION_CONFLICT; }
export class TransactionInvalid extends Conflict { static code = Code.TRANSACTION_INVALID; }
export class TransactionAborted extends Conflict { static code = Code.TRANSACTION_ABORTED; }
export class NotTransactional extends Conflict { static code = Code.NOT_TRANSACTIONAL; }
export class StateNotCapturable extends Conflict { static code = Code.STATE_NOT_CAPTURABLE; }
export class StateHeld extends Conflict { static code = Code.STATE_HELD; }

/** Not now; perhaps later. */
export class Unavailable extends AminoError {}
export class KernelUnavailable extends Unavailable { static code = Code.KERNEL_UNAVAILABLE; }
export class OmsUnavailable extends Unavailable { static code = Code.OMS_UNAVAILABLE; }
export class NotLeader extends Unavailable { static code = Code.NOT_LEADER; }
export class ObjectLost extends Unavailable { static code = Code.OBJECT_LOST; }
export class ObjectRecovering extends Unavailable { static code = Code.OBJECT_RECOVERING; }
export class ObjectAwaitsKernel extends Unavailable { static code = Code.OBJECT_AWAITS_KERNEL; }
export class NoKernelMatches extends Unavailable { static code = Code.NO_KERNEL_MATCHES; }
export class TransactionInDoubt extends Unavailable { static code = Code.TRANSACTION_IN_DOUBT; }
export class Overloaded extends Unavailable { static code = Code.OVERLOADED; }
export class LeaseUnavailable extends Unavailable { static code = Code.LEASE_UNAVAILABLE; }

/** The call did not run; the object is elsewhere. Followed by this package, not seen by its users. */
export class Moved extends AminoError { static code = Code.MOVED; }

/** The call ended. */
export class Ended extends AminoError {}
export class DeadlineExceeded extends Ended { static code = Code.DEADLINE_EXCEEDED; }
export class Cancelled extends Ended { static code = Code.CANCELLED; }
export class Deadlock extends Ended { static code = Code.DEADLOCK; }
export class MemoryExhausted extends Ended { static code = Code.MEMORY_EXHAUSTED; }

/** Refused. */
export class Refused extends AminoError {}
export class PermissionDenied extends Refused { static code = Code.PERMISSION_DENIED; }
export class NativeNotAllowed extends Refused { static code = Code.NATIVE_NOT_ALLOWED; }
export class AddressRefused extends Refused { static code = Code.ADDRESS_REFUSED; }
export class QuotaExceeded extends Refused { static code = Code.QUOTA_EXCEEDED; }

/** Something is missing on the machine of the kernel. */
export class MachineProblem extends AminoError {}
export class JvmNotFound extends MachineProblem { static code = Code.JVM_NOT_FOUND; }
export class JvmUnusable extends MachineProblem { static code = Code.JVM_UNUSABLE; }
export class JarsMissing extends MachineProblem { static code = Code.JARS_MISSING; }
export class PackageMissing extends MachineProblem { static code = Code.PACKAGE_MISSING; }
export class PortTaken extends MachineProblem { static code = Code.PORT_TAKEN; }
export class LimitTooLow extends MachineProblem { static code = Code.LIMIT_TOO_LOW; }
export class DiskFull extends MachineProblem { static code = Code.DISK_FULL; }
export class StoreIncompatible extends MachineProblem { static code = Code.STORE_INCOMPATIBLE; }
export class StoreDamaged extends MachineProblem { static code = Code.STORE_DAMAGED; }
export class StoreOutdated extends MachineProblem { static code = Code.STORE_OUTDATED; }
export class ArtifactDamaged extends MachineProblem { static code = Code.ARTIFACT_DAMAGED; }

/** An exception of the application: `type` and `guestStack` say where in the object's own code. Never retried. */
export class GuestException extends AminoError { static code = Code.GUEST_EXCEPTION; }

/** A fault of Amino itself: please report. */
export class InternalError extends AminoError { static code = Code.INTERNAL; }
