"""The one tree of errors; every class has a stable code (`docs/wire.md`, section 4)."""

from __future__ import annotations

from collections.abc import Mapping

from amino_wire import error_machine
from amino_wire.error_base import (
    AminoError,
    Conflict,
    Ended,
    InvalidRequest,
    NotFound,
    Refused,
    Unavailable,
)
from amino_wire.protocol import Code


class InternalError(AminoError):
    """A mistake of ours: please report."""

    code = Code.INTERNAL


class ValueInvalid(InvalidRequest, ValueError):
    """A value that cannot travel, or bytes that are no value."""

    code = Code.VALUE_INVALID


class ArgumentInvalid(InvalidRequest, TypeError, ValueError):
    """Wrong arguments: too many, too few, or of the wrong kind."""

    code = Code.ARGUMENT_INVALID


class FrameInvalid(InvalidRequest, ValueError):
    """Bytes that are no frame, or a frame beyond the limit. The connection closes."""

    code = Code.FRAME_INVALID


class MemberNotFound(InvalidRequest, AttributeError):
    """The object has no such member."""

    code = Code.MEMBER_NOT_FOUND


class LanguageUnknown(InvalidRequest, ValueError):
    """A language that no kernel here runs."""

    code = Code.LANGUAGE_UNKNOWN


class ArtifactInvalid(InvalidRequest, ValueError):
    """An artifact that cannot be packed, unpacked or evaluated."""

    code = Code.ARTIFACT_INVALID


class ConfigInvalid(InvalidRequest, ValueError):
    """A setting that is unknown or out of range."""

    code = Code.CONFIG_INVALID


class ChainInvalid(InvalidRequest, ValueError):
    """Deployment managers that cannot work together."""

    code = Code.CHAIN_INVALID


class ClientForked(InvalidRequest):
    """The client was opened in the process that forked this one: open a client in the child."""

    code = Code.CLIENT_FORKED


class NotDeterministic(InvalidRequest):
    """A replicated object asked for something that differs between its replicas."""

    code = Code.NOT_DETERMINISTIC


class ObjectNotFound(NotFound, KeyError):
    """No object of that id."""

    code = Code.OBJECT_NOT_FOUND


class NameNotFound(NotFound, KeyError):
    """No object of that name."""

    code = Code.NAME_NOT_FOUND


class ArtifactNotFound(NotFound, KeyError):
    """No artifact of that hash."""

    code = Code.ARTIFACT_NOT_FOUND


class KernelNotFound(NotFound, KeyError):
    """No kernel of that id."""

    code = Code.KERNEL_NOT_FOUND


class NameTaken(Conflict):
    """An object of that name exists."""

    code = Code.NAME_TAKEN


class ObjectBusy(Conflict):
    """The object is on the move, being made, or its managers are being exchanged."""

    code = Code.OBJECT_BUSY


class EpochStale(Conflict):
    """The sender knows an older state of the object than the receiver."""

    code = Code.EPOCH_STALE


class TransactionConflict(Conflict):
    """Another transaction changed or holds what this one needs; it may be tried again."""

    code = Code.TRANSACTION_CONFLICT


class TransactionInvalid(Conflict):
    """No such transaction, or it has ended."""

    code = Code.TRANSACTION_INVALID


class TransactionAborted(Conflict):
    """A transaction over several objects was ended, and nothing of it has happened (details: transaction, object, phase)."""

    code = Code.TRANSACTION_ABORTED


class NotTransactional(Conflict):
    """The object takes no part in transactions over several objects; the message says which deployment manager it needs."""

    code = Code.NOT_TRANSACTIONAL


class StateNotCapturable(Conflict):
    """A part of the object's state cannot be copied; the details list which."""

    code = Code.STATE_NOT_CAPTURABLE


class StateHeld(Conflict):
    """A deployment manager holds the saved state of an object that the request would delete."""

    code = Code.STATE_HELD


class KernelUnavailable(Unavailable, ConnectionError):
    """The kernel does not answer, or the connection was lost before the answer: the call may have run."""

    code = Code.KERNEL_UNAVAILABLE


class OmsUnavailable(Unavailable, ConnectionError):
    """The object management service does not answer."""

    code = Code.OMS_UNAVAILABLE


class NotLeader(Unavailable, ConnectionError):
    """This object management service stands by for another one (details: address, empty where nobody leads yet). Kernels follow it."""

    code = Code.NOT_LEADER


class ObjectLost(Unavailable):
    """The object's kernel died, and nothing brings the object back by itself."""

    code = Code.OBJECT_LOST


class ObjectRecovering(Unavailable):
    """The object's deployment managers are bringing it back; call again."""

    code = Code.OBJECT_RECOVERING


class ObjectAwaitsKernel(Unavailable):
    """The object comes back with a kernel that is away; the message says which."""

    code = Code.OBJECT_AWAITS_KERNEL


class NoKernelMatches(Unavailable):
    """No living kernel has the labels and the language asked for."""

    code = Code.NO_KERNEL_MATCHES


class TransactionInDoubt(Unavailable):
    """The object waits to hear how a transaction ended, and answers nobody else meanwhile; call again."""

    code = Code.TRANSACTION_IN_DOUBT


class Overloaded(Unavailable):
    """More calls wait than may."""

    code = Code.OVERLOADED


class LeaseUnavailable(Unavailable):
    """Somebody else holds the lease."""

    code = Code.LEASE_UNAVAILABLE


class Moved(AminoError):
    """The call did not run, the object is elsewhere (details: address, epoch, kernel). Users never see it."""

    code = Code.MOVED


class DeadlineExceeded(Ended, TimeoutError):
    """The call's time was over."""

    code = Code.DEADLINE_EXCEEDED


class Cancelled(Ended):
    """The caller no longer waited."""

    code = Code.CANCELLED


class Deadlock(Ended):
    """Calls that wait for one another; the message names the chain."""

    code = Code.DEADLOCK


class MemoryExhausted(Ended, MemoryError):
    """The call would have filled the memory of its kernel's JVM; the message says whose it was, and how to give it a memory of its own."""

    code = Code.MEMORY_EXHAUSTED


class PermissionDenied(Refused, PermissionError):
    """The caller may not do this."""

    code = Code.PERMISSION_DENIED


class NativeNotAllowed(Refused, PermissionError):
    """The guest needs native access, which this kernel does not give."""

    code = Code.NATIVE_NOT_ALLOWED


class AddressRefused(Refused, PermissionError):
    """An address that is not loopback, without --insecure."""

    code = Code.ADDRESS_REFUSED


class QuotaExceeded(Refused):
    """The caller has as many of something as it may; the message says of what, and what to do."""

    code = Code.QUOTA_EXCEEDED


class GuestException(AminoError):
    """An exception of the application, raised in the object. Never retried."""

    code = Code.GUEST_EXCEPTION

    @property
    def guest_class(self) -> str:
        """The class of the exception in the object's language, such as `TypeError` or `Counter::Empty`."""
        return self.type

    @property
    def guest_stack(self) -> str:
        """The frames of the object's language as text."""
        return self.stack

    def __str__(self) -> str:
        return f"{self.type}: {self.message}"


def _leaves(kind: type[AminoError]) -> dict[str, type[AminoError]]:
    found: dict[str, type[AminoError]] = {kind.code: kind} if "code" in vars(kind) else {}
    for child in kind.__subclasses__():
        found.update(_leaves(child))
    return found


# Errors of the machine are named so that their file is read before the tree is.
BY_CODE: Mapping[str, type[AminoError]] = {**_leaves(error_machine.JvmNotFound), **_leaves(AminoError)}
"""Every code with its class."""
