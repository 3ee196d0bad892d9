"""The error of a call to a lost object: it says what becomes of the object, by what the OMS has said of it. Pure."""

from __future__ import annotations

from typing import Final

from amino_wire.error_base import AminoError, Unavailable
from amino_wire.error_tree import ObjectAwaitsKernel, ObjectLost, ObjectRecovering
from amino_wire.pb import common_pb2
from amino_wire.protocol import Outcome
from amino_wire.records import name_of, remedy_of_loss

_KINDS: Final[dict[int, type[Unavailable]]] = {
    common_pb2.LOSS_RECOVERING: ObjectRecovering,
    common_pb2.LOSS_AWAITS_KERNEL: ObjectAwaitsKernel,
}


def loss_of(record: common_pb2.ObjectRecord) -> AminoError:
    """Answers the error of a call, which has not run, to an object whose record is LOST.

    Arguments:
        record: as the OMS has told it.

    Returns:
        ObjectRecovering, ObjectAwaitsKernel, or ObjectLost where nothing brings the object back by itself.
    """
    kernels = sorted({each.kernel_id for each in record.status.replicas})
    kind = _KINDS.get(record.status.loss, ObjectLost)
    return kind(_message(record, " and ".join(kernels)), details={"object": record.id, "kernels": kernels}, outcome=Outcome.NOT_RUN)


def _message(record: common_pb2.ObjectRecord, kernels: str) -> str:
    name, reason = name_of(record), record.status.loss_reason
    match record.status.loss:
        case common_pb2.LOSS_RECOVERING:
            so_far = f" So far they could not: {reason}." if reason else ""
            return f"Object {name} was lost with kernel {kernels}, and its deployment managers bring it back.{so_far} Call again."
        case common_pb2.LOSS_AWAITS_KERNEL if reason:
            lost = f"Object {name} was lost with kernel {kernels}"
            return f"{lost} and waits for a kernel that it may live on: {reason}. Start one, or call later."
        case common_pb2.LOSS_AWAITS_KERNEL:
            return (
                f"Object {name} waits for kernel {kernels}, of which the OMS has not heard for longer than its lease. "
                f"If that was only cut off, the object comes back with it; if it has ended, {remedy_of_loss(record)}."
            )
        case common_pb2.LOSS_GONE if reason:
            return f"Object {name} was lost on kernel {kernels}: {reason}. Nothing brings it back by itself: {remedy_of_loss(record)}."
        case _:
            return f"Object {name} was lost with kernel {kernels}, and nothing brings it back by itself: {remedy_of_loss(record)}."
