"""What becomes of lost objects, as records that leave the service say it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from amino_wire.errors import AminoError, NoKernelMatches
from amino_wire.pb import common_pb2

from amino_oms.membership.detector import Standing
from amino_oms.membership.kernel_directory import KernelDirectory

REASONS = 10_000
"""For so many objects the OMS remembers why they were lost: the latest."""


@dataclass(frozen=True, slots=True)
class _Departure:
    incarnation: int
    keeps: bool
    end: str


class Losses:
    """Knows which objects are being brought back, and what has kept their coordinators from it so far."""

    def __init__(self, directory: KernelDirectory) -> None:
        self._directory = directory
        self._tries: dict[str, AminoError | None] = {}
        self._left: dict[str, _Departure] = {}
        self._returning: set[str] = set()
        self._listing: list[str] = []
        self._reasons: dict[str, str] = {}

    def begun(self, object_id: str) -> None:
        """The coordinators of an object are asked to bring it back, again and again until they have."""
        self._tries.setdefault(object_id, None)

    def failed(self, object_id: str, error: AminoError) -> None:
        """They could not this time."""
        self._tries[object_id] = error

    def kernel_came(self) -> None:
        """Lost objects may have a kernel to live on again: it is open whether their coordinators can bring them back."""
        for object_id, error in self._tries.items():
            if isinstance(error, NoKernelMatches):
                self._tries[object_id] = None

    def ended(self, object_id: str) -> None:
        """Nobody asks them any more: the object is back, or they do not bring it back."""
        self._tries.pop(object_id, None)

    def tries(self, object_id: str) -> bool:
        """Whether the coordinators of an object are asked again and again."""
        return object_id in self._tries

    def told(self, object_id: str, reason: str) -> None:
        """A kernel that lives on, or has left, has lost an object, and says why; an empty reason stands for none that it knows."""
        self._reasons.pop(object_id, None)
        if reason:
            self._reasons[object_id] = reason
            while len(self._reasons) > REASONS:
                del self._reasons[next(iter(self._reasons))]

    def left(self, kernel_id: str, incarnation: int, *, keeps: bool, end: str = "") -> None:
        """A kernel has said that it ends, or its supervisor how it has ended (`end`): what it had comes back only if it keeps the states
        and is started again.
        """
        self._left[kernel_id] = _Departure(incarnation, keeps, end)

    def returning(self, kernel_id: str, *, now: bool) -> None:
        """Whether a kernel that has started again still brings back objects of its earlier lives."""
        if now:
            self._returning.add(kernel_id)
        else:
            self._returning.discard(kernel_id)

    @contextmanager
    def listing(self, kernel_id: str) -> Generator[None]:
        """Within the block a kernel has been heard again, and it is not known yet which of its objects it still has."""
        self._listing.append(kernel_id)
        try:
            yield
        finally:
            self._listing.remove(kernel_id)

    def comes_back(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether a kernel that has started again may be about to bring a lost object back."""
        return any(self._brings_back(each) for each in record.status.replicas)

    def say(self, record: common_pb2.ObjectRecord) -> common_pb2.ObjectRecord:
        """Writes into a record that leaves the service what becomes of its object, if that is lost; answers the record."""
        record.status.ClearField("loss")
        record.status.ClearField("loss_reason")
        if record.status.state == common_pb2.OBJECT_STATE_LOST:
            loss, reason = self._loss(record)
            record.status.loss, record.status.loss_reason = loss, reason
        elif record.status.state == common_pb2.OBJECT_STATE_ACTIVE:
            self._reasons.pop(record.id, None)
        return record

    def _loss(self, record: common_pb2.ObjectRecord) -> tuple[common_pb2.Loss, str]:
        if record.id in self._tries:
            error = self._tries[record.id]
            awaits = isinstance(error, NoKernelMatches)
            loss = common_pb2.LOSS_AWAITS_KERNEL if awaits else common_pb2.LOSS_RECOVERING
            return loss, "" if error is None else error.message.rstrip(".")
        returning = [each for each in record.status.replicas if self._may_return(each)]
        if returning and record.id not in self._reasons:
            return common_pb2.LOSS_AWAITS_KERNEL, self._of_returning(returning)
        return common_pb2.LOSS_GONE, self._reasons.get(record.id, "") or self._end_of(record)

    def _end_of(self, record: common_pb2.ObjectRecord) -> str:
        """How the processes ended in which the object was."""
        departures = ((each.kernel_id, self._departure(each)) for each in record.status.replicas)
        ends = sorted(f"the process of {kernel_id} ended: {left.end}" for kernel_id, left in departures if left is not None and left.end)
        return " and ".join(ends)

    def _of_returning(self, replicas: list[common_pb2.Replica]) -> str:
        starting = sorted(each.kernel_id for each in replicas if self._brings_back(each))
        if starting:
            return f"{' and '.join(starting)} has started again and brings back what it has kept"
        keepers = sorted(each.kernel_id for each in replicas if self._departure(each) is not None)
        return f"{' and '.join(keepers)} was stopped and keeps its state until it is started again" if keepers else ""

    def _brings_back(self, replica: common_pb2.Replica) -> bool:
        kernel = self._directory.find(replica.kernel_id)
        earlier = kernel is not None and replica.kernel_incarnation < kernel.incarnation
        return earlier and replica.kernel_id in self._returning

    def _may_return(self, replica: common_pb2.Replica) -> bool:
        """Whether the kernel of a replica may still be there, in the life in which it has it, without being able to say so."""
        kernel = self._directory.find(replica.kernel_id)
        same_life = kernel is not None and kernel.incarnation == replica.kernel_incarnation
        heard = self._directory.standing(replica.kernel_id) is Standing.ALIVE and replica.kernel_id not in self._listing
        departure = self._departure(replica)
        waits = same_life and not heard and (departure is None or departure.keeps)
        return waits or self._brings_back(replica)

    def _departure(self, replica: common_pb2.Replica) -> _Departure | None:
        """How the life ended in which a kernel got a replica; None where the kernel has not said that it ends."""
        departure = self._left.get(replica.kernel_id)
        return departure if departure is not None and departure.incarnation == replica.kernel_incarnation else None
