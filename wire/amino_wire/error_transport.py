"""Errors inside protobuf messages and gRPC statuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, cast

from amino_wire import values
from amino_wire.error_base import AminoError, Conflict, Ended, InvalidRequest, NotFound, Refused, Unavailable
from amino_wire.error_group import Room, error_of
from amino_wire.error_payload import as_error, outcome_of, traced
from amino_wire.error_tree import (
    BY_CODE,
    Cancelled,
    DeadlineExceeded,
    FrameInvalid,
    GuestException,
    InternalError,
    KernelUnavailable,
    Overloaded,
    PermissionDenied,
    ValueInvalid,
)
from amino_wire.hops import Hop
from amino_wire.pb import common_pb2
from amino_wire.protocol import CAUSE_LIMIT, Metadata, Outcome

if TYPE_CHECKING:
    import grpc
    import grpc.aio

STACK_LIMIT = 3000
"""Characters of a stack inside gRPC metadata, which servers and proxies keep under 8 KiB."""
METADATA_LIMIT = 6000
"""Bytes up to which an error is told whole there."""
TEXT_LIMIT = 1000
"""Characters of a text there where the error is longer than that."""

_STATUS: tuple[tuple[type[AminoError], str], ...] = (
    (InvalidRequest, "INVALID_ARGUMENT"),
    (NotFound, "NOT_FOUND"),
    (Conflict, "FAILED_PRECONDITION"),
    (Overloaded, "RESOURCE_EXHAUSTED"),
    (Unavailable, "UNAVAILABLE"),
    (DeadlineExceeded, "DEADLINE_EXCEEDED"),
    (Cancelled, "CANCELLED"),
    (Ended, "ABORTED"),
    (Refused, "PERMISSION_DENIED"),
    (GuestException, "UNKNOWN"),
)


def to_message(error: AminoError, *, stack_limit: int | None = None) -> common_pb2.Error:
    """An error as a protobuf message. Details that cannot travel are left out rather than hiding the error."""
    message = common_pb2.Error()
    _fill(message, error, stack_limit, CAUSE_LIMIT - 1, Room())
    return message


def _fill(message: common_pb2.Error, error: AminoError, stack_limit: int | None, levels: int, room: Room) -> None:
    message.code, message.type, message.message = error.code, error.type, _clean(error.message)
    message.stack = _clean(error.stack)[:stack_limit]
    message.outcome = cast("Any", int(error.outcome))
    if error.hop is not None:
        hop = error.hop
        message.hop.language, message.hop.object_id, message.hop.name = hop.language, hop.object_id, hop.name or ""
        message.hop.member, message.hop.file, message.hop.line = hop.member, hop.file or "", hop.line or 0
    if error.details:
        try:
            message.details = values.encode(error.details)
        except ValueInvalid:
            message.details = values.encode({key: repr(value) for key, value in error.details.items()})
    if error.cause is not None and levels and room.take(1):
        _fill(message.cause, error.cause, stack_limit, levels - 1, room)
    for member in error.errors[: room.take(len(error.errors))] if levels else ():
        _fill(message.errors.add(), member, stack_limit, levels - 1, room)


def from_message(message: common_pb2.Error) -> AminoError:
    """The error of a protobuf message.

    Raises:
        ValueInvalid: its details are no map.
    """
    return traced(_of_message(message))


def _hop(hop: common_pb2.Hop) -> Hop:
    return Hop(hop.language, hop.object_id, hop.name or None, hop.member, hop.file or None, hop.line or None)


def _of_message(message: common_pb2.Error) -> AminoError:
    cause = _of_message(message.cause) if message.HasField("cause") else None
    found: object = values.decode(message.details) if message.details else {}
    if not isinstance(found, dict):
        raise ValueInvalid(f"the details of an error are a {type(found).__name__}, not a map")
    details = cast("dict[str, Any]", found) or None
    kind = BY_CODE.get(message.code, InternalError)
    outcome = outcome_of(message.outcome)
    errors = [_of_message(member) for member in message.errors]
    parts: dict[str, Any] = {"type": message.type, "stack": message.stack, "details": details, "cause": cause, "outcome": outcome}
    return error_of(kind, message.message, errors, **parts, hop=_hop(message.hop) if message.HasField("hop") else None)


def status_of(error: AminoError) -> grpc.StatusCode:
    """The gRPC status that comes nearest."""
    # A process that needs a status has gRPC; importing it takes a tenth of a second that `amino up` has no use for.
    import grpc

    name = next((status for kind, status in _STATUS if isinstance(error, kind)), "INTERNAL")
    return grpc.StatusCode[name]


async def abort(context: grpc.aio.ServicerContext[Any, Any], error: BaseException) -> NoReturn:
    """Ends an RPC with an error that `from_rpc_error` makes whole again."""
    known = as_error(error)
    await context.abort(status_of(known), _clean(known.message)[:1000], ((Metadata.ERROR, _within(known).SerializeToString()),))
    raise AssertionError("context.abort always raises")


def _within(error: AminoError) -> common_pb2.Error:
    """The message of an error as gRPC metadata has room for it: texts and lists are shortened, members that do not fit left out."""
    message = to_message(error, stack_limit=STACK_LIMIT)
    while message.errors and message.ByteSize() > METADATA_LIMIT:
        del message.errors[-1]
    if message.ByteSize() > METADATA_LIMIT:
        _shorten(message, error.details or {})
    while message.HasField("cause") and message.ByteSize() > METADATA_LIMIT:
        _drop_last_cause(message)
    return message


def _shorten(message: common_pb2.Error, details: dict[str, Any]) -> None:
    message.message = message.message[:TEXT_LIMIT]
    message.stack = message.stack[:TEXT_LIMIT]
    if message.details:
        message.details = values.encode({key: _shortened(value) for key, value in details.items()})


def _shortened(value: Any) -> Any:
    """A detail that travels in every case: the beginning of a text, the first items of a list with how many more there are."""
    if isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        told: list[Any] = []
        room = 2 * TEXT_LIMIT
        for item in items:
            text = _clean(item if isinstance(item, str) else repr(item))[:TEXT_LIMIT]
            room -= len(text.encode("utf-8", "replace"))
            if room < 0:
                return [*told, f"and {len(items) - len(told)} more"]
            told.append(text)
        return told
    if isinstance(value, str):
        return _clean(value)[:TEXT_LIMIT]
    return value if value is None or isinstance(value, bool | int | float) else repr(value)[:TEXT_LIMIT]


def _drop_last_cause(message: common_pb2.Error) -> None:
    while message.cause.HasField("cause"):
        message = message.cause
    message.ClearField("cause")


def is_answer(error: grpc.RpcError) -> bool:
    """Whether the other end has answered with an error of ours; False where the connection failed or gRPC refused."""
    return any(key == Metadata.ERROR for key, _ in _trailing_metadata(error))


def from_rpc_error(error: grpc.RpcError, *, what: str = "", remedy: str = "Is it running? `amino up` starts one.") -> AminoError:
    """The error behind a failed RPC.

    Arguments:
        error: of grpc or grpc.aio.
        what: the name of the end that did not answer, for the message, such as `the kernel at 127.0.0.1:7420`.
        remedy: advice for when nobody answers there.
    """
    for key, value in _trailing_metadata(error):
        if key == Metadata.ERROR:
            return from_message(common_pb2.Error.FromString(value if isinstance(value, bytes) else value.encode("latin-1")))
    code = cast("grpc.StatusCode | None", getattr(error, "code", lambda: None)())
    status = "" if code is None else code.name
    text = cast("str | None", getattr(error, "details", lambda: "")()) or str(error)
    who = what or "the kernel"
    if status == "UNAVAILABLE":
        unresolved = "errors resolving" in text or "DNS resolution failed" in text
        reason = "connection refused" if "Connection refused" in text else "no host has that name" if unresolved else text
        # gRPC says so when no connection came about: the request has not left this process.
        outcome = Outcome.NOT_RUN if unresolved or "failed to connect to all addresses" in text else None
        return KernelUnavailable(f"{who} does not answer ({reason}). {remedy}", outcome=outcome)
    if status == "DEADLINE_EXCEEDED":
        return DeadlineExceeded(f"{who} did not answer in time")
    if status == "CANCELLED":
        # Only the other end says so: a caller that gives up its own request gets no error of gRPC.
        return KernelUnavailable(f"{who} stopped before it had answered ({text}). {remedy}")
    if status == "UNIMPLEMENTED":
        why = "it is another service (kernels and the OMS have ports of their own) or of another version"
        return FrameInvalid(f"{who} does not know this request ({text}): {why}", outcome=Outcome.NOT_RUN)
    if status in ("PERMISSION_DENIED", "UNAUTHENTICATED"):
        return PermissionDenied(f"{who} refused: {text}")
    if status == "RESOURCE_EXHAUSTED":
        # gRPC says the same of an answer that is too long, and then the request has been carried out.
        return Overloaded(f"{who} refused: {text}", outcome=Outcome.UNKNOWN)
    return InternalError(f"{who} failed: {text}")


def _trailing_metadata(error: grpc.RpcError) -> Iterable[tuple[str, Any]]:
    read = getattr(error, "trailing_metadata", None)
    return cast("Iterable[tuple[str, Any]]", (read() if read is not None else None) or ())


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
