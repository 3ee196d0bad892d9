"""Clients of the OMS that remember what they were promised, for tests that kill it."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import grpc
from amino_wire.errors import DeadlineExceeded, NotFound, TransactionConflict, Unavailable, from_rpc_error
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

DEADLINE = 60.0
KERNELS = ("k1", "k2")


@dataclass(slots=True)
class Acknowledged:
    """What the OMS has said yes to."""

    objects: dict[str, str] = field(default_factory=dict[str, str])  # id → name
    deleted: set[str] = field(default_factory=set[str])
    epochs: dict[str, int] = field(default_factory=dict[str, int])
    durable: dict[str, tuple[int, bytes]] = field(default_factory=dict[str, "tuple[int, bytes]"])
    count: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self) -> None:
        """One more."""
        self.count += 1
        self.changed.set()

    async def wait_for(self, count: int) -> None:
        """Returns when so many have been acknowledged in all."""
        async with asyncio.timeout(DEADLINE):
            while self.count < count:
                self.changed.clear()
                await self.changed.wait()


class PersistentClient:
    """A client that asks again, with the same request id, until it knows the outcome."""

    def __init__(self, stub: Any, number: int, seed: int, known: Acknowledged) -> None:
        self.stub, self.number, self.known = stub, number, known
        self.random = random.Random(f"{seed}/{number}")
        self.step = 0
        self.mine: list[str] = []
        self.busy: set[str] = set()

    async def run(self, artifact: common_pb2.Artifact) -> None:
        """Makes requests until cancelled."""
        while True:
            self.step += 1
            action = self.random.choice([self.register, self.register, self.create, self.create_many, self.delete, self.move, self.put])
            await action(artifact)
            self.known.note()

    async def register(self, artifact: common_pb2.Artifact) -> None:
        name = f"c{self.number}-{self.step}"
        request = client_pb2.RegisterRequest(name=name, artifact=artifact, request_id=name, labels={"client": str(self.number)})
        self._keep((await self._ask(self.stub.Register, request)).object)

    async def create(self, artifact: common_pb2.Artifact) -> None:
        if self.mine:
            request = client_pb2.CreateRequest(class_name=self.random.choice(self.mine), request_id=f"c{self.number}-{self.step}")
            self._keep((await self._ask(self.stub.Create, request)).object)

    async def create_many(self, artifact: common_pb2.Artifact) -> None:
        if self.mine:
            count = self.random.randrange(1, 8)
            instances = [client_pb2.Instance(name=f"c{self.number}-{self.step}-{number}") for number in range(count)]
            request = client_pb2.CreateManyRequest(
                class_name=self.random.choice(self.mine), instances=instances, request_id=f"c{self.number}-{self.step}"
            )
            made = (await self._ask(self.stub.CreateMany, request)).objects
            assert [record.name for record in made] == [instance.name for instance in instances]
            for record in made:
                self._keep(record)

    async def delete(self, artifact: common_pb2.Artifact) -> None:
        if self.mine:
            victim = self.mine.pop(self.random.randrange(len(self.mine)))
            del self.known.objects[victim]  # between sending and the answer, either is right
            with suppress(NotFound):  # a first attempt may have succeeded unheard
                await self._ask(self.stub.Delete, client_pb2.DeleteRequest(name_or_id=victim))
            self.known.deleted.add(victim)

    async def move(self, artifact: common_pb2.Artifact) -> None:
        if self.mine:
            mine = self.random.choice(self.mine)
            request = client_pb2.MoveRequest(name_or_id=mine, kernel_id=self.random.choice(KERNELS))
            # A kernel may be dead, or the object lost with one, or moved to where it was by an attempt that nobody heard of.
            with suppress(grpc.aio.AioRpcError):
                moved = (await self.stub.Move(request, timeout=5)).object
                self.known.epochs[mine] = max(self.known.epochs.get(mine, 0), moved.status.epoch)

    async def put(self, artifact: common_pb2.Artifact) -> None:
        key, value = f"client/{self.number}", str(self.step).encode()
        answer = await self._ask(self.stub.DurablePut, oms_pb2.DurablePutRequest(key=key, value=value, expected_version=-1))
        self.known.durable[key] = (answer.version, value)

    def _keep(self, record: common_pb2.ObjectRecord) -> None:
        self.mine.append(record.id)
        self.known.objects[record.id] = record.name
        self.known.epochs[record.id] = record.status.epoch

    async def _ask(self, method: Any, request: Any) -> Any:
        while True:
            try:
                return await method(request, wait_for_ready=True, timeout=20)
            except grpc.aio.AioRpcError as error:
                known = from_rpc_error(error)
                if not isinstance(known, Unavailable | DeadlineExceeded | TransactionConflict):
                    raise known from error
