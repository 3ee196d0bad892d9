"""A simulated program that uses the Python SDK, as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any, TypeVar

import amino
from amino.connections import ProxyPlace
from amino.outside import LinkEnd, Outside
from amino_wire.connection import FrameConnection
from amino_wire.errors import DeadlineExceeded, Unavailable
from amino_wire.frames import CallOptions
from amino_wire.pb import common_pb2

from amino_testkit.cluster.client import AGAIN, BUDGET, Stub
from amino_testkit.cluster.surroundings import Surroundings
from amino_testkit.network.dial import SimulatedDial
from amino_testkit.world.clock import MachineClock, ProcessClock
from amino_testkit.world.process import Process

T = TypeVar("T")


class SdkDial:
    """See `amino.outside.Dial`."""

    def __init__(self, dial: SimulatedDial, host: str) -> None:
        self._dial = dial
        self.host_id = host
        self.channel = dial.channel

    def lanes(self, address: str, endpoints: common_pb2.Endpoints) -> list[str]:
        """See Dial."""
        return [endpoints.lane_tcp]

    async def lane(self, address: str, end: LinkEnd, *, token: str, peer: str) -> FrameConnection:
        """See Dial."""
        return await self._dial.client_lane(
            address,
            client_id=end.client_id,
            token=token or None,
            peer=peer,
            codec=end.codec,
            budget_ms=end.budget_ms,
            on_lost=end.on_lost,
            on_failed=end.on_failed,
            title=end.title,
        )

    async def session(self, channel: Any, end: LinkEnd, *, peer: str) -> FrameConnection:
        """See Dial."""
        return await self.lane(self._dial.session_of(channel), end, token="", peer=peer)


class _Unwarned(amino.Client):
    """A simulated program ends as a killed one does: nobody is left to be warned that it closes nothing."""

    def __del__(self) -> None:
        return


class SdkClient:
    """A program with one `amino.Client`, which is opened at the first call.

    Arguments:
        around: the cluster that it is in.
        name: its own.
        homes: kernels that may be its home kernel, tried in order.
        proxies: where the callers' parts of deployment managers run.
        clock: of its machine.
        random: its chance.
    """

    def __init__(
        self, around: Surroundings, name: str, homes: tuple[str, ...], proxies: ProxyPlace, clock: MachineClock, random: Random
    ) -> None:
        self.name = name
        self.process = Process(around.scheduler, name, clock, random)
        self._around = around
        self._homes = homes
        self._proxies: ProxyPlace = proxies
        self._opening: asyncio.Future[amino.Client] | None = None
        self._stubs: dict[str, amino.Stub] = {}
        self._requests = 0
        self.plain = False
        """Whether its calls have no options of their own, not even a deadline."""

    def stub(self, name_or_id: str) -> Stub[SdkClient]:
        """A stub of an object."""
        return Stub(self, name_or_id)

    def next_request(self) -> str:
        """The id of a new request. Where proxies run here they make up their own, and may answer calls at once that have none."""
        if self._proxies == "here":
            return ""
        self._requests += 1
        return f"{self.name}/{self._requests}"

    async def call(self, name_or_id: str, method: str, args: tuple[Any, ...], options: CallOptions, budget: float) -> Any:
        """A call by the application."""

        async def call() -> Any:
            if self.plain and not (options.request_id or options.transaction_id):
                return await self._plainly(name_or_id, method, args, budget)
            stub = (await self._stub(name_or_id)).with_options(
                deadline=budget, request_id=options.request_id or None, transaction=options.transaction_id or None
            )
            return await stub[method](*args)

        return await self.process.ask(call)

    async def _plainly(self, name_or_id: str, method: str, args: tuple[Any, ...], budget: float) -> Any:
        """A call without any option, which leaves at once where its proxies hand it on."""
        stub = await self._stub(name_or_id)
        try:
            async with asyncio.timeout(budget):
                return await stub[method](*args)
        except TimeoutError:
            raise DeadlineExceeded(f"{method} was not answered within {budget:g} s; it may have run") from None

    async def get_or_create(self, kind: str, key: str) -> Stub[SdkClient]:
        """The object of a kind and a key. A program tries again where nobody answers."""

        async def ask() -> str:
            client = await self._client()
            made = await _patiently(lambda: client.get_or_create(kind, key))
            return amino.reference_of(made).id

        return self.stub(await self.process.ask(ask))

    async def run(self, work: Callable[[amino.Client], Coroutine[Any, Any, T]]) -> T:
        """Runs a piece of the program with its client."""

        async def begun() -> T:
            return await work(await self._client())

        return await self.process.ask(begun)

    async def command(self, name_or_id: str, name: str, args: tuple[Any, ...], manager: str) -> Any:
        """A command of a deployment manager."""

        async def command() -> Any:
            commands = (await self._stub(name_or_id)).dm
            return await getattr(commands[manager] if manager else commands, name)(*args)

        return await self.process.ask(command)

    async def _stub(self, name_or_id: str) -> amino.Stub:
        """The stub of an object. A program gets it once, and tries again where nobody answers."""
        if name_or_id not in self._stubs:
            client = await self._client()
            self._stubs[name_or_id] = await _patiently(lambda: client.get(name_or_id))
        return self._stubs[name_or_id]

    async def _client(self) -> amino.Client:
        if self._opening is None:
            self._opening = asyncio.ensure_future(_patiently(self._made().open))
        return await asyncio.shield(self._opening)

    def _made(self) -> amino.Client:
        around, process = self._around, self.process
        outside = Outside(
            dial=SdkDial(around.dial(process), self.name),
            clock=ProcessClock(process.clock),
            random=lambda: Random(process.random.getrandbits(64)),
            managers=around.registry,
            new_id=lambda: f"{process.random.getrandbits(128):032x}",
        )
        return _Unwarned(self._homes, client_id=self.name, proxies=self._proxies, outside=outside)


async def _patiently(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    loop = asyncio.get_running_loop()
    ends = loop.time() + BUDGET
    while True:
        try:
            return await work()
        except Unavailable:
            if loop.time() > ends:
                raise
        await asyncio.sleep(AGAIN)
