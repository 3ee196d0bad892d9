"""A simulated OMS: records, durable values, coordinators, moves, failures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, ChainInvalid, EpochStale, KernelNotFound, NoKernelMatches, ObjectLost, OmsUnavailable
from amino_wire.values import decode, encode

from amino_dms.api import Arrival, Clock, Node, Purpose, Replica, Snapshot
from amino_dms.chain import Chain
from amino_dms.runtime import CoordinatorRuntime, ObjectView
from amino_dms.testkit.guest import interface_of
from amino_dms.testkit.kernel import SimulatedHost

if TYPE_CHECKING:
    from amino_dms.testkit.cluster import SimulatedCluster

DETECTION = 1.0
"""Simulated seconds from a kernel's end until the OMS declares it dead."""
_PATIENCE = 0.05


@dataclass(slots=True)
class Record:
    """What the OMS knows of an object; survives its end."""

    kind: type[Any]
    args: tuple[Any, ...]
    chain: Chain
    view: ObjectView
    origin: Node
    concurrent: bool = False
    lost: bool = False


class SimulatedOms(SimulatedHost):
    """The object management service. Records and durable values survive `crash`; coordinators are made again from what they stored."""

    def __init__(self, cluster: SimulatedCluster, clock: Clock) -> None:
        super().__init__(cluster, Node("oms"), clock, "oms")
        self.alive = True
        self.tasks: set[asyncio.Task[Any]] = set()
        self.records: dict[str, Record] = {}
        self.coordinators: dict[str, CoordinatorRuntime] = {}
        self._durable: dict[str, tuple[bytes, int]] = {}
        self._moving: dict[str, asyncio.Lock] = {}
        self._dead: list[str] = []

    def crash(self) -> None:
        """Ends at once."""
        self.alive = False
        self.coordinators.clear()
        for task in list(self.tasks):
            task.cancel()

    async def restart(self) -> None:
        """Comes back and looks after what happened meanwhile."""
        self.alive = True
        for object_id in self.records:
            await self._open_coordinators(object_id, Arrival.CREATED)
        dead, self._dead = self._dead, []
        for name in dead:
            await self.declare_dead(name)

    async def ping(self) -> None:
        """Answers."""

    async def get(self, key: str) -> list[Any]:
        """A durable value and its version."""
        data, version = self._durable.get(key, (b"", 0))
        return [decode(data) if version else None, version]

    async def put(self, key: str, value: Any, expected: int | None) -> int:
        """Stores a durable value."""
        present = self._durable.get(key, (b"", 0))[1]
        if expected is not None and expected != present:
            raise EpochStale(f"{key} has version {present}, not {expected}")
        self._durable[key] = (encode(value), present + 1)
        return present + 1

    async def create(self, object_id: str, kind: type[Any], args: tuple[Any, ...], chain: Chain, kernel: str, concurrent: bool) -> None:
        """Makes an object on a kernel."""
        node = self.cluster.kernels[kernel].node
        reason = chain.refuses(node, None)
        if reason:
            raise ChainInvalid(reason)
        view = ObjectView(object_id, interface_of(kind), (Replica(0, kernel),), 1)
        self.records[object_id] = Record(kind, args, chain, view, node, concurrent)
        await self._at(kernel, lambda: self.cluster.kernels[kernel].place(object_id, 0, view, None, Arrival.CREATED, None))
        self.cluster.kernels[kernel].activate(object_id, view)
        await self._open_coordinators(object_id, Arrival.CREATED)

    async def coordinator_call(self, object_id: str, index: int, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """A call to a coordinator."""
        if object_id not in self.coordinators:
            raise OmsUnavailable(f"the coordinators of {object_id} are not there yet")
        return await self.coordinators[object_id].call(index, method, args, kwargs)

    async def move(self, object_id: str, replica: int, target: str) -> None:
        """Moves a replica: freeze, copy, receive, commit, release. Before the commit, whatever fails leaves it where it was."""
        async with self._moving.setdefault(object_id, asyncio.Lock()):
            record = self.records[object_id]
            self._admit(record, target)
            source = self._replica(record, replica).node
            if source == target:
                return
            if record.lost:
                raise ObjectLost(f"{object_id} is lost")
            await self._at(source, lambda: self._hand_over(record, replica, source, target))

    async def _hand_over(self, record: Record, replica: int, source: str, target: str) -> None:
        object_id, kernel = record.view.object_id, self.cluster.kernels[source]
        hosted = kernel.hosted(object_id, replica)
        await hosted.chain.freeze()
        view = self._with_place(record, replica, target)
        try:
            state = await hosted.guest.state()
            saved = decode(encode(await hosted.chain.save(Purpose.MOVE)))
            receiver = self.cluster.kernels[target]
            place = lambda: receiver.place(object_id, replica, view, state, Arrival.MOVED, saved)  # noqa: E731
            await self.cluster.network.request(source, receiver, _without_result(place))
        except BaseException:
            self.cluster.kernels[target].objects.pop((object_id, replica), None)
            hosted.chain.thaw()
            raise
        await self._commit(object_id, view)
        kernel.objects.pop((object_id, replica), None)
        await hosted.chain.close()

    async def declare_dead(self, name: str) -> None:
        """A kernel is dead: every object it had is brought back by its managers, or lost."""
        if not self.alive:
            self._dead.append(name)
            return
        for object_id, record in list(self.records.items()):
            for replica in [found for found in record.view.replicas if found.node == name]:
                await self._see_to(object_id, replica)

    async def _see_to(self, object_id: str, replica: Replica) -> None:
        record = self.records[object_id]
        coordinators = self.coordinators.get(object_id)
        for _ in range(100):
            try:
                record.lost = coordinators is None or not await coordinators.failure(replica)
            except AminoError:
                record.lost = True
                await self.clock.sleep(_PATIENCE)
            else:
                return

    async def pin(self, object_id: str, node: str, replica: int) -> None:
        """See CoordinatorHost."""
        if node not in self.cluster.kernels:
            raise KernelNotFound(f"no kernel {node}")
        await self.move(object_id, replica, node)

    async def pin_region(self, object_id: str, region: str, replica: int) -> None:
        """See CoordinatorHost."""
        await self.move(object_id, replica, self._pick(self.records[object_id], region=region))

    async def replicate(self, object_id: str, snapshot: Snapshot | None, role: str) -> Replica:
        """See CoordinatorHost."""
        record = self.records[object_id]
        used = {replica.node for replica in record.view.replicas}
        number = max(replica.number for replica in record.view.replicas) + 1
        replica = Replica(number, self._pick(record, avoid=used), role)
        return await self._make(object_id, replica, snapshot, Arrival.CREATED)

    async def destroy_replica(self, object_id: str, number: int) -> None:
        """See CoordinatorHost."""
        record = self.records[object_id]
        replica = self._replica(record, number)
        rest = tuple(found for found in record.view.replicas if found.number != number)
        await self._commit(object_id, replace(record.view, replicas=rest, epoch=record.view.epoch + 1))
        hosted = self.cluster.kernels[replica.node].objects.pop((object_id, number), None)
        if hosted is not None:
            await hosted.chain.close()

    async def recover(self, object_id: str, number: int, snapshot: Snapshot | None) -> Replica:
        """See CoordinatorHost."""
        record = self.records[object_id]
        dead = self._replica(record, number)
        replica = Replica(number, self._pick(record, avoid={other.node for other in record.view.replicas}), dead.role)
        return await self._make(object_id, replica, snapshot, Arrival.RECOVERED)

    async def _make(self, object_id: str, replica: Replica, snapshot: Snapshot | None, arrival: Arrival) -> Replica:
        record = self.records[object_id]
        others = tuple(found for found in record.view.replicas if found.number != replica.number)
        view = replace(record.view, replicas=tuple(sorted((*others, replica), key=_number)), epoch=record.view.epoch + 1)
        kernel = self.cluster.kernels[replica.node]
        state, saved = (snapshot.state, snapshot.parts) if snapshot is not None else (None, None)
        await self._at(replica.node, lambda: kernel.place(object_id, replica.number, view, state, arrival, saved))
        await self._commit(object_id, view)
        return replica

    async def _commit(self, object_id: str, view: ObjectView) -> None:
        record = self.records[object_id]
        record.view, record.lost = view, False
        for kernel in self.cluster.kernels.values():
            kernel.activate(object_id, view)
        if object_id in self.coordinators:
            await self.coordinators[object_id].update(view)
        for kernel in self.cluster.kernels.values():
            for (name, _), hosted in list(kernel.objects.items()):
                if name == object_id:
                    await hosted.chain.update(view)

    async def _open_coordinators(self, object_id: str, arrival: Arrival) -> None:
        record = self.records[object_id]
        runtime = CoordinatorRuntime(record.chain, record.view, ObjectHost(self, object_id))
        self.coordinators[object_id] = runtime
        await runtime.open(arrival)

    async def _at(self, kernel: str, run: Callable[[], Awaitable[Any]]) -> None:
        await self.cluster.network.request("oms", self.cluster.kernels[kernel], _without_result(run))

    def _with_place(self, record: Record, number: int, node: str) -> ObjectView:
        replicas = tuple(replace(found, node=node) if found.number == number else found for found in record.view.replicas)
        return replace(record.view, replicas=replicas, epoch=record.view.epoch + 1)

    def _replica(self, record: Record, number: int) -> Replica:
        return next(found for found in record.view.replicas if found.number == number)

    def _admit(self, record: Record, target: str) -> None:
        reason = record.chain.refuses(self.cluster.kernels[target].node, record.origin)
        if reason:
            raise ChainInvalid(reason)

    def _pick(self, record: Record, *, region: str = "", avoid: set[str] | None = None) -> str:
        fitting = [
            kernel
            for kernel in self.cluster.kernels.values()
            if kernel.alive and (not region or kernel.node.region == region) and record.chain.refuses(kernel.node, record.origin) is None
        ]
        fitting.sort(key=lambda kernel: (kernel.name in (avoid or ()), len(kernel.objects), kernel.name))
        if not fitting:
            raise NoKernelMatches(f"no living kernel may have {record.view.object_id}")
        return fitting[0].name


class ObjectHost(SimulatedHost):
    """What the OMS offers to the coordinators of one object."""

    def __init__(self, oms: SimulatedOms, object_id: str) -> None:
        super().__init__(oms.cluster, oms.node, oms.clock, "oms")
        self._oms = oms
        self._object_id = object_id

    async def pin(self, node: str, replica: int) -> None:
        """Moves a replica."""
        await self._oms.pin(self._object_id, node, replica)

    async def pin_region(self, region: str, replica: int) -> None:
        """Moves a replica to a region."""
        await self._oms.pin_region(self._object_id, region, replica)

    async def replicate(self, snapshot: Snapshot | None, role: str) -> Replica:
        """One more."""
        return await self._oms.replicate(self._object_id, snapshot, role)

    async def destroy_replica(self, number: int) -> None:
        """One less."""
        await self._oms.destroy_replica(self._object_id, number)

    async def recover(self, number: int, snapshot: Snapshot | None) -> Replica:
        """One made anew."""
        return await self._oms.recover(self._object_id, number, snapshot)


def _number(replica: Replica) -> int:
    return replica.number


def _without_result(run: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[None]]:
    async def running() -> None:
        await run()

    return running
