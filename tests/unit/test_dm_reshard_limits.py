"""Limits of shards that split and join: refusals, calls that come again after a change, shards and chains that are made again."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest
from amino_dms.api import Arrival, Coordinator, DeploymentManager, NoConfig
from amino_dms.chain import Registry
from amino_dms.sharding.hashing import shard_of
from amino_dms.sharding.shard_state import KEYS_IN_PIECE
from amino_testkit import KeyValue, SimulatedCluster
from amino_testkit.objects import DividedMap
from amino_testkit.suites.resharding import FILLERS
from amino_testkit.suites.sharding import SETTLED
from amino_testkit.world.scheduler import error_of
from amino_wire.errors import AminoError, ArgumentInvalid, ChainInvalid, KernelUnavailable, MemberNotFound, ObjectBusy, Outcome

from tests.support.divided_maps import KEYS, MAP, Stubborn, filled, run, whole

REGISTRY = Registry.installed()


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        (
            "DHT(shards=3,all=[keys:list,size:sum])",
            KeyValue,
            "its class has no amino_keys and no amino_split and no amino_merge. Give it amino_keys()",
        ),
        (f"{MAP},LeaseCaching", DividedMap, "with LeaseCaching behind DHT callers would go on reading from their caches"),
        (f"{MAP},LoadBalancedFrontEnd", DividedMap, "with LoadBalancedFrontEnd behind DHT each of its replicas"),
        (f"{MAP},ExplicitCheckpoint", DividedMap, "with ExplicitCheckpoint behind DHT the object may come back"),
        (f"{MAP},LoadBalancedMasterSlave(acks=0)", DividedMap, "have acks=1 or all"),
    ],
)
def test_an_object_that_cannot_give_keys_away_says_so(text: str, kind: type[Any], reason: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await filled(cluster, text, kind)
        error = await error_of(stub.command("reshard", 4))
        assert isinstance(error, ChainInvalid) and reason in error.message, error
        await whole(cluster, stub, (3,)) if "FrontEnd" not in text else None

    run(scenario)


def test_numbers_of_shards_that_cannot_be_are_refused() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await filled(cluster)
        for count in (0, 257):
            assert isinstance(await error_of(stub.command("reshard", count)), ArgumentInvalid)
        assert await stub.command("reshard", 3) == 3
        changing = asyncio.ensure_future(stub.command("reshard", 6))
        await asyncio.sleep(0.003)
        error = await error_of(stub.command("reshard", 5))
        assert isinstance(error, ObjectBusy) and "on its way to 6 shards" in error.message
        assert await stub.command("reshard", 6) == await changing == 6

    run(scenario)


def test_callers_cannot_use_the_hooks_nor_a_shard_past_its_object() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await filled(cluster)
        assert isinstance(await error_of(stub.call("amino_split", ["key 1"])), MemberNotFound)
        before = cluster.client("past").stub((await stub.command("shards"))[0])
        assert isinstance(await error_of(before.call("amino_split", ["key 1"])), MemberNotFound)
        await stub.command("reshard", 4)
        error = await error_of(before.call("get", KEYS[0]))
        assert isinstance(error, ChainInvalid) and "call the object itself" in error.message
        await whole(cluster, stub, (4,))

    run(scenario)


@pytest.mark.parametrize("text", [MAP, f"{MAP},AtMostOnceRPC", f"{MAP},ConsensusRSM"])
def test_a_call_that_comes_again_after_the_change_does_not_run_again(text: str) -> None:
    """Under its request id, from another kernel, for keys that have moved and such as have stayed, forth and back."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await filled(cluster, text)
        callers = [stub, *(cluster.sdk_client(f"program {kernel}", kernel, "kernel").stub("map") for kernel in "bc")]
        first = [await callers[1].call("add", key, 100, request_id=f"once {key}") for key in KEYS]
        for count in (7, 2):
            await stub.command("reshard", count)
            for caller in callers:
                assert [await caller.call("add", key, 100, request_id=f"once {key}") for key in KEYS] == first
        assert [await stub.call("get", key) for key in KEYS] == first

    run(scenario)


