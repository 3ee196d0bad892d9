"""A simulated client: a process that runs the proxies of the objects that it calls, with the parts that a kernel uses for that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any, Generic, Protocol, TypeVar

from amino_dms.api import NOT_ANSWERED, Node
from amino_dms.runtime import ProxyChain
from amino_dms.runtime.hosts import PartAddress
from amino_kernel.boot.version import VERSION
from amino_kernel.calls.router import Router
from amino_kernel.halves.call import Call
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_kernel.links.record_cache import RecordCache
from amino_kernel.managers import ManagedChains
from amino_kernel.managers.part_calls import PartCalls
from amino_kernel.managers.surroundings import Surroundings as ChainSurroundings
from amino_wire.errors import AminoError, OmsUnavailable
from amino_wire.frames import CallOptions
from amino_wire.pb import common_pb2
from amino_wire.values import DEFAULT, EncodedValue, decode

from amino_testkit.cluster.kernel import OMS
from amino_testkit.cluster.surroundings import Surroundings
from amino_testkit.world.clock import MachineClock, ProcessClock
from amino_testkit.world.process import Process

T = TypeVar("T")
BUDGET = 60.0
"""Seconds that a call may take, where its caller says nothing else."""
AGAIN = 0.1
"""Seconds until a stub is asked for again."""
FOLLOW_SECONDS = 1.0
"""How often a client looks whether an object has another chain, as the SDK does."""


class _ClientPartCalls(PartCalls):
    """A client's proxies ask as those in a process of its own do, for whom nobody vouches."""

    async def call(
        self,
        address: PartAddress,
        method: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        budget: float | None,
        *,
        by_client: bool = True,
    ) -> Any:
        return await super().call(address, method, args, kwargs, budget, by_client=by_client)


