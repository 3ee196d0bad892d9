"""Resolving names through an OMS that stands by, at a million records beside a thousand, and the memory that an OMS has then."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import amino
import grpc.aio
import psutil
from amino.testing import LocalCluster, LocalProcess
from amino_oms.registry.identity import new_object_id
from amino_oms.registry.object_registry import ObjectRegistry
from amino_store.etcd.store import EtcdStore
from amino_wire.pb import client_pb2, client_pb2_grpc, common_pb2, oms_pb2, oms_pb2_grpc
from amino_wire.proof import OMS, ClusterSecret, ProvingStub
from amino_wire.protocol import VERSION

from benchmarks.amino_host import OBJECTS
from tests.support.etcd import EtcdCluster

BATCH = 500
"""Records of one transaction."""
TURN = 500
"""Names that are resolved in one turn."""
ANY_AGE = client_pb2.AgeLimit(ms=60_000)
FILL_SECONDS = 600.0
PLAYED = "played"


@dataclass(slots=True)
class Filled:
    """A cluster whose records have been made, and a way to its real kernel.

    Attributes:
        ages: milliseconds that the answers said.
    """

    leader: LocalProcess
    standby: LocalProcess
    kernel: Any
    count: int
    standby_read_seconds: float = 0.0
    ages: list[int] = field(default_factory=list[int])

    async def resolve(self, number: int) -> float:
        """Seconds for one name; 0: the leader has answered, since the standby did not in time."""
        request = client_pb2.GetRequest(name_or_id=f"record-{number}", age_limit=ANY_AGE)
        begun = time.perf_counter()
        answer: client_pb2.GetResponse = await self.kernel.Get(request)
        seconds = time.perf_counter() - begun
        if answer.object.name != request.name_or_id:
            raise AssertionError(f"{request.name_or_id} was answered with {answer.object.name}")
        if answer.age.source != f"oms {self.standby.address}":
            return 0.0
        self.ages.append(answer.age.ms)
        return seconds

    async def turn(self, random: Random) -> list[float]:
        """Seconds for each of many names that the standby has answered, one after the other; at least one."""
        while True:
            seconds = [await self.resolve(random.randrange(self.count)) for _ in range(TURN)]
            if by_the_standby := [each for each in seconds if each]:
                return by_the_standby

    def memory(self) -> dict[str, float]:
        """Megabytes of both OMS, now and at most so far."""
        return {f"{name}, {what}": each for name in ("leader", "standby") for what, each in _megabytes(getattr(self, name)).items()}


@asynccontextmanager
async def filled(folder: Path, count: int) -> AsyncGenerator[Filled]:
    """A cluster of one etcd, two OMS and a kernel, with the records of so many objects of a played kernel."""
    etcd = EtcdCluster(folder, 1, ("--max-txn-ops", "10000", "--quota-backend-bytes", str(8 << 30))).start()
    try:
        with LocalCluster() as local:
            leader = local.start_oms(("--store", etcd.url))
            local.wait_until_up()
            standby = local.start_oms(("--store", etcd.url), name="standby")
            kernel = local.start_kernel("kernel")
            await asyncio.to_thread(local.wait_until_up)
            async with amino.connect(kernel.address) as client:
                await client.register(OBJECTS / "counter.js", name="counter")
            channel = grpc.aio.insecure_channel(kernel.address)
            service: Any = client_pb2_grpc.ClientServiceStub(channel)
            template = (await service.Get(client_pb2.GetRequest(name_or_id="counter"))).object
            async with _played(leader.address) as life, channel:
                await _fill(etcd, template, life, count)
                made = Filled(leader, standby, service, count)
                await _copied(made)
                # How long a standby takes that begins with all of it.
                await asyncio.to_thread(standby.kill)
                made.ages.clear()
                begun = time.perf_counter()
                await asyncio.to_thread(standby.start)
                await _copied(made)
                made.standby_read_seconds = time.perf_counter() - begun
                made.ages.clear()
                yield made
    finally:
        etcd.stop()


async def p99_beside(folder: Path, few: int, many: int, rounds: int) -> dict[str, Any]:
    """The p99 of resolving a name with many records beside the same with few, in turns; and the memory of the OMS with many."""
    random = Random(1)
    async with filled(folder / "few", few) as small, filled(folder / "many", many) as large:
        seconds: dict[str, list[float]] = {"few": [], "many": []}
        ratios: list[float] = []
        for number in range(rounds):
            order = (("few", small), ("many", large)) if number % 2 else (("many", large), ("few", small))
            turns = {name: await each.turn(random) for name, each in order}
            for name, turn in turns.items():
                seconds[name] += turn
            ratios.append(_p99(turns["many"]) / _p99(turns["few"]))
        return {
            "ratios": ratios,
            "p99": {name: _p99(each) for name, each in seconds.items()},
            "p50": {name: statistics.median(each) for name, each in seconds.items()},
            "by_the_standby": {"few": len(small.ages), "many": len(large.ages)},
            "asked": rounds * TURN,
            "age_ms": {"p50": statistics.median(large.ages), "worst": max(large.ages)} if large.ages else {},
            "megabytes": large.memory(),
            "standby_read_seconds": large.standby_read_seconds,
            "load": os.getloadavg()[0],
        }


def _p99(samples: list[float]) -> float:
    return statistics.quantiles(samples, n=100)[98]


@asynccontextmanager
async def _played(oms: str) -> AsyncGenerator[common_pb2.Replica]:
    """A kernel that lives and has no objects; a place on it."""
    secret = ClusterSecret()
    async with grpc.aio.insecure_channel(oms) as channel:
        stub: Any = ProvingStub(oms_pb2_grpc.ObjectManagementServiceStub(channel), secret, OMS)
        endpoints = common_pb2.Endpoints(grpc="127.0.0.1:1")
        registration = oms_pb2.RegisterKernelRequest(kernel_id=PLAYED, endpoints=endpoints, wire_version=VERSION)
        joined = await stub.RegisterKernel(registration)
        secret.take(joined.cluster_secret)
        life = int(joined.incarnation)

        async def live() -> None:
            while True:
                await stub.KeepAlive(oms_pb2.KeepAliveRequest(kernel_id=PLAYED, incarnation=life))
                await asyncio.sleep(0.5)

        living = asyncio.create_task(live())
        try:
            yield common_pb2.Replica(path="0", kernel_id=PLAYED, kernel_incarnation=life)
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)


async def _fill(etcd: EtcdCluster, template: common_pb2.ObjectRecord, place: common_pb2.Replica, count: int) -> None:
    """Writes records as the OMS does, many in one transaction."""
    store = await EtcdStore.open(etcd.address("amino"))
    try:
        registry, random, interface = ObjectRegistry(store), Random(count), common_pb2.Interface()
        interface.CopyFrom(template.interface)
        template.ClearField("interface")
        template.status.ClearField("replicas")
        template.status.replicas.append(place)
        for begin in range(0, count, BATCH):
            new: list[common_pb2.ObjectRecord] = []
            for number in range(begin, min(count, begin + BATCH)):
                record = common_pb2.ObjectRecord()
                record.CopyFrom(template)
                record.id, record.name = new_object_id(1_700_000_000_000 + number, random), f"record-{number}"
                new.append(record)
            if not await registry.insert_many(new, interface):
                raise AssertionError("records were refused")
    finally:
        await store.close()


async def _copied(made: Filled) -> None:
    """Returns when the standby has all records."""
    async with asyncio.timeout(FILL_SECONDS):
        while not made.ages or made.ages[-1] > 5_000:
            try:
                await made.resolve(made.count - 1)
            except grpc.aio.AioRpcError:
                pass
            await asyncio.sleep(0.1)


def _megabytes(process: LocalProcess) -> dict[str, float]:
    assert process.process is not None
    first = psutil.Process(process.process.pid)
    trees = [first, *first.children(recursive=True)]
    lines = (line for each in trees for line in Path(f"/proc/{each.pid}/status").read_text().splitlines())
    peak = sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return {"now": sum(each.memory_info().rss for each in trees) / 1e6, "at most": peak * 1024 / 1e6}
