"""The OMS and kernels as real processes, killed with SIGKILL at random moments under load: what was acknowledged is there afterwards."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from amino.testing import free_port
from amino_wire.errors import (
    NameTaken,
    Unavailable,
    from_rpc_error,
)
from amino_wire.pb import client_pb2, common_pb2, oms_pb2, oms_pb2_grpc

from tests.cluster.acknowledged import DEADLINE, KERNELS, Acknowledged, PersistentClient
from tests.cluster.as_kernel import oms_as_kernel
from tests.support.etcd import EtcdCluster, can_run

ROOT = Path(__file__).resolve().parents[2]
PATHS = [str(ROOT / part) for part in ("wire", "store", "dms", "oms", ".")]
OPTIONS = [
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 200),
    ("grpc.use_local_subchannel_pool", 1),
]
SOURCE = b"module.exports = class Counter {}"
ACTIVE, LOST = common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


@dataclass(slots=True)
class Processes:
    """The OMS and the kernels, each a process that can be killed and started again in its place; `etcd` stands for its leader."""

    folder: Path
    ports: dict[str, int] = field(default_factory=dict[str, int])
    etcd: EtcdCluster | None = None
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, "subprocess.Popen[bytes]"])

    @property
    def oms(self) -> str:
        """Where the OMS answers."""
        return f"127.0.0.1:{self.ports['oms']}"

    def start(self, name: str) -> None:
        """Starts one process."""
        if self.etcd is not None and name == "etcd":
            self.etcd.start()
            return
        port = self.ports.setdefault(name, free_port())
        if name == "oms":
            arguments = ["-m", "amino_oms", "--data-dir", str(self.folder / "oms"), "--port", str(port), "--lease", "1", "--margin", "0.5"]
            arguments += ["--store", self.etcd.url] if self.etcd is not None else []
        else:
            arguments = [str(Path(__file__).with_name("kernel_process.py")), name, self.oms, str(port)]
        with (self.folder / f"{name}.log").open("ab") as log:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(PATHS)}
            self.running[name] = subprocess.Popen([sys.executable, *arguments], stdout=log, stderr=log, env=environment)

    def kill(self, name: str) -> None:
        """Ends one process as a power cut would."""
        if self.etcd is not None and name == "etcd":
            self.etcd.leader.kill()
            return
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def history(self, object_ids: list[str]) -> str:
        """What the logs say about some objects, and about processes that began and kernels that registered or died."""
        wanted = ("starts", "registered", "is dead", *object_ids)
        lines = [line for log in sorted(self.folder.glob("*.log")) for line in log.read_text(errors="replace").splitlines()]
        return "\n".join(line for line in lines if any(word in line for word in wanted))

    def ends(self) -> str:
        """How the logs end, and which processes have ended by themselves."""
        gone = [name for name, process in self.running.items() if process.poll() is not None]
        logs = {log.name: log.read_text(errors="replace").splitlines()[-12:] for log in sorted(self.folder.glob("*.log"))}
        return "\n".join([f"ended: {gone}", *(line for name, lines in logs.items() for line in (f"{name}:", *lines))])

    def close(self) -> None:
        """Ends all."""
        for name in list(self.running):
            self.kill(name)
        if self.etcd is not None:
            self.etcd.stop()


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[Processes]:
    made = Processes(tmp_path)
    try:
        for name in ("oms", *KERNELS):
            made.start(name)
        yield made
    finally:
        made.close()


async def until(condition: Any, what: str, reason: Callable[[], str] = str) -> Any:
    """The first true value of an awaited condition, within the deadline; `reason` says more where it does not come about."""
    last: BaseException | None = None
    try:
        async with asyncio.timeout(DEADLINE):
            while True:
                try:
                    if value := await condition():
                        return value
                except grpc.aio.AioRpcError as error:
                    last = error
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"{what} did not come about\n{reason()}") from last


async def kernels_are_back(stub: Any) -> bool:
    """Whether both kernels hold a lease."""
    response = await stub.Kernels(client_pb2.KernelsRequest(), wait_for_ready=True, timeout=10)
    return {kernel.id for kernel in response.kernels} == set(KERNELS)


async def all_records(stub: Any) -> dict[str, common_pb2.ObjectRecord]:
    """Every record there is, by id."""
    found: dict[str, common_pb2.ObjectRecord] = {}
    token = ""
    while True:
        page = await stub.List(client_pb2.ListRequest(page_size=500, page_token=token), wait_for_ready=True, timeout=20)
        found.update({record.id: record for record in page.objects})
        token = page.next_page_token
        if not token:
            return found


async def held(processes: Processes, name: str) -> dict[str, int]:
    """The objects that a kernel has, with their epochs."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{processes.ports[name]}", options=OPTIONS) as channel:
        response = await oms_pb2_grpc.KernelServiceStub(channel).Waits(oms_pb2.WaitsRequest(), wait_for_ready=True, timeout=20)
        return {wait.waiting_chain: wait.call_number for wait in response.waits}


