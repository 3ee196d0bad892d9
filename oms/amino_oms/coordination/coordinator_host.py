"""The seam between the life of objects and the coordinators of their chains."""

from __future__ import annotations

from typing import Protocol

from amino_wire.pb import common_pb2, oms_pb2


class CoordinatorHost(Protocol):
    """Runs coordinators. Every method may be called again for the same happening (after a crash), and must then do no harm."""

    def has_coordinators(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether somebody in the object's chain must be told of what happens to it."""
        ...

    async def check(self, record: common_pb2.ObjectRecord) -> None:
        """Raises ChainInvalid, with the reason, where the object's deployment managers cannot work together or on it."""
        ...

    async def created(self, record: common_pb2.ObjectRecord) -> None:
        """The object has been made, or has got this chain."""
        ...

    async def destroyed(self, record: common_pb2.ObjectRecord) -> None:
        """The object has been deleted, or has lost this chain: what its coordinators keep may go."""
        ...

    async def replicas_changed(self, before: common_pb2.ObjectRecord, after: common_pb2.ObjectRecord) -> None:
        """Replicas were added, removed or moved."""
        ...

    async def replicas_failed(self, record: common_pb2.ObjectRecord, failed: tuple[common_pb2.Replica, ...]) -> None:
        """The kernels of these replicas died. Whoever brings them back commits a new location before this returns."""
        ...

    async def call(self, request: oms_pb2.CallPartRequest) -> bytes:
        """A call to a coordinator: its answer, encoded."""
        ...

    async def close(self) -> None:
        """Ends timers and calls."""
        ...
