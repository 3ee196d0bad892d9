"""Chains for objects without deployment managers: nothing on the way of a call."""

from __future__ import annotations

from amino_wire.pb import common_pb2

from amino_kernel.call import Call
from amino_kernel.chains import Way
from amino_kernel.object_table import LocalObject

FIRST_REPLICA = 0


class PlainChains:
    """The null chain of every object."""

    def proxies(self, record: common_pb2.ObjectRecord) -> Way | None:  # noqa: ARG002
        return None

    def instance_managers(self, local: LocalObject) -> Way | None:  # noqa: ARG002
        return None

    def replica(self, record: common_pb2.ObjectRecord, call: Call) -> int:  # noqa: ARG002
        return FIRST_REPLICA

    async def manager_state(self, local: LocalObject) -> bytes:  # noqa: ARG002
        return b""

    async def arrived(self, local: LocalObject, manager_state: bytes) -> None:
        pass

    async def left(self, local: LocalObject) -> None:
        pass
