"""What the coordinators of one object may ask of the service (Sapphire Table 3)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from amino_dms.api import NOWHERE, Arrival, Clock, Node, Replica, Snapshot, Stored
from amino_dms.chain import COORDINATOR
from amino_dms.runtime import PartAddress
from amino_dms.runtime.records import replica_of
from amino_wire.errors import AminoError, EpochStale, KernelUnavailable, ObjectNotFound, Outcome
from amino_wire.follow import follow
from amino_wire.instances import path_in
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.records import title_of
from amino_wire.route import Route
from amino_wire.values import DEFAULT, decode, encode

from amino_oms import clock as service_clock
from amino_oms.coordination.chain_library import node_of
from amino_oms.coordination.coordination import Replicas, ShardOrders
from amino_oms.membership.kernel_calls import KernelCalls
from amino_oms.membership.kernel_directory import KernelDirectory
from amino_oms.registry.object_registry import ObjectRegistry

_log = logging.getLogger(__name__)

DEFAULT_BUDGET = 30.0
"""Seconds that a call to another part may take unless its caller says otherwise."""

_LEAST_SECONDS = 0.05
_ARRIVAL_KEY = "@arrival"  # in what the instance managers are given: how the object comes to its kernel
_ANY_VERSION = -1

CallCoordinator = Callable[[oms_pb2.CallPartRequest], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all object hosts share."""

    registry: ObjectRegistry
    directory: KernelDirectory
    kernels: KernelCalls
    replicas: Replicas
    shards: ShardOrders
    clock: service_clock.Clock
    call: CallCoordinator
    random: Random