def described(record: common_pb2.ObjectRecord | None) -> str:
    """Where a record says that its object is."""
    if record is None:
        return "no record"
    places = [f"replica {each.path} on {each.kernel_id} in life {each.kernel_incarnation}" for each in record.status.replicas]
    return f"{common_pb2.ObjectState.Name(record.status.state)} in epoch {record.status.epoch}, {', '.join(places)}"


async def check(stub: Any, processes: Processes, known: Acknowledged) -> None:
    """Everything acknowledged is there, and kernels and records agree."""
    records = await all_records(stub)
    for object_id, name in known.objects.items():
        assert object_id in records, f"the object {object_id} ({name}) was acknowledged and is gone"
        assert records[object_id].name == name
        assert records[object_id].status.epoch >= known.epochs[object_id]
        if name:
            found = await stub.Get(client_pb2.GetRequest(name_or_id=name), timeout=10)
            assert found.object.id == object_id
    assert known.deleted.isdisjoint(records)
    for key, (version, value) in known.durable.items():
        stored = await stub.DurableGet(oms_pb2.DurableGetRequest(key=key), timeout=10)
        assert (stored.version, stored.value) == (version, value) or stored.version > version

    doubts: dict[str, str] = {}

    async def agree() -> bool:
        now = await all_records(stub)
        there = {name: await held(processes, name) for name in KERNELS}
        found: dict[str, str] = {}
        expected = {name: set[str]() for name in KERNELS}
        for record in now.values():
            if record.status.state not in (ACTIVE, LOST):
                found[record.id] = f"is still being made: {described(record)}"
            if record.status.state == ACTIVE:
                expected[record.status.replicas[0].kernel_id].add(record.id)
        for name in KERNELS:
            for object_id in there[name].keys() ^ expected[name]:
                what = "lacks" if object_id in expected[name] else "has in vain"
                found[object_id] = f"{name} {what}: {described(now.get(object_id))}"
        doubts.clear()
        doubts.update(found)
        return not doubts

    try:
        await until(agree, "an agreement of kernels and records")
    except AssertionError as error:
        kernels = (await stub.Kernels(client_pb2.KernelsRequest(include_dead=True), timeout=10)).kernels
        lives = ", ".join(f"{each.id} in life {each.incarnation} ({'alive' if each.alive else 'dead'})" for each in kernels)
        history = processes.history(list(doubts)[:5])
        raise AssertionError(f"kernels and records do not agree: {doubts}\nkernels: {lives}\n{history}") from error


@pytest.mark.timeout(300)
@pytest.mark.parametrize("victims", [("oms",), ("oms", "k1", "k2")], ids=["oms", "oms and kernels"])
async def test_nothing_acknowledged_is_lost_by_kill_9(processes: Processes, victims: tuple[str, ...]) -> None:
    await nothing_acknowledged_is_lost(processes, victims)


@pytest.mark.timeout(300)
@pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")
async def test_nothing_acknowledged_is_lost_by_kill_9_of_the_oms_of_kernels_and_of_etcd(tmp_path: Path) -> None:
    made = Processes(tmp_path, etcd=EtcdCluster(tmp_path / "etcd", 3).start())
    try:
        for name in ("oms", *KERNELS):
            made.start(name)
        await nothing_acknowledged_is_lost(made, ("oms", "etcd", "etcd", "k1", "k2"))
    finally:
        made.close()


