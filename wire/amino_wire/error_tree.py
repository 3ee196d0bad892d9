"""The one tree of errors; every class has a stable code (`docs/wire.md`, section 4)."""

from __future__ import annotations

from collections.abc import Mapping

from amino_wire.error_base import (
    AminoError,
    Conflict,
    Ended,
    InvalidRequest,
    MachineProblem,
    NotFound,
    Refused,
    Unavailable,
)


class InternalError(AminoError):
    """A mistake of ours: please report."""

    code = "INTERNAL"


class ValueInvalid(InvalidRequest):
    """A value that cannot travel, or bytes that are no value."""

    code = "VALUE_INVALID"


class ArgumentInvalid(InvalidRequest):
    """Wrong arguments: too many, too few, or of the wrong kind."""

    code = "ARGUMENT_INVALID"


class FrameInvalid(InvalidRequest):
    """Bytes that are no frame, or a frame beyond the limit. The connection closes."""

    code = "FRAME_INVALID"


class MemberNotFound(InvalidRequest):
    """The object has no such member."""

    code = "MEMBER_NOT_FOUND"


class LanguageUnknown(InvalidRequest):
    """A language that no kernel here runs."""

    code = "LANGUAGE_UNKNOWN"


class ArtifactInvalid(InvalidRequest):
    """An artifact that cannot be packed, unpacked or evaluated."""

    code = "ARTIFACT_INVALID"


class ConfigInvalid(InvalidRequest):
    """A setting that is unknown or out of range."""

    code = "CONFIG_INVALID"


class ChainInvalid(InvalidRequest):
    """Deployment managers that cannot work together."""

    code = "CHAIN_INVALID"


class ObjectNotFound(NotFound):
    """No object of that id."""

    code = "OBJECT_NOT_FOUND"


class NameNotFound(NotFound):
    """No object of that name."""

    code = "NAME_NOT_FOUND"


class ArtifactNotFound(NotFound):
    """No artifact of that hash."""

    code = "ARTIFACT_NOT_FOUND"


class KernelNotFound(NotFound):
    """No kernel of that id."""

    code = "KERNEL_NOT_FOUND"


class NameTaken(Conflict):
    """An object of that name exists."""

    code = "NAME_TAKEN"


class EpochStale(Conflict):
    """The sender knows an older state of the object than the receiver."""

    code = "EPOCH_STALE"


class TransactionConflict(Conflict):
    """Another transaction changed or holds what this one needs; it may be tried again."""

    code = "TRANSACTION_CONFLICT"


class TransactionInvalid(Conflict):
    """No such transaction, or it has ended."""

    code = "TRANSACTION_INVALID"


class StateNotCapturable(Conflict):
    """A part of the object's state cannot be copied; the details list which."""

    code = "STATE_NOT_CAPTURABLE"


class KernelUnavailable(Unavailable):
    """The kernel does not answer, or the connection was lost before the answer: the call may have run."""

    code = "KERNEL_UNAVAILABLE"


class OmsUnavailable(Unavailable):
    """The object management service does not answer."""

    code = "OMS_UNAVAILABLE"


class ObjectLost(Unavailable):
    """The object's kernel died and nothing brought it back."""

    code = "OBJECT_LOST"


class NoKernelMatches(Unavailable):
    """No living kernel has the labels and the language asked for."""

    code = "NO_KERNEL_MATCHES"


class Overloaded(Unavailable):
    """More calls wait than may."""

    code = "OVERLOADED"


class LeaseUnavailable(Unavailable):
    """Somebody else holds the lease."""

    code = "LEASE_UNAVAILABLE"


class Moved(AminoError):
    """The call did not run, the object is elsewhere (details: address, epoch, kernel). Users never see it."""

    code = "MOVED"


class DeadlineExceeded(Ended):
    """The call's time was over."""

    code = "DEADLINE_EXCEEDED"


class Cancelled(Ended):
    """The caller no longer waited."""

    code = "CANCELLED"


class Deadlock(Ended):
    """Calls that wait for one another; the message names the chain."""

    code = "DEADLOCK"


class PermissionDenied(Refused):
    """The caller may not do this."""

    code = "PERMISSION_DENIED"


class NativeNotAllowed(Refused):
    """The guest needs native access, which this kernel does not give."""

    code = "NATIVE_NOT_ALLOWED"


class AddressRefused(Refused):
    """An address that is not loopback, without --insecure."""

    code = "ADDRESS_REFUSED"


class JvmNotFound(MachineProblem):
    """No Java virtual machine."""

    code = "JVM_NOT_FOUND"


class JvmUnusable(MachineProblem):
    """A Java virtual machine that does not start or is too old."""

    code = "JVM_UNUSABLE"


class JarsMissing(MachineProblem):
    """A language's jars are not here and cannot be fetched."""

    code = "JARS_MISSING"


class PortTaken(MachineProblem):
    """Another process listens there."""

    code = "PORT_TAKEN"


class StoreIncompatible(MachineProblem):
    """A data folder that another version of Amino has written; the details say which formats (`found`, `readable`)."""

    code = "STORE_INCOMPATIBLE"


class StoreDamaged(MachineProblem):
    """A data folder whose database cannot be read."""

    code = "STORE_DAMAGED"


class GuestException(AminoError):
    """An exception of the application, raised in the object. Never retried."""

    code = "GUEST_EXCEPTION"

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


BY_CODE: Mapping[str, type[AminoError]] = _leaves(AminoError)
"""Every code with its class."""
