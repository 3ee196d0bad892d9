"""What a manager must keep that spreads calls over replicas which know nothing of one another (Sapphire Table 1, scalability)."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from amino_dms.api import DeploymentManager, InstanceManager, Invocation, Next, NoConfig
from amino_dms.chain import Chain
from amino_wire.errors import AminoError

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.objects import Worker
from amino_testkit.suites.scenario import FamilySuite
from amino_testkit.world.scheduler import elapsed, error_of

AGAIN = 15.0
"""Seconds after which a dead replica is made anew."""


def places(cluster: SimulatedCluster, name: str) -> list[str]:
    """The kernels of an object's replicas, in the order of their numbers."""
    return [replica.kernel_id for replica in cluster.record(name).status.replicas]


class _LingeringManager(InstanceManager[NoConfig]):
    async def on_call(self, call: Invocation, next: Next) -> Any:
        result = await next(call)
        await self.kernel.copy()
        return result


class _Lingering(DeploymentManager):
    """Has something to do after each call."""

    promise = "Each call ends with a look at the state."
    instance_manager = _LingeringManager


class SpreadingSuite(FamilySuite):
    """For managers with the trait SPREADS.

    Attributes:
        replicas: how many there are at first.
    """

    replicas: ClassVar[int] = 3

    def test_replicas_are_on_kernels_of_their_own(self) -> None:
        """As long as there are enough."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("object", self._chain())
            assert len(set(places(cluster, "object"))) == self.replicas

        self._run(scenario)

    def test_calls_are_spread_evenly(self) -> None:
        """Each replica counts for itself."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self._chain())
            counts = [await stub.call("add", "x", 1) for _ in range(5 * self.replicas)]
            assert sorted(counts) == sorted(list(range(1, 6)) * self.replicas)

        self._run(scenario)

    def test_a_dead_replica_is_made_anew(self) -> None:
        """As many answer as before."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self._chain())
            cluster.crash(places(cluster, "object")[-1])
            await asyncio.sleep(AGAIN)
            there = places(cluster, "object")
            assert len(there) == self.replicas
            assert all(cluster.kernels[place].alive for place in there)
            for _ in range(2 * self.replicas):
                await stub.call("peek", "x")

        self._run(scenario)


class ScaleUpSuite(SpreadingSuite):
    """For those whose number of replicas follows the load.

    class TestMine(ScaleUpSuite):
        manager = "Mine(min=1,max=4,latency=500ms,settle=1s,calm=5s)"

    Attributes:
        most: how many replicas there may be.
        calm: seconds of low load after which there is one less.
    """

    replicas: ClassVar[int] = 1
    most: ClassVar[int] = 4
    calm: ClassVar[float] = 5.0

    async def _load(self, cluster: SimulatedCluster, until: float, callers: int = 16, member: tuple[Any, ...] = ("work", 0.1)) -> list[Any]:
        """Callers that call one after another until a moment; what went wrong."""
        wrong: list[Any] = []

        async def call(number: int) -> None:
            stub = cluster.client(f"caller {number}", "abc"[number % 3]).stub("object")
            while elapsed() < until:
                error = await error_of(stub.call(*member))
                if error is not None:
                    wrong.append(error)

        await asyncio.gather(*(call(number) for number in range(callers)))
        return wrong

    def test_the_number_follows_the_latency_up_and_down(self) -> None:
        """No call fails by it."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("object", self._chain(), kind=Worker)
            assert await self._load(cluster, elapsed() + 15.0) == []
            assert len(places(cluster, "object")) == self.most
            for _ in range(10):
                assert await self._load(cluster, elapsed() + self.calm, 1, ("work", 0.2)) == []
            assert len(places(cluster, "object")) == self.replicas

        for seed in range(2):
            self._run(scenario, seed)

    def test_calls_end_on_a_replica_that_is_to_go(self) -> None:
        """However long they take, and whatever the other managers have to do for them."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", Chain([_Lingering(), *self._chain().managers]), kind=Worker)
            assert await self._load(cluster, elapsed() + 8.0) == []
            most = len(places(cluster, "object"))
            assert most > self.replicas
            for _ in range(12):
                calls = [asyncio.ensure_future(error_of(stub.call("work", 1.5))) for _ in range(2)]
                assert await self._load(cluster, elapsed() + 4.0, 1, ("work", 0.05)) == []
                assert await asyncio.gather(*calls) == [None, None]
            assert len(places(cluster, "object")) < most

        self._run(scenario)

    def test_a_load_that_comes_and_goes_moves_the_number_seldom(self) -> None:
        """It stays at what the heights need, after it has been missed a few times."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("object", self._chain(), kind=Worker)
            changes = list[int]()
            for _ in range(12):
                epoch = cluster.record("object").status.epoch
                assert await self._load(cluster, elapsed() + 8.0, 12) == []
                await asyncio.sleep(2 * self.calm)
                changes.append(cluster.record("object").status.epoch - epoch)
            assert changes[0] > 0
            assert sum(changes[-4:]) == 0, changes

        self._run(scenario)

    def test_the_number_outlives_the_oms(self) -> None:
        """And follows the load on after it has come back."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self._chain(), kind=Worker)
            assert await self._load(cluster, elapsed() + 10.0) == []
            most = len(places(cluster, "object"))
            cluster.oms.kill()
            cluster.scheduler.after(1.0, cluster.oms.start)
            failed = await self._load(cluster, elapsed() + 3.0, 2)
            assert all(isinstance(error, AminoError) for error in failed)
            assert len(places(cluster, "object")) == most
            await asyncio.sleep(12 * self.calm)
            assert len(places(cluster, "object")) == self.replicas
            told = await stub.command("replicas")
            assert list(told["replicas"].values()) == places(cluster, "object")

        self._run(scenario)