def test_a_shard_made_anew_answers_by_the_map_of_now() -> None:
    """It has no state, and runs nothing that callers with an old map send it."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await filled(cluster)
        stale = cluster.client("stale", "b").stub("map")
        assert await stale.call("size") == len(KEYS)
        await stub.command("reshard", 6)
        shard = (await stub.command("shards"))[1]
        for other in (each for each in await stub.command("shards") if each != shard):
            await cluster.move(other, "b")
        await cluster.move(shard, "c")
        cluster.crash("c", back_after=1.0)
        await asyncio.sleep(SETTLED)
        await cluster.restart(shard)
        moved = next(key for key in KEYS if shard_of(key, 3) == 1 and shard_of(key, 6) != 1)
        assert await stale.call("add", moved, 1000) == KEYS.index(moved) + 1000
        assert await stub.call("get", moved) == KEYS.index(moved) + 1000
        lost = next(key for key in KEYS if shard_of(key, 6) == 1)
        assert await stub.call("get", lost) is None
        assert await stale.call("size") == sum(shard_of(key, 6) != 1 for key in KEYS)

    run(scenario)


def test_a_chain_may_not_make_shards_split_that_did_not() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await filled(cluster)
        error = await error_of(cluster.attach("map", f"{MAP},LeaseCaching"))
        assert isinstance(error, ChainInvalid) and "could split and join, and cannot then" in error.message
        error = await error_of(cluster.attach("map", MAP.replace("3", "4")))
        assert isinstance(error, ChainInvalid) and "command reshard" in error.message
        await stub.command("reshard", 5)
        await cluster.attach("map", f"Retry,{MAP},ConsensusRSM")
        await asyncio.sleep(SETTLED)
        await whole(cluster, stub, (5,))
        await stub.command("reshard", 2)
        await whole(cluster, stub, (2,))

    run(scenario)


@pytest.mark.parametrize("text", [f"{MAP},PeriodicCheckpoint(every=1000)", f"{MAP},DurableSerializableRPC"])
def test_keys_that_have_gone_do_not_come_back_with_a_checkpoint(text: str) -> None:
    """Nor are those lost that have come: both shards are saved before anybody hears of it."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await filled(cluster, text)
        for count in (6, 2):
            await stub.command("reshard", count)
            for kernel in "abc":
                cluster.crash(kernel, back_after=1.0)
                await asyncio.sleep(SETTLED)
            await whole(cluster, stub, (count,))

    run(scenario)


def test_a_member_on_all_shards_that_ran_on_some_before_the_change_does_not_run_again() -> None:
    """On no key, also where another kernel sends it again; and the call never ends as if it had not run."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", f"{MAP},AtMostOnceRPC", kind=DividedMap)
        for key in FILLERS:
            await stub.call("put", key, 0)
        shards = await stub.command("shards")
        await cluster.move(shards[2], "c")
        cluster.cut_off("c", ["a", "b", "oms", "client"], seconds=3.0)
        error = await error_of(stub.call("add_to_fillers", 1, request_id="once", budget=2.0))
        assert isinstance(error, AminoError) and error.outcome is Outcome.UNKNOWN
        await asyncio.sleep(SETTLED)
        await stub.command("reshard", 6)
        for caller in (stub, cluster.sdk_client("program", "b", "kernel").stub("map")):
            error = await error_of(caller.call("add_to_fillers", 1, request_id="once"))
            assert isinstance(error, AminoError) and error.outcome is Outcome.UNKNOWN, error
        found = [await stub.call("get", key) for key in FILLERS]
        assert set(found) <= {0, 1} and found.count(1) >= len(FILLERS) / 2

    run(scenario)


def test_a_shard_that_could_not_give_all_has_back_what_it_gave() -> None:
    """Before anybody calls it: it goes on as before, while others are told that the change is undone."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", MAP, kind=Stubborn)
        many = [f"many {number}" for number in range(600)]
        await asyncio.gather(*(stub.call("put", key, "here") for key in many))
        last = next(key for key in reversed(many) if shard_of(key, 3) == 2)
        assert sum(shard_of(key, 3) == 2 for key in many) > 2 * KEYS_IN_PIECE
        await stub.call("put", last, "stay")
        changing = asyncio.ensure_future(error_of(stub.command("reshard", 1)))
        mine = [key for key in many if shard_of(key, 3) == 2 and key != last]
        while not changing.done():
            assert set(await asyncio.gather(*(stub.call("get", key) for key in mine))) == {"here"}
        assert "it stays" in str(await changing)

    run(scenario)


class LateCoordinator(Coordinator[NoConfig]):
    """Cannot begin as often as is said."""

    left: ClassVar[int] = 0

    async def on_create(self, arrival: Arrival) -> None:
        """Raises KernelUnavailable while it cannot."""
        if LateCoordinator.left:
            LateCoordinator.left -= 1
            raise KernelUnavailable("not yet")


class Late(DeploymentManager):
    """A manager of shards that cannot begin at once."""

    promise = "None."
    coordinator = LateCoordinator


def test_shards_whose_managers_could_not_begin_are_made_again() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        cluster.registry.offer([Late()])
        stub = await filled(cluster, f"{MAP},Late")
        LateCoordinator.left = 3
        assert await stub.command("reshard", 5) == 5
        assert not LateCoordinator.left
        await whole(cluster, stub, (5,))

    run(scenario)


@pytest.mark.parametrize("warm", [0, 40], ids=["by the managers", "at the gate"])
def test_a_call_that_is_sent_by_two_kernels_at_once_runs_once(warm: int) -> None:
    """They give it different numbers; it is known by its own id, to the gate too."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await filled(cluster)
        one, other = [cluster.client(f"at {name}", name).stub("map") for name in "ab"]
        for _ in range(warm):
            await one.call("add", KEYS[0], 0)
        for number in range(20):
            sent = [stub.call("add", KEYS[0], 1, request_id=f"twice {number}") for stub in (one, other, one)]
            assert await asyncio.gather(*sent) == [number + 1] * 3

    run(scenario)
