"""A host for objects that have no coordinators: all that happens to them concerns nobody."""

# ruff: noqa: ARG002 - the names are those of the protocol

from __future__ import annotations

from amino_wire.errors import ObjectNotFound
from amino_wire.pb import common_pb2, oms_pb2


class NoCoordinators:
    """See CoordinatorHost."""

    def has_coordinators(self, record: common_pb2.ObjectRecord) -> bool:
        return False

    async def check(self, record: common_pb2.ObjectRecord) -> None:
        return

    async def created(self, record: common_pb2.ObjectRecord) -> None:
        return

    async def destroyed(self, record: common_pb2.ObjectRecord) -> None:
        return

    async def replicas_changed(self, before: common_pb2.ObjectRecord, after: common_pb2.ObjectRecord) -> None:
        return

    async def replicas_failed(self, record: common_pb2.ObjectRecord, failed: tuple[common_pb2.Replica, ...]) -> None:
        return

    async def call(self, request: oms_pb2.CallPartRequest) -> bytes:
        raise ObjectNotFound(f"the object {request.object_id} has no coordinator at place {request.chain_index} of its chain")

    async def close(self) -> None:
        return
