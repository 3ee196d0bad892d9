"""A simulated client without deployment managers of its own: its home kernel runs the proxies, as for the SDKs of other languages."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

from amino_kernel.boot.version import VERSION
from amino_kernel.links.peers import Peer, Peers
from amino_wire.frames import CallOptions
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import DEFAULT, EncodedValue, decode

from amino_testkit.cluster.client import Stub
from amino_testkit.cluster.surroundings import Surroundings
from amino_testkit.world.clock import MachineClock
from amino_testkit.world.process import Process

SECONDS = 60.0


class HomeClient:
    """Sends all calls to one kernel, over a lane.

    Arguments:
        around: the cluster that it is in.
        name: its own.
        home: its kernel.
        clock: of its machine.
        random: its chance.
    """

    def __init__(self, around: Surroundings, name: str, home: str, clock: MachineClock, random: Random) -> None:
        self.name = name
        self.process = Process(around.scheduler, name, clock, random)
        self._around = around
        self._home = common_pb2.Endpoints(grpc=home)
        self._peers: Peers | None = None
        self._ids: dict[str, str] = {}
        self._calls = 0

    def stub(self, name_or_id: str) -> Stub[HomeClient]:
        """A stub of an object."""
        return Stub(self, name_or_id)

    def next_request(self) -> str:
        """The id of a new request."""
        self._calls += 1
        return f"{self.name}/{self._calls}"

    async def call(self, name_or_id: str, method: str, args: tuple[Any, ...], options: CallOptions, budget: float) -> Any:
        """A call by the application."""

        async def call() -> Any:
            object_id = await self._id_of(name_or_id)
            connection = await self._connected().connection(self._home)
            changed = CallOptions(budget_ms=int(budget * 1000), request_id=options.request_id, transaction_id=options.transaction_id)
            answer: EncodedValue = await connection.call(object_id, method, EncodedValue(DEFAULT.encode_array(args)), changed)
            return decode(answer.data)

        return await self.process.ask(call)

    async def command(self, name_or_id: str, name: str, args: tuple[Any, ...], manager: str) -> Any:
        """A command of a deployment manager, by the home kernel."""

        async def command() -> Any:
            request = client_pb2.CommandRequest(
                target=await self._id_of(name_or_id), command=name, args=DEFAULT.encode_array(args), deployment_manager=manager
            )
            answer: client_pb2.CommandResponse = await self._peer().ask(self._peer().clients.Command, request, SECONDS)
            return decode(answer.value)

        return await self.process.ask(command)

    async def _id_of(self, name_or_id: str) -> str:
        if name_or_id not in self._ids:
            answer: client_pb2.GetResponse = await self._peer().ask(
                self._peer().clients.Get, client_pb2.GetRequest(name_or_id=name_or_id), SECONDS
            )
            self._ids[name_or_id] = answer.object.id
        return self._ids[name_or_id]

    def _peer(self) -> Peer:
        return self._connected().at(self._home)

    def _connected(self) -> Peers:
        if self._peers is None:
            assert asyncio.get_running_loop() is self.process.loop, "connections belong to the client's process"
            self._peers = Peers(self.name, self.name, VERSION, self._around.dial(self.process))
        return self._peers