class SimulatedClient:
    """Calls objects through their proxies.

    Arguments:
        around: the cluster that it is in.
        name: its own.
        node: the kernel that it is near.
        clock: of its machine.
        random: its chance.
    """

    def __init__(self, around: Surroundings, name: str, node: Node, clock: MachineClock, random: Random) -> None:
        self.name = name
        self.process = Process(around.scheduler, name, clock, random)
        self.answered_here = 0
        self._around = around
        self._node = node
        self._calls = 0
        self._ready = False
        self._following = False

    def stub(self, name_or_id: str) -> Stub[SimulatedClient]:
        """A stub of an object."""
        return Stub(self, name_or_id)

    async def call(self, name_or_id: str, method: str, args: tuple[Any, ...], options: CallOptions, budget: float) -> Any:
        """A call by the application, through the object's proxies, or answered at once where they can."""
        return await self.process.ask(lambda: self._call(name_or_id, method, args, options, budget))

    async def command(self, name_or_id: str, name: str, args: tuple[Any, ...], manager: str) -> Any:
        """A command of a deployment manager."""

        async def run() -> Any:
            return await self._chains.command(await self._record(name_or_id), name, args, {}, manager)

        return await self.process.ask(self._within(run))

    async def chain(self, name_or_id: str) -> ProxyChain:
        """The proxies of an object here. The test that looks at them must call nothing that waits: they belong to this client's process."""

        async def chain() -> ProxyChain:
            return await self._chains.proxy_chain(await self._record(name_or_id))

        return await self.process.ask(self._within(chain))

    async def low_memory(self, free_bytes: int) -> None:
        """The client's machine has little memory left."""
        await self.process.ask(self._within(lambda: self._chains.low_memory(free_bytes)))

    async def close(self) -> None:
        """Ends the proxies."""
        await self.process.ask(self._within(lambda: self._chains.end()))

    async def refresh(self, name_or_id: str) -> None:
        """Learns where an object is now."""

        async def refresh() -> None:
            record = await self._records.refresh((await self._record(name_or_id)).id)
            if record.spec.deployment_managers:
                await self._chains.proxy_chain(record)

        await self.process.ask(self._within(refresh))

    async def _call(self, name_or_id: str, method: str, args: tuple[Any, ...], options: CallOptions, budget: float) -> Any:
        self._begin()
        record = await self._record(name_or_id)
        if record.spec.deployment_managers and not options.transaction_id:
            found = await self._answered(await self._chains.proxy_chain(record), method, args)
            if found is not NOT_ANSWERED:
                return found
        deadline = asyncio.get_running_loop().time() + budget
        call = Call(record.id, method, EncodedValue(DEFAULT.encode_array(args)), deadline, options)
        return decode((await self._router.route(call)).data)

    async def _answered(self, chain: ProxyChain, method: str, args: tuple[Any, ...]) -> Any:
        found = NOT_ANSWERED if chain.answer_now is None else chain.answer_now(method, args, {})
        self.answered_here += found is not NOT_ANSWERED
        return found

    def next_request(self) -> str:
        """The id of a new request."""
        self._calls += 1
        return f"{self.name}/{self._calls}"

    def _within(self, work: Callable[[], Coroutine[Any, Any, T]]) -> Callable[[], Coroutine[Any, Any, T]]:
        async def begun() -> T:
            self._begin()
            return await work()

        return begun

    async def _record(self, name_or_id: str) -> common_pb2.ObjectRecord:
        """The record of an object. A program gets its stub once, and tries again where the OMS does not answer."""
        known = self._ids.get(name_or_id)
        if known is not None:
            return await self._records.get(known)
        ends = asyncio.get_running_loop().time() + BUDGET
        while True:
            try:
                record = await self._records.get(name_or_id)
            except OmsUnavailable:
                if asyncio.get_running_loop().time() > ends:
                    raise
                await asyncio.sleep(AGAIN)
            else:
                self._ids[name_or_id] = record.id
                return record

    def _begin(self) -> None:
        """Makes the parts, when they are first needed, in the client's own process."""
        if self._ready:
            return
        self._ready = True
        around, process = self._around, self.process
        dial, clock = around.dial(process), ProcessClock(process.clock)
        oms = OmsClient(OMS, channel=dial.channel(OMS), secret=around.secret)
        peers = Peers(self.name, self.name, VERSION, dial, around.secret)
        table = InstanceTable()
        self._ids: dict[str, str] = {}
        self._records = RecordCache(oms.get, clock.now, oms.wake)
        self._chains = ManagedChains(around.registry)
        self._router = Router(table, self._records, peers, self._chains, self.name, clock)
        self._chains.use(
            ChainSurroundings(
                oms=oms,
                parts=_ClientPartCalls(oms, peers, self._records, self.name, clock),
                table=table,
                node=self._node,
                clock=clock,
                random=process.random,
                deliver=self._router.deliver,
                route=self._router.route,
                once=self._router.route,
                held=lambda: True,
                outage=str,
                begun=partial(asyncio.sleep, 0),
                may_not_save=lambda _: None,
            )
        )

    def follow(self) -> None:
        """From now on looks now and then whether the objects that are used here have other managers."""
        if not self._following:
            self._following = True
            self.process.spawn(self._within(self._follow))

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            for object_id in dict.fromkeys(self._ids.values()):
                try:
                    record = await self._records.refresh(object_id)
                    if record.spec.deployment_managers:
                        await self._chains.proxy_chain(record)
                except AminoError:
                    continue


class Calls(Protocol):
    """What a stub needs of its client."""

    @property
    def name(self) -> str: ...

    def next_request(self) -> str: ...

    async def call(self, name_or_id: str, method: str, args: tuple[Any, ...], options: CallOptions, budget: float) -> Any: ...

    async def command(self, name_or_id: str, name: str, args: tuple[Any, ...], manager: str) -> Any: ...


C = TypeVar("C", bound=Calls)


class Stub(Generic[C]):
    """An object as its callers see it."""

    def __init__(self, client: C, name: str, transaction: str = "") -> None:
        self.client = client
        self.name = name
        self._transaction = transaction

    async def call(self, method: str, *args: Any, request_id: str = "", budget: float = BUDGET) -> Any:
        """Calls a member."""
        client = self.client
        options = CallOptions(request_id=request_id or client.next_request(), client_id=client.name, transaction_id=self._transaction)
        return await client.call(self.name, method, args, options, budget)

    async def command(self, name: str, *args: Any, manager: str = "") -> Any:
        """A command of a deployment manager; of the first one of the chain that has it, unless named."""
        return await self.client.command(self.name, name, args, manager)

    def within(self, transaction: str) -> Stub[C]:
        """The same object, for calls of a transaction."""
        return Stub(self.client, self.name, transaction)
