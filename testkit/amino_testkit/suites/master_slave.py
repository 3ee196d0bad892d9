"""What a manager must keep that has one master and slaves which may be somewhat old (Sapphire section 6 and Table 1)."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any, ClassVar

from amino_dms.chain import Chain

from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.histories.staleness import TimedHistory
from amino_testkit.objects import Worker
from amino_testkit.suites.histories import Load, disturb
from amino_testkit.suites.replication import SETTLED, ReplicationSuite, states
from amino_testkit.world.scheduler import elapsed, error_of, simulate


class MasterSlaveSuite(ReplicationSuite):
    """For managers that answer reads from replicas that get what a master writes. The suite of the family is held too.

    Attributes:
        stale: how old a read may be, in seconds.
        more: the manager with settings by which it has between one and three slaves: `settle=1s,calm=5s`.
    """

    members: ClassVar[str] = "replicas"
    stale: ClassVar[float] = 1.0
    more: ClassVar[str]

    async def _master(self, stub: Stub[SimulatedClient]) -> str:
        told = await stub.command("replicas")
        return str(told["replicas"][told["master"]])

    def test_reads_run_on_slaves_alone(self) -> None:
        """And on each of them."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 1})
            await stub.call("add", "x", 1)
            await asyncio.sleep(1.0)
            for _ in range(30):
                assert await stub.call("get", "x") == 2
            master = await self._master(stub)
            ran = {kernel: [method for method, _ in runs] for kernel, runs in executed(cluster, "map").items()}
            assert ran.pop(master).count("get") == 0
            assert len(ran) == self.replicas - 1
            assert all(methods.count("get") >= 30 // self.replicas // 2 for methods in ran.values())

        self._run(scenario)

    def test_a_slave_that_hears_nothing_of_its_master_hands_reads_on(self) -> None:
        """Nobody reads what is too old, and everybody reads."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0}, client="client")
            assert await stub.call("get", "x") == 0
            master = await self._master(stub)
            late = next(kernel for kernel in sorted(states(cluster, "map")) if kernel != master)
            cluster.cut_off(late, (master,), seconds=3.0)
            reader = cluster.client("reader", late).stub("map")
            for _ in range(30):
                told, value = elapsed(), await stub.call("add", "x", 1)
                await asyncio.sleep(0.1)
                assert elapsed() - told < self.stale or await reader.call("get", "x") >= value
                old = await reader.call("get", "x")
                assert value - old <= 12, "ten additions a second, and a second"

        self._run(scenario)

    def test_slaves_come_and_go_with_the_reads(self) -> None:
        """No call fails by it."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self.more, {"x": 5}, kind=Worker)
            assert len(states(cluster, "object")) == 2
            await _read_slowly(cluster, 15.0, 24, 0.1)
            assert len(states(cluster, "object")) == 4
            for _ in range(12):
                await _read_slowly(cluster, 5.0, 1, 0.5)
                await stub.call("add", "x", 1)
            assert len(states(cluster, "object")) == 2
            told = await stub.command("replicas")
            assert (len(told["replicas"]), told["wanted"], told["whole"]) == (2, 1, True)

        self._run(scenario)

    def test_clients_of_one_proxy_are_told_apart(self) -> None:
        """Each reads its own writes, while others write too."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("map", self._chain(), {"x": 0})
            clients = [cluster.sdk_client(f"program {number}", "b", "kernel").stub("map") for number in range(3)]

            async def use(number: int) -> None:
                for value in range(1, 15):
                    await clients[number].call("put", f"{number}", value)
                    assert await clients[number].call("get", f"{number}") == value

            await asyncio.gather(*(use(number) for number in range(3)))

        self._run(scenario)

    def test_a_failed_write_is_read_by_its_client(self) -> None:
        """What it changed before it raised."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            for value in range(1, 10):
                assert await error_of(stub.call("put_and_fail", "x", value)) is not None
                assert await stub.call("get", "x") == value

        self._run(scenario)

    def test_a_group_that_rests_answers_at_once(self) -> None:
        """Its slaves hear seldom of the master, and ask when they must know."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0}, client="client")
            assert await stub.call("add", "x", 1) == 1
            await asyncio.sleep(SETTLED)
            steps = cluster.network.steps
            await asyncio.sleep(60.0)
            assert cluster.network.steps - steps < 60 * (8 + 2 * self.replicas), "besides the leases of kernels and clients' looks"
            begun = elapsed()
            assert await cluster.client("late", "c").stub("map").call("get", "x") == 1
            assert elapsed() - begun < 0.5

        self._run(scenario)


def executed(cluster: SimulatedCluster, name: str) -> dict[str, list[tuple[str, str]]]:
    """What ran on each replica, by its kernel."""
    found = dict[str, list[tuple[str, str]]]()
    for kernel_id, kernel in cluster.kernels.items():
        for instance_id, hosted in kernel.half.objects.items() if kernel.alive else ():
            if instance_id.partition("/")[0] == cluster.id_of(name):
                found[kernel_id] = hosted.executed
    return found


async def _read_slowly(cluster: SimulatedCluster, seconds: float, readers: int, service: float) -> None:
    until = elapsed() + seconds

    async def read(number: int) -> None:
        stub = cluster.client(f"reader {number}", "abc"[number % 3]).stub("object")
        while elapsed() < until:
            assert await stub.call("read_slowly", "x", service) >= 5

    await asyncio.gather(*(read(number) for number in range(readers)))


def stale_history(chain: Chain, seed: int, load: Load, *, writes: float = 0.4) -> TimedHistory:
    """Additions to and reads of one counter, by clients each of which asks one thing at a time.

    Arguments:
        chain, seed, load: as `counter_history`.
        writes: the part of operations that add.
    """

    async def scenario(random: Random) -> TimedHistory:
        cluster = SimulatedCluster(random)
        await cluster.create("map", chain, {})
        cluster.use(load.faults)
        history = TimedHistory(elapsed, doubled=load.faults.duplicate > 0)

        async def client(number: int) -> None:
            stub = cluster.client(f"client {number}", random.choice("abc")).stub("map")
            for _ in range(load.operations):
                await asyncio.sleep(random.uniform(0, load.pause))
                await _use(stub, number, random, history, writes)

        disturbing = asyncio.ensure_future(disturb(cluster, random, load))
        await asyncio.gather(*(client(number) for number in range(load.clients)))
        disturbing.cancel()
        cluster.calm()
        await asyncio.sleep(60.0)
        await _use(cluster.client("last", "b").stub("map"), load.clients, random, history, 0.0)
        return history

    return simulate(scenario, seed)


async def _use(stub: Any, number: int, random: Random, history: TimedHistory, writes: float) -> None:
    if random.random() < writes:
        amount = random.randrange(1, 1_000_000)
        async with history.operation(number, "x", "add", amount) as operation:
            operation.out = await stub.call("add", "x", amount)
    else:
        async with history.operation(number, "x", "read") as operation:
            operation.out = await stub.call("get", "x") or 0
