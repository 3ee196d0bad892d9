"""The others that replicate: PySyncObj's counter in three processes, and puts of etcd through its own gRPC API."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import grpc
import grpc.aio
from amino.testing import free_port
from amino_store.etcd.pb import etcd_pb2

from benchmarks.processes import Child

MEMBERS = 3


class SyncObjGroup:
    """`with SyncObjGroup() as group:` — three processes of PySyncObj; calls are made in the one that leads, as its users do."""

    def __init__(self) -> None:
        self._members: list[Child] = []

    def __enter__(self) -> Self:
        addresses = [f"127.0.0.1:{free_port()}" for _ in range(MEMBERS)]
        for own in addresses:
            others = [each for each in addresses if each != own]
            self._members.append(Child([sys.executable, "-m", "benchmarks.peers.pysyncobj_peer", own, *others]))
        for member in self._members:
            member.wait_for("READY")
        self._leader = next(member for member in self._members if member.ask(json.dumps(["leads"]))["answer"])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for member in self._members:
            member.stop()

    def rate(self, calls: int, seconds: float) -> dict[str, float]:
        """Calls a second with so many under way, and the leader's processor time for each in seconds."""
        found: dict[str, float] = self._leader.ask(json.dumps(["rate", calls, seconds]))["answer"]
        return found


class EtcdPuts:
    """Puts of one key through the gRPC API of a member that leads. Belongs to the loop it was made on."""

    def __init__(self, address: str) -> None:
        self._channel: Any = grpc.aio.insecure_channel(address)
        self._put: Callable[[Any], Awaitable[Any]] = self._channel.unary_unary(
            "/etcdserverpb.KV/Put",
            request_serializer=etcd_pb2.PutRequest.SerializeToString,
            response_deserializer=etcd_pb2.PutResponse.FromString,
        )

    async def rate(self, calls: int, seconds: float) -> dict[str, float]:
        """As `SyncObjGroup.rate`, with the client's processor time."""
        request = etcd_pb2.PutRequest(key=b"/benchmark/counter", value=b"1234567890")
        return await rate_of(lambda: self._put(request), calls, seconds)

    async def close(self) -> None:
        """Ends the connection."""
        await self._channel.close(None)


async def rate_of(call: Callable[[], Awaitable[Any]], calls: int, seconds: float) -> dict[str, float]:
    """Calls a second with so many under way, and this process's processor time for each in seconds."""
    begun, busy = time.perf_counter(), time.process_time()
    end = begun + seconds
    made = 0

    async def work() -> None:
        nonlocal made
        while time.perf_counter() < end:
            await call()
            made += 1

    await asyncio.gather(*(work() for _ in range(calls)))
    return {"rate": made / (time.perf_counter() - begun), "cpu": (time.process_time() - busy) / max(made, 1)}
