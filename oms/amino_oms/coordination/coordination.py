"""The seams between the life of objects and the deployment managers of their chains."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from amino_wire.pb import common_pb2, oms_pb2


class Coordination(Protocol):
    """Checks chains and runs coordinators. Every method may be called again for the same event, after a crash, and does no harm."""

    def check(self, record: common_pb2.ObjectRecord) -> None:
        """Raises ChainInvalid, with the reason, where the object's deployment managers cannot work together or on it."""
        ...

    def check_follows(self, before: common_pb2.ObjectRecord, after: common_pb2.ObjectRecord) -> None:
        """Raises ChainInvalid, with the reason, where a manager of both chains cannot go on with the settings of the second one."""
        ...

    async def check_state(self, record: common_pb2.ObjectRecord) -> None:
        """Raises ChainInvalid where a manager of the chain needs the state of an object that exists, and it cannot be captured."""
        ...

    def savers(self, record: common_pb2.ObjectRecord) -> tuple[str, ...]:
        """The names of the object's managers that hold its saved state. A manager that is not installed here is taken to be a saver."""
        ...

    def may_sleep(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether the object comes back as it was when it ends between two calls. Raises ChainInvalid as `check`."""
        ...

    def has_coordinators(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether somebody in the object's chain must be told of what happens to it."""
        ...

    def shard_managers(self, record: common_pb2.ObjectRecord) -> list[common_pb2.DeploymentManagerSpec] | None:
        """The chain of each shard of an object; None: it is not divided. Raises ChainInvalid as `check`."""
        ...

    def hinders_split(self, record: common_pb2.ObjectRecord) -> str | None:
        """Why an object's shards cannot split and join; None: they can. Raises ChainInvalid as `check`."""
        ...

    def refusals(
        self, record: common_pb2.ObjectRecord, kernels: Iterable[common_pb2.KernelRecord], origin: common_pb2.KernelRecord | None
    ) -> Mapping[str, str]:
        """The ids of kernels that the object's deployment managers do not allow, with the reason.

        `origin` is where it was made; None: it is being made.
        """
        ...

    def check_transactional(self, record: common_pb2.ObjectRecord) -> None:
        """Raises NotTransactional, with what to attach, where the object's chain does not keep what a transaction over several promises."""
        ...

    async def ask_transactions(self, object_id: str, method: str, args: tuple[Any, ...], seconds: float) -> None:
        """Calls a method of an object's transaction manager. Raises what it raises; NotTransactional where the object has none."""
        ...

    async def created(self, record: common_pb2.ObjectRecord) -> None:
        """The object has been made. Raises what its coordinators raise."""
        ...

    async def exchanged(self, record: common_pb2.ObjectRecord) -> None:
        """The object may have another chain: its coordinators are those of the record when this returns.

        Managers that stay keep what they know. The values that the others have saved are kept until `in_force`.
        """
        ...

    async def clear(self, before: common_pb2.ObjectRecord, after: common_pb2.ObjectRecord) -> None:
        """An object is to get another chain. What managers stored that come with it, when they were there before, is deleted."""
        ...

    async def in_force(self, object_id: str) -> None:
        """The object's kernels have applied its newest chain: values that only managers of earlier chains have saved are deleted."""
        ...

    async def replica_returned(self, record: common_pb2.ObjectRecord, replica: common_pb2.Replica) -> bool:
        """A replica that was thought to have failed is still there. Whether the coordinators let it go on.

        Raises AminoError where they could not say.
        """
        ...

    async def destroyed(self, record: common_pb2.ObjectRecord) -> None:
        """The object has been deleted: its coordinators' values are gone when this returns."""
        ...

    async def replicas_changed(self, record: common_pb2.ObjectRecord) -> None:
        """Replicas were added, removed or moved."""
        ...

    async def replicas_failed(self, record: common_pb2.ObjectRecord, failed: tuple[common_pb2.Replica, ...]) -> bool:
        """The kernels of these replicas died. Whether coordinators have brought all of them back, or do without them.

        Raises AminoError where they could not do it now.
        """
        ...

    async def call(self, request: oms_pb2.CallPartRequest) -> bytes:
        """A call to a coordinator: its answer, encoded."""
        ...

    async def resume(self) -> None:
        """Makes the coordinators again that an earlier process of the service had."""
        ...

    async def close(self) -> None:
        """Ends the coordinators here; their state is in the store."""
        ...


class Replicas(Protocol):
    """The acts of coordinators on the replicas of an object (Sapphire Table 3: pin, replicate, destroyReplica)."""

    async def move(self, object_id: str, path: str, kernel_id: str) -> None:
        """Moves a replica to a kernel."""
        ...

    async def move_to_region(self, object_id: str, path: str, region: str) -> None:
        """Moves a replica to the least loaded kernel of a region."""
        ...

    async def sites(self, object_id: str) -> list[common_pb2.KernelRecord]:
        """The living kernels where a replica may be."""
        ...

    async def add(
        self, object_id: str, role: str, state: bytes, manager_state: bytes, nodes: Collection[str] | None = None
    ) -> common_pb2.Replica:
        """Makes one more replica, by the constructor where `state` is empty, on one of the `nodes` where some are named."""
        ...

    async def remove(self, object_id: str, path: str) -> None:
        """Ends a replica."""
        ...

    async def recover(
        self, object_id: str, path: str, state: bytes, manager_state: bytes, nodes: Collection[str] | None = None
    ) -> common_pb2.Replica:
        """Makes a dead replica anew on another kernel, by the constructor where `state` is empty; see `add`."""
        ...


class ShardOrders(Protocol):
    """The acts of a coordinator on the shards of an object."""

    async def make(self, owner_id: str, numbers: Sequence[int], version: int) -> list[str]:
        """Makes shards, or gives them the chain that their object's shards have now; their ids."""
        ...

    async def end(self, owner_id: str, number: int) -> None:
        """Ends a shard, if it is there."""
        ...

    async def hinders_split(self, owner_id: str) -> str | None:
        """See `Coordination.hinders_split`."""
        ...
