"""What a manager must keep that has replicas of one state in step (Sapphire section 6 and Table 1, replication)."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any, ClassVar

from amino_wire.errors import AminoError, GuestException
from amino_wire.instances import object_of

from amino_testkit.cluster.cluster import NODES, SimulatedCluster
from amino_testkit.network.faults import Faults
from amino_testkit.objects import KeyValue
from amino_testkit.suites.scenario import FamilySuite
from amino_testkit.world.scheduler import elapsed, error_of

SETTLED = 40.0
"""Seconds after which a group is whole again whatever has happened to it."""
STEPS = 12


def states(cluster: SimulatedCluster, name: str) -> dict[str, dict[str, Any]]:
    """The map of each replica, by its kernel."""
    found = dict[str, dict[str, Any]]()
    for kernel_id, kernel in cluster.kernels.items():
        for instance_id, hosted in kernel.half.objects.items() if kernel.alive else ():
            if object_of(instance_id) == cluster.id_of(name):
                kept = hosted.guest.instance
                assert isinstance(kept, KeyValue)
                found[kernel_id] = kept.entries
    return found


class ReplicationSuite(FamilySuite):
    """For managers with the trait REPLICATES.

    Attributes:
        replicas: how many there are.
        nodes: the kernels where they may be.
        compared: after how many calls, made one by one, the replicas have compared their states.
        members: the command that says where the replicas are, and whether all are in place.
    """

    replicas: ClassVar[int] = 3
    nodes: ClassVar[tuple[str, ...]] = tuple(node.id for node in NODES)
    compared: ClassVar[int] = 10
    members: ClassVar[str] = "members"
    ways = 1

    def test_errors_pass_unchanged(self) -> None:
        """An exception of the application keeps its class and message; each replica raises it once."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self._chain())
            error = await error_of(stub.call("fail", "no more"))
            assert isinstance(error, GuestException)
            assert (error.type, error.message) == ("ValueError", "no more")
            await asyncio.sleep(1.0)
            assert [method for method, _ in cluster.executions("object")] == ["fail"] * self.replicas

        self._run(scenario)

    def test_runs_each_call_exactly_once(self) -> None:
        """On each replica."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self._chain())
            for number in range(5):
                assert await stub.call("add", "x", 1) == number + 1
            await asyncio.sleep(1.0)
            executed = cluster.executions("object")
            assert len(executed) == 5 * self.replicas
            assert all(executed.count(each) == self.replicas for each in executed)

        self._run(scenario)

    def test_works_again_after_an_error(self) -> None:
        """Nothing is undone on one replica alone."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self._chain(), {"x": 1})
            await error_of(stub.call("put_and_fail", "x", 2))
            assert await stub.call("peek", "x") == 2

        self._run(scenario)

    def test_replicas_are_on_kernels_of_their_own(self) -> None:
        """Two on one would end together."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("map", self._chain(), {"x": 1})
            assert len(states(cluster, "map")) == self.replicas

        self._run(scenario)

    def test_replicas_that_share_a_kernel_part_again(self) -> None:
        """After a move, or after a kernel that had no other place for its own."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 1})
            other = next(kernel for kernel in sorted(states(cluster, "map")) if kernel != "a")
            await cluster.move("map", other)
            assert await stub.call("add", "x", 1) == 2
            await asyncio.sleep(SETTLED)
            assert list(states(cluster, "map").values()) == [{"x": 2}] * self.replicas

        self._run(scenario)

    def test_the_group_is_whole_when_a_kernel_comes_back(self) -> None:
        """Where no other one was free."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            members = set(states(cluster, "map"))
            gone = max(members - {"a"})
            for kernel in (gone, *(set(cluster.kernels) - members)):
                cluster.crash(kernel, back_after=30.0)
            assert await stub.call("add", "x", 1) == 1
            await asyncio.sleep(20.0)
            assert len(states(cluster, "map")) == len(members) - 1
            assert not (await stub.command(self.members))["whole"]
            await asyncio.sleep(SETTLED)
            assert list(states(cluster, "map").values()) == [{"x": 1}] * self.replicas
            told = await stub.command(self.members)
            assert set(told["replicas"].values()) == set(states(cluster, "map"))

        self._run(scenario)

    def test_replicas_have_one_state(self) -> None:
        """After calls of several clients, whatever became of messages."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("map", self._chain(), {})
            cluster.use(Faults(drop_request=0.05, drop_reply=0.05, duplicate=0.1, delay=(0.0005, 0.02)))
            stubs = [cluster.client(f"client {number}", "abc"[number]).stub("map") for number in range(3)]
            await asyncio.gather(*(self._use(stub, cluster.random) for stub in stubs))
            cluster.calm()
            await asyncio.sleep(SETTLED)
            found = list(states(cluster, "map").values())
            assert len(found) == self.replicas
            assert all(each == found[0] for each in found)

        for seed in range(4):
            self._run(scenario, seed)

    async def _use(self, stub: Any, random: Random) -> None:
        for _ in range(10):
            await error_of(stub.call(random.choice(("add", "put")), random.choice("xy"), random.randrange(100)))

    def test_a_kernel_may_end_at_any_message(self) -> None:
        """Whichever replica leads: every answered write is there, no write is there twice, and the group is whole again."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0}, client="client")
            place = sorted(states(cluster, "map"))[int(cluster.random.random() * self.replicas)]
            cluster.use(Faults(crash_at=1 + int(cluster.random.random() * 60), crash_node=place))
            failed = 0
            for _ in range(10):
                failed += await error_of(stub.call("add", "x", 1)) is not None
            cluster.calm()
            await asyncio.sleep(SETTLED)
            other = cluster.client(f"client at {elapsed()}", "phone").stub("map")
            assert 10 - failed <= await other.call("get", "x") <= 10
            found = list(states(cluster, "map").values())
            assert len(found) == min(self.replicas, sum(cluster.kernels[node].alive for node in self.nodes))
            assert all(each == found[0] for each in found)

        for seed in range(STEPS):
            self._run(scenario, seed)

    def test_goes_on_while_a_kernel_stands_still(self) -> None:
        """Calls are answered long before the OMS takes it for dead."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0}, client="client")
            await stub.call("add", "x", 1)
            cluster.pause("a", 60.0)
            other = cluster.client("other", "b").stub("map")
            begun = elapsed()
            assert await other.call("add", "x", 1) == 2
            assert elapsed() - begun < 3.0
            assert await other.call("get", "x") == 2

        self._run(scenario)

    def test_goes_on_where_nobody_missed_the_leader(self) -> None:
        """It stands still while nobody calls, and is missed by the next caller."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0}, client="client")
            await stub.call("add", "x", 1)
            await asyncio.sleep(10.0)
            cluster.pause("a", 3.5)
            other = cluster.client("other", "b").stub("map")
            begun = elapsed()
            assert await other.call("add", "x", 1) == 2
            assert elapsed() - begun < 3.0

        self._run(scenario)

    def test_a_replica_that_differs_is_replaced(self) -> None:
        """At the next comparison of the states."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            await stub.call("add", "x", 1)
            await asyncio.sleep(1.0)
            spoilt = next(kernel for kernel in states(cluster, "map") if kernel != "a")
            states(cluster, "map")[spoilt]["x"] = 77
            for _ in range(3 * self.compared):
                await stub.call("add", "x", 1)
            await asyncio.sleep(SETTLED)
            assert [each["x"] for each in states(cluster, "map").values()] == [1 + 3 * self.compared] * self.replicas

        self._run(scenario)

    def test_a_replica_that_fell_far_behind_is_made_anew(self) -> None:
        """What it lacks is no longer in the log."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            late = next(kernel for kernel in states(cluster, "map") if kernel != "a")
            cluster.cut_off(late, ("oms", "a", "b", "c", "phone"), seconds=2.0)
            for _ in range(5 * self.compared):
                await stub.call("add", "x", 1)
            await asyncio.sleep(SETTLED)
            assert [each["x"] for each in states(cluster, "map").values()] == [5 * self.compared] * self.replicas

        self._run(scenario)

    def test_an_object_gets_and_loses_it_while_it_lives(self) -> None:
        """It keeps its state, and nothing that was answered is undone."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", "", {"x": 5})
            await cluster.attach("map", self._chain())
            await asyncio.sleep(SETTLED)
            assert [each["x"] for each in states(cluster, "map").values()] == [5] * self.replicas
            assert await stub.call("add", "x", 1) == 6
            await cluster.attach("map", "")
            await asyncio.sleep(SETTLED)
            assert list(states(cluster, "map").values()) == [{"x": 6}]
            assert await stub.call("add", "x", 1) == 7

        self._run(scenario)

    def test_goes_on_after_the_oms_has_ended(self) -> None:
        """The log and who leads are in its store."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            calls = [asyncio.ensure_future(stub.call("add", "x", 1)) for _ in range(20)]
            await asyncio.sleep(0.01)
            cluster.oms.kill()
            await asyncio.sleep(1.0)
            cluster.oms.start()
            answers = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(answer, (int, AminoError)) for answer in answers)
            await asyncio.sleep(SETTLED)
            assert await stub.call("get", "x") == 20
            assert all(each["x"] == 20 for each in states(cluster, "map").values())

        self._run(scenario)
