"""The kernel calls of Sapphire's Table 3 as parts see them, over a host."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Collection, Coroutine, Sequence
from random import Random
from typing import Any, TypeVar

from amino_wire.errors import AminoError, KernelUnavailable, Moved, OmsUnavailable, Outcome

from amino_dms.api import Clock, DeploymentManager, Interface, Node, Replica, Snapshot, Stored
from amino_dms.chain import COORDINATOR, INSTANCE_MANAGER, Chain
from amino_dms.runtime.hosts import CoordinatorHost, ObjectView, PartAddress, PartHost
from amino_dms.runtime.upcalls import end_tasks

T = TypeVar("T")


async def asked(answer: Awaitable[T]) -> T:
    """The answer to a question that a part asks on its own account, such as a save.

    How the question ended says nothing about the call for whose sake it was asked: that call may have run before. An error of the question
    that claimed NOT_RUN would have that call sent again.
    """
    try:
        return await answer
    except Moved as error:
        raise KernelUnavailable(error.message, details=error.details, cause=error) from None
    except AminoError as error:
        error.outcome = Outcome.UNKNOWN
        raise


class Background:
    """Work that parts do beside calls. Errors of ours end the work quietly, since nobody waits for it; other errors are for the loop."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._over = False

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work`, in a context of its own: it is no longer part of the call that started it. After the end,
        nothing runs any more."""
        if self._over:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
        self._tasks.append(task)
        task.add_done_callback(self._ended)

    async def end(self, clock: Clock) -> None:
        """Cancels what runs and waits for it, `ENDING_SECONDS` of `clock` at most."""
        self._over = True
        current = asyncio.current_task()
        await end_tasks(clock, [task for task in self._tasks if task is not current])

    def cancel(self) -> None:
        """Cancels what runs, without waiting for it."""
        self._over = True
        for task in self._tasks:
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.remove(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, AminoError):
            asyncio.get_running_loop().call_exception_handler({"message": "a deployment manager failed", "exception": error, "task": task})


class Holder:
    """The present view of an object, shared by the parts of a chain."""

    def __init__(self, view: ObjectView) -> None:
        self.view = view


class RemotePeer:
    """Another part of the same manager, reached through the host of a part that has not ended."""

    def __init__(self, kernel: HostedKernel, address: PartAddress) -> None:
        self._kernel = kernel
        self._address = address

    async def call(self, method: str, *args: Any, budget: float | None = None) -> Any:
        """See `Peer.call`."""
        return await asked(self._kernel.host().call_part(self._address, method, args, {}, budget))


class HostedKernel:
    """The requests that every part may make, over a host. After `end` it reaches nothing: a request of the part raises an error,
    since the object, its durable values and its other parts may be another instance's by then.

    Arguments:
        host: of this process.
        holder: the object's view.
        manager: whose part.
        index: the manager's place in the chain.
        background: where spawned work goes.
    """

    def __init__(self, host: PartHost, holder: Holder, manager: DeploymentManager, index: int, background: Background) -> None:
        self._host = host
        self._holder = holder
        self._index = index
        self._prefix = _prefix(holder.view.object_id, manager.stores_under or manager.name)
        self._background = background
        self._ended = False

    def end(self) -> None:
        """The part has ended."""
        self._ended = True

    def host(self) -> PartHost:
        """The host.

        Raises:
            KernelUnavailable: the part has ended.
        """
        if self._ended:
            raise self._gone()
        return self._host

    def _gone(self) -> AminoError:
        what = f"{self.title} has ended here, and its deployment managers with it"
        return KernelUnavailable(f"{what}; a call that was on its way may have run, call again")

    @property
    def object_id(self) -> str:
        return self._holder.view.object_id

    @property
    def title(self) -> str:
        return self._holder.view.title

    @property
    def clock(self) -> Clock:
        return self._host.clock

    @property
    def random(self) -> Random:
        return self._host.random

    @property
    def node(self) -> Node:
        return self._host.node

    @property
    def interface(self) -> Interface:
        return self._holder.view.interface

    def replicas(self) -> tuple[Replica, ...]:
        return self._holder.view.replicas

    async def nodes(self, region: str | None = None) -> tuple[Node, ...]:
        return tuple(node for node in await asked(self.host().nodes()) if region is None or node.region == region)

    async def regions(self) -> tuple[str, ...]:
        return tuple(sorted({node.region for node in await asked(self.host().nodes()) if node.region}))

    async def durable_get(self, key: str) -> Stored:
        return await asked(self.host().durable_get(self._prefix + key))

    async def durable_put(self, key: str, value: Any, *, expected: int | None = None) -> int:
        return await asked(self.host().durable_put(self._prefix + key, value, expected))

    def instance_manager(self, replica: int = 0) -> RemotePeer:
        return RemotePeer(self, PartAddress(self.object_id, self._index, INSTANCE_MANAGER, replica))

    def coordinator(self) -> RemotePeer:
        return RemotePeer(self, PartAddress(self.object_id, self._index, COORDINATOR))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._background.spawn(work)


class HostedCoordinatorKernel(HostedKernel):
    """The requests that a coordinator may make, over the OMS."""

    def __init__(self, host: CoordinatorHost, holder: Holder, manager: DeploymentManager, index: int, background: Background) -> None:
        super().__init__(host, holder, manager, index, background)
        self._coordinator_host = host

    @property
    def _oms(self) -> CoordinatorHost:
        self.host()
        return self._coordinator_host

    def _gone(self) -> AminoError:
        return OmsUnavailable(f"the coordinators of {self.title} have ended here; call again")

    @property
    def epoch(self) -> int:
        return self._holder.view.epoch

    async def pin(self, node: str, *, replica: int = 0) -> None:
        await self._oms.pin(node, replica)

    async def pin_region(self, region: str, *, replica: int = 0) -> None:
        await self._oms.pin_region(region, replica)

    async def sites(self) -> tuple[Node, ...]:
        return await self._oms.sites()

    async def replicate(self, snapshot: Snapshot | None = None, *, role: str = "", nodes: Collection[str] | None = None) -> Replica:
        return await self._oms.replicate(snapshot, role, nodes)

    async def destroy_replica(self, number: int) -> None:
        await self._oms.destroy_replica(number)

    async def recover(self, number: int, snapshot: Snapshot | None, *, nodes: Collection[str] | None = None) -> Replica:
        return await self._oms.recover(number, snapshot, nodes)

    async def make_shards(self, numbers: Sequence[int], *, version: int = 0) -> list[str]:
        return await self._oms.make_shards(numbers, version)

    async def end_shard(self, number: int) -> None:
        await self._oms.end_shard(number)

    async def hinders_split(self) -> str | None:
        return await self._oms.hinders_split()


def durable_prefix(object_id: str) -> str:
    """The prefix of the keys of an object's durable values; the OMS deletes them with the object."""
    return f"{object_id}/"


def durable_prefixes(object_id: str, chain: Chain) -> frozenset[str]:
    """The prefixes of the keys of the durable values that the managers of a chain may have stored. Once the parts of a
    new chain have begun, no manager wants the object's other values any more."""
    names = {name for manager in chain.managers for name in (manager.name, manager.stores_under) if name}
    return frozenset(_prefix(object_id, name) for name in names)


def _prefix(object_id: str, name: str) -> str:
    return f"{durable_prefix(object_id)}{name}/"
