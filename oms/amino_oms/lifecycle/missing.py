"""Replicas that are being made anew, since their kernel, which lives, does not have them any more. Pure."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager

from amino_wire.pb import common_pb2

Place = tuple[str, str, str, int]


class Missing:
    """Knows them by object, path, kernel and its life: the epoch of an object goes up when another of its replicas is made anew."""

    def __init__(self) -> None:
        self._places: set[Place] = set()

    @contextmanager
    def being_replaced(self, object_id: str, replicas: Iterable[common_pb2.Replica]) -> Generator[None]:
        """Within the block these replicas are missing, until they are made anew."""
        places = {_place(object_id, replica) for replica in replicas}
        self._places.update(places)
        try:
            yield
        finally:
            self._places.difference_update(places)

    def has(self, object_id: str, replica: common_pb2.Replica) -> bool:
        """Whether a replica, as its record places it, is missing."""
        return _place(object_id, replica) in self._places

    def made_anew(self, object_id: str, replica: common_pb2.Replica) -> None:
        """A replica that was missing is there again, perhaps on the same kernel."""
        self._places.discard(_place(object_id, replica))


def _place(object_id: str, replica: common_pb2.Replica) -> Place:
    return object_id, replica.path, replica.kernel_id, replica.kernel_incarnation