async def nothing_acknowledged_is_lost(processes: Processes, victims: tuple[str, ...]) -> None:
    """Kills victims at random moments while clients make and remove objects, and checks what is there afterwards."""
    seed = int(os.environ.get("AMINO_TEST_SEED") or random.randrange(10**9))
    print(f"seed {seed} (AMINO_TEST_SEED={seed} repeats it)")
    chance = random.Random(seed)
    known = Acknowledged()
    async with grpc.aio.insecure_channel(processes.oms, options=OPTIONS) as channel:
        stub = oms_pb2_grpc.ObjectManagementServiceStub(channel)
        await until(lambda: kernels_are_back(stub), "the registration of the kernels")
        stub = await oms_as_kernel(channel)
        artifact = common_pb2.Artifact(hash=hashlib.sha256(SOURCE).hexdigest(), language="js", entry="counter.js")
        parts = [client_pb2.PutArtifactRequest(artifact=artifact), client_pb2.PutArtifactRequest(chunk=SOURCE)]
        await stub.PutArtifact(iter(parts))
        clients = [asyncio.create_task(PersistentClient(stub, number, seed, known).run(artifact)) for number in range(12)]
        for _ in range(6):
            await known.wait_for(known.count + chance.randrange(1, 150))
            for _ in range(chance.randrange(20)):
                await asyncio.sleep(0)
            victim = chance.choice(victims)
            processes.kill(victim)
            processes.start(victim)
        await known.wait_for(known.count + 20)
        for client in clients:
            client.cancel()
        results = await asyncio.gather(*clients, return_exceptions=True)
        assert [result for result in results if not isinstance(result, asyncio.CancelledError)] == []
        await until(lambda: kernels_are_back(stub), "the return of the kernels", processes.ends)
        assert len(known.objects) > 20
        await check(stub, processes, known)
        processes.kill("oms")
        processes.start("oms")
        await until(lambda: kernels_are_back(stub), "the return of the kernels after the last crash", processes.ends)
        await check(stub, processes, known)


async def test_a_name_is_free_again_when_a_taken_one_was_never_acknowledged(processes: Processes) -> None:
    async with grpc.aio.insecure_channel(processes.oms, options=OPTIONS) as channel:
        stub = oms_pb2_grpc.ObjectManagementServiceStub(channel)
        await until(lambda: kernels_are_back(stub), "the registration of the kernels")
        artifact = common_pb2.Artifact(hash=hashlib.sha256(SOURCE).hexdigest(), language="js", entry="counter.js")
        await stub.PutArtifact(iter([client_pb2.PutArtifactRequest(artifact=artifact), client_pb2.PutArtifactRequest(chunk=SOURCE)]))
        # The kernels stand still, so that every registration is caught half made.
        for name in KERNELS:
            processes.running[name].send_signal(signal.SIGSTOP)
        call = asyncio.ensure_future(stub.Register(client_pb2.RegisterRequest(name="counter", artifact=artifact, request_id="r1")))

        async def reserved() -> bool:
            page = await stub.List(client_pb2.ListRequest())
            return [record.status.state for record in page.objects] == [common_pb2.OBJECT_STATE_CREATING]

        await until(reserved, "the reservation of the name")
        processes.kill("oms")
        with pytest.raises(grpc.aio.AioRpcError):
            await call
        for name in KERNELS:
            processes.kill(name)
            processes.start(name)
        processes.start("oms")
        await until(lambda: kernels_are_back(stub), "the return of the kernels")

        async def registered() -> common_pb2.ObjectRecord | None:
            try:
                request = client_pb2.RegisterRequest(name="counter", artifact=artifact, request_id="r2")
                return (await stub.Register(request, timeout=20)).object
            except grpc.aio.AioRpcError as error:
                assert isinstance(from_rpc_error(error), NameTaken | Unavailable)
                return None

        record = await until(registered, "a new registration under the name")
        assert record.status.state == ACTIVE
        assert set(await all_records(stub)) == {record.id}
