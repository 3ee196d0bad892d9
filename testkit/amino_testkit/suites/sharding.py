"""What a manager must keep that divides an object into shards (Amino paper, section IV)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Any, ClassVar

import pytest
from amino_dms.chain import Chain
from amino_wire.errors import AminoError, ArgumentInvalid, ChainInvalid, GuestException, NotFound
from amino_wire.instances import object_of

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.network.faults import Faults
from amino_testkit.objects import Caller, KeyValue
from amino_testkit.probe import Seen
from amino_testkit.suites.scenario import FamilySuite
from amino_testkit.world.scheduler import error_of, simulate

SETTLED = 40.0
"""Seconds after which every shard is back whatever has happened to kernels."""
KEYS = tuple(f"key {number}" for number in range(40))
LOSSES = Faults(drop_request=0.05, drop_reply=0.05, delay=(0.0005, 0.02))


def entries_of(cluster: SimulatedCluster, shards: Sequence[str]) -> list[dict[str, Any]]:
    """The map of each shard, by number; of one of its replicas, where it has several."""
    found: dict[str, dict[str, Any]] = {}
    for kernel in cluster.kernels.values():
        for instance_id, hosted in kernel.half.objects.items() if kernel.alive else ():
            kept = hosted.guest.instance
            if object_of(instance_id) in shards and isinstance(kept, KeyValue):
                found[object_of(instance_id)] = kept.entries
    return [found[shard] for shard in shards if shard in found]


def objects_in(cluster: SimulatedCluster) -> set[str]:
    """The ids of all objects that living kernels have."""
    return {object_of(instance) for kernel in cluster.kernels.values() if kernel.alive for instance in kernel.half.objects}


class ShardingSuite(FamilySuite):
    """For managers with the trait DIVIDES, with what stands behind them; `keys` must be gathered as a list, `size` as a sum.

    Attributes:
        recovers: what stands behind brings a shard back with all that was answered when its kernel ends.
        replicas: how many instances a shard has.
        settings: how the divider is written, for chains with others in front of it or behind.
    """

    recovers: ClassVar[bool] = False
    replicas: ClassVar[int] = 1
    settings: ClassVar[str] = "DHT(all=[keys:list,size:sum])"

    def test_upcalls_in_order(self) -> None:
        """The managers of a shard see its calls; nobody else does."""
        log: list[Seen] = []

        async def scenario(random: Random) -> None:
            cluster = SimulatedCluster(random, registry=self.registry)
            _, *behind = self._with_probes(log)[0].managers
            stub = await cluster.create("object", Chain([self._chain().divider or behind[0], behind[-1]]))
            log.clear()
            await stub.call("peek", "x")

        simulate(scenario, self.seed)
        seen = [(entry.part, entry.upcall) for entry in log if entry.upcall.endswith("peek")]
        assert [part for part, upcall in seen if upcall == "call peek"] == ["proxy", "instance_manager"]

    def test_runs_each_call_exactly_once(self) -> None:
        """On the shard of its key, whatever sort of key it is."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self._chain())
            for number, key in enumerate(("x", 7, -(10**20), b"\x00", "", 2.0)):
                assert await stub.call("add", key, number) == number
            ran = [each for shard in await stub.command("shards") for each in cluster.executions(shard)]
            await asyncio.sleep(1.0)
            assert len(set(ran)) == 6 and all(ran.count(each) <= self.replicas for each in ran)
            assert not cluster.executions("object")

        self._run(scenario)

    def test_errors_pass_unchanged(self) -> None:
        """An exception of the application keeps its class and message."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self._chain())
            error = await error_of(stub.call("fail", "no more"))
            assert isinstance(error, GuestException)
            assert (error.type, error.message) == ("ValueError", "no more")

        self._run(scenario)

    def test_deletes_cleanly(self) -> None:
        """The shards end with their object, while calls still come."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("object", self._chain())
            mine = {cluster.id_of("object"), *await stub.command("shards")}
            calls = [asyncio.ensure_future(error_of(stub.call("peek", key, budget=5.0))) for key in KEYS]
            await cluster.delete("object")
            assert all(error is None or isinstance(error, AminoError) for error in await asyncio.gather(*calls))
            await asyncio.sleep(SETTLED)
            assert isinstance(await error_of(cluster.client("other", "b").stub("object").call("peek", "x")), NotFound)
            assert not objects_in(cluster) & mine
            assert all(cluster.oms.disk.count(f"/durable/{each}/") == 0 for each in mine)

        self._run(scenario)

    def test_keys_lie_apart_and_all_callers_find_them(self) -> None:
        """Each on one shard, from programs with proxies and without, and from other objects."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            await cluster.create("caller", "", kind=Caller)
            callers: list[Any] = [stub, cluster.sdk_client("sdk", "b").stub("map"), cluster.sdk_client("plain", "c", "kernel").stub("map")]
            through = cluster.client("other", "b").stub("caller")
            for number, key in enumerate(KEYS):
                await callers[number % 3].call("put", key, number)
            shards = entries_of(cluster, await stub.command("shards"))
            assert len(shards) == 4 and all(shards)
            assert sorted(key for shard in shards for key in shard) == sorted(KEYS)
            for number, key in enumerate(KEYS):
                assert await callers[(number + 1) % 3].call("get", key) == number
                assert await through.call("through", cluster.id_of("map"), "get", key) == number

        self._run(scenario)

    def test_members_run_on_all_shards_and_answer_as_one(self) -> None:
        """As the settings say."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            await asyncio.gather(*(stub.call("put", key, 1) for key in KEYS))
            callers: list[Any] = [stub, cluster.sdk_client("sdk", "b").stub("map")]
            for caller in callers:
                assert await caller.call("size") == len(KEYS)
                assert sorted(await caller.call("keys")) == sorted(KEYS)

        self._run(scenario)

    def test_a_call_without_its_key_does_not_run(self) -> None:
        """It is refused with what is missing."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            for key in (None, True, 0.5, {"a": 1}):
                error = await error_of(stub.call("put", key, 1))
                assert isinstance(error, ArgumentInvalid) and "key must be" in error.message, error
            assert await stub.call("size") == 0

        self._run(scenario)

    def test_shards_go_with_their_object(self) -> None:
        """Nobody else deletes one or gives it other managers, and lists show them only where they are asked for."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            shard = (await stub.command("shards"))[1]
            for work in (cluster.delete(shard), cluster.attach(shard, "Retry")):
                error = await error_of(work)
                assert isinstance(error, ArgumentInvalid) and "map#1" in error.message and "goes with object map" in error.message
            await stub.call("put", "x", 1)
            assert await stub.call("get", "x") == 1

        self._run(scenario)

    def test_what_stands_in_front_changes_while_the_object_lives(self) -> None:
        """Not how it is divided: its keys lie where they are."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            await cluster.create("undivided", "", {"x": 1})
            await stub.call("put", "x", 1)
            await cluster.attach("map", f"Retry,{self.manager}")
            assert await stub.call("get", "x") == 1
            other = self.settings.replace("DHT(", "DHT(shards=5,")
            for name, chain, reason in (
                ("map", "Retry", "cannot be taken from object map"),
                ("undivided", self.manager, "cannot be attached to object undivided"),
                ("map", self.manager.replace(self.settings, other), "by the command reshard"),
            ):
                error = await error_of(cluster.attach(name, chain))
                assert isinstance(error, ChainInvalid) and reason in error.message, error
            assert await stub.call("get", "x") == 1

        self._run(scenario)

    @pytest.mark.parametrize("seed", range(2))
    def test_no_call_is_lost_and_none_runs_twice_while_shards_move(self, seed: int) -> None:
        """Three callers count while one shard after the other, and the object itself, goes from kernel to kernel."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("map", self._chain())
            shards = await cluster.client("first").stub("map").command("shards")
            callers = [cluster.client(f"client {number}", node).stub("map") for number, node in enumerate("abc")]
            counting = [asyncio.ensure_future(_count(caller)) for caller in callers]
            for name in ("map", *shards) if self.replicas == 1 else ("map",):
                await cluster.move(name, cluster.random.choice("bc"))
            await asyncio.gather(*counting)
            assert sum([await callers[0].call("get", key) for key in KEYS]) == 3 * len(KEYS)

        self._run(scenario, seed)

    def test_calls_go_on_while_the_oms_is_away_and_the_kernel_of_the_object_itself(self) -> None:
        """Callers know the shards, and nothing of a call needs the object itself."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), kernel="c")
            for shard in await stub.command("shards") if self.replicas == 1 else ():
                await cluster.move(shard, "b")
            await asyncio.gather(*(stub.call("put", key, 1) for key in KEYS))
            if self.replicas == 1:
                cluster.crash("c")
                assert [await stub.call("get", key, budget=2.0) for key in KEYS] == [1] * len(KEYS)
            await asyncio.sleep(SETTLED)
            assert cluster.node_of("map") != "c" or self.replicas > 1
            cluster.oms.kill()
            if "Consensus" not in self.manager:
                assert [await stub.call("get", key, budget=2.0) for key in KEYS] == [1] * len(KEYS)
            cluster.oms.start()
            await asyncio.sleep(SETTLED)
            assert await stub.call("size") == len(KEYS)

        self._run(scenario)

    @pytest.mark.parametrize("seed", range(2))
    def test_a_kernel_ends(self, seed: int) -> None:
        """Each shard comes back by its own managers; keys of other shards are answered meanwhile."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", f"Retry,{self.manager}", client="caller")
            other = cluster.client("other", "b").stub("map")
            await asyncio.gather(*(other.call("put", key, 1) for key in KEYS))
            cluster.use(LOSSES)
            cluster.crash("a", back_after=5.0)
            answers = await asyncio.gather(*(other.call("add", key, 1, budget=60.0) for key in KEYS), return_exceptions=True)
            cluster.calm()
            await asyncio.sleep(SETTLED)
            if self.recovers:
                found = [await stub.call("get", key) for key in KEYS]
                assert all(value >= 2 for value, answer in zip(found, answers, strict=True) if answer == 2), found
                assert all(value >= 1 for value in found)

        self._run(scenario, seed)

    @pytest.mark.parametrize("step", range(0, 12, 2))
    def test_the_oms_ends_while_the_object_is_made_or_deleted(self, step: int) -> None:
        """There is the whole object or nothing; after its deletion there are no shards of it."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.ready()
            making = asyncio.ensure_future(error_of(cluster.create("map", self._chain())))
            await asyncio.sleep(0.004 * step + 0.001)
            cluster.oms.kill()
            await asyncio.sleep(1.0)
            cluster.oms.start()
            await making
            await asyncio.sleep(SETTLED)
            try:
                stub = await cluster.create("map", self._chain())
            except AminoError:
                stub = cluster.client("client").stub("map")
            assert await stub.call("add", "x", 1) >= 1
            assert len(objects_in(cluster)) == 5
            deleting = asyncio.ensure_future(error_of(cluster.delete("map")))
            await asyncio.sleep(0.002 * step)
            cluster.oms.kill()
            await asyncio.sleep(1.0)
            cluster.oms.start()
            await deleting
            await asyncio.sleep(SETTLED)
            await error_of(cluster.delete("map"))
            await asyncio.sleep(SETTLED)
            assert not objects_in(cluster)

        self._run(scenario, step)


async def _count(caller: Any) -> None:
    for key in KEYS:
        await caller.call("add", key, 1)