class CoordinatorClock:
    """The service's clock as parts see it."""

    def __init__(self, clock: service_clock.Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """Seconds of the service's monotonic clock."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Returns after so many of them."""
        await self._clock.sleep(seconds)


class ObjectHost:
    """See `amino_dms.runtime.CoordinatorHost`.

    Arguments:
        read: the object's record, where it was read just now: the first call need not read it again.
    """

    def __init__(self, object_id: str, around: Surroundings, read: common_pb2.ObjectRecord | None = None) -> None:
        self._object_id, self._around, self._read = object_id, around, read
        self._clock = CoordinatorClock(around.clock)
        self._random = Random(around.random.getrandbits(64))

    @property
    def clock(self) -> Clock:
        """See PartHost."""
        return self._clock

    @property
    def random(self) -> Random:
        """See PartHost."""
        return self._random

    @property
    def node(self) -> Node:
        """The service is no place where objects can be; its node has no labels."""
        return Node("oms")

    async def nodes(self) -> tuple[Node, ...]:
        """See PartHost."""
        return tuple(map(node_of, self._around.directory.all(include_dead=False)))

    async def durable_get(self, key: str) -> Stored:
        """See PartHost."""
        found = await self._around.registry.values.get(oms_pb2.DurableGetRequest(key=key))
        return Stored(decode(found.value) if found.version else None, found.version)

    async def durable_put(self, key: str, value: Any, expected: int | None) -> int:
        """See PartHost."""
        version = _ANY_VERSION if expected is None else expected
        request = oms_pb2.DurablePutRequest(key=key, value=encode(value), expected_version=version)
        answer = await self._around.registry.values.put(request)
        if not answer.stored:
            raise EpochStale(f"the durable value {key} has version {answer.version}, not {expected}: somebody else wrote it; read it again")
        return answer.version

    async def call_part(
        self, address: PartAddress, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], budget: float | None
    ) -> Any:
        """See PartHost; a part that has moved is followed until the budget is used up."""
        request = oms_pb2.CallPartRequest(
            object_id=address.object_id,
            chain_index=address.index,
            part=address.part,
            path=path_in("", address.replica),
            method=method,
            args=DEFAULT.encode_array(args),
            kwargs=encode(dict(kwargs)),
            caller="oms",
            budget_ms=int((budget or DEFAULT_BUDGET) * 1000),
        )
        if address.part == COORDINATOR:
            return decode(await self._around.call(request))
        return decode(await self._call_instance_manager(request))

    async def pin(self, node: str, replica: int) -> None:
        """See CoordinatorHost."""
        await self._around.replicas.move(self._object_id, path_in("", replica), node)

    async def pin_region(self, region: str, replica: int) -> None:
        """See CoordinatorHost."""
        await self._around.replicas.move_to_region(self._object_id, path_in("", replica), region)

    async def sites(self) -> tuple[Node, ...]:
        """See CoordinatorHost."""
        return tuple(map(node_of, await self._around.replicas.sites(self._object_id)))

    async def replicate(self, snapshot: Snapshot | None, role: str, nodes: Collection[str] | None) -> Replica:
        """See CoordinatorHost."""
        state, manager_state = _packed(snapshot, Arrival.CREATED)
        return replica_of(await self._around.replicas.add(self._object_id, role, state, manager_state, nodes))

    async def destroy_replica(self, number: int) -> None:
        """See CoordinatorHost."""
        await self._around.replicas.remove(self._object_id, path_in("", number))

    async def recover(self, number: int, snapshot: Snapshot | None, nodes: Collection[str] | None) -> Replica:
        """See CoordinatorHost."""
        state, manager_state = _packed(snapshot, Arrival.RECOVERED)
        made = replica_of(await self._around.replicas.recover(self._object_id, path_in("", number), state, manager_state, nodes))
        if snapshot is None:
            _log.warning(
                "replica %d of object %s was made anew by its constructor on %s: no state of it was saved, what it held is gone",
                *(number, self._object_id, made.node),
            )
        else:
            _log.info("replica %d of object %s came back with its saved state on %s", number, self._object_id, made.node)
        return made

    async def make_shards(self, numbers: Sequence[int], version: int) -> list[str]:
        """See CoordinatorHost."""
        return await self._around.shards.make(self._object_id, numbers, version)

    async def end_shard(self, number: int) -> None:
        """See CoordinatorHost."""
        await self._around.shards.end(self._object_id, number)

    async def hinders_split(self) -> str | None:
        """See CoordinatorHost."""
        return await self._around.shards.hinders_split(self._object_id)

    async def _call_instance_manager(self, request: oms_pb2.CallPartRequest) -> bytes:
        end = self._clock.now() + request.budget_ms / 1000
        tried = await self._place(request) if self._read is None else self._place_in(self._read, request)

        async def look() -> bool:
            return _named(await self._place(request)) != _named(tried)

        async def send() -> bytes:
            nonlocal tried
            tried = await self._place(request)
            return await self._send(request, tried, end)

        try:
            return await self._send(request, tried, end)
        except AminoError as error:
            name = f"{request.method} of a part of object {await self._title(request.object_id)}"
            return await follow(Route(end), error, name=name, clock=self._clock, look=look, send=send)

    async def _title(self, object_id: str) -> str:
        stored = await self._around.registry.by_id(object_id)
        return object_id if stored is None else title_of(stored.record)

    async def _send(self, request: oms_pb2.CallPartRequest, place: tuple[common_pb2.KernelRecord, int], end: float) -> bytes:
        kernel, request.epoch = place
        left = max(_LEAST_SECONDS, end - self._clock.now())
        request.budget_ms = int(left * 1000)
        return (await self._around.kernels.call_part(kernel, request, left)).value

    async def _place(self, request: oms_pb2.CallPartRequest) -> tuple[common_pb2.KernelRecord, int]:
        stored = await self._around.registry.by_id(request.object_id)
        if stored is None:
            raise ObjectNotFound(f"the object {request.object_id} was deleted")
        return self._place_in(stored.record, request)

    def _place_in(self, record: common_pb2.ObjectRecord, request: oms_pb2.CallPartRequest) -> tuple[common_pb2.KernelRecord, int]:
        for replica in record.status.replicas:
            if replica.path == request.path and self._around.directory.lives(replica):
                return self._around.directory.get(replica.kernel_id), record.status.epoch
        raise KernelUnavailable(
            f"replica {request.path} of object {title_of(record)} is nowhere at the moment; try again",
            outcome=Outcome.NOT_RUN,
            details={NOWHERE: True},
        )


def _named(place: tuple[common_pb2.KernelRecord, int]) -> tuple[str, int]:
    kernel, epoch = place
    return kernel.id, epoch


def _packed(snapshot: Snapshot | None, arrival: Arrival) -> tuple[bytes, bytes]:
    if snapshot is None:
        return b"", encode({_ARRIVAL_KEY: arrival.value})
    return encode(snapshot.state.value), encode({**snapshot.parts, _ARRIVAL_KEY: arrival.value})
