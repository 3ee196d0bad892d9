"""Histories of LoadBalancedMasterSlave under all that can happen to kernels and the OMS; its suite runs in `test_dm_common.py`."""

from __future__ import annotations

import asyncio
import os
from random import Random
from typing import ClassVar

import pytest
from amino_dms.chain import Chain, Registry, problems
from amino_testkit import Faults, KeyValue, SimulatedClient, SimulatedCluster, Stub, elapsed
from amino_testkit.histories.history import Operation
from amino_testkit.histories.staleness import Span, TimedHistory, faults_of
from amino_testkit.suites.histories import Load
from amino_testkit.suites.master_slave import stale_history
from amino_testkit.world.scheduler import error_of, simulate
from amino_wire.errors import ChainInvalid, GuestException

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "2")))
"""More with AMINO_SEEDS; each failure names its own."""
LOSSES = Faults(drop_request=0.05, drop_reply=0.05, delay=(0.0005, 0.02))
DOUBLES = Faults(drop_request=0.05, drop_reply=0.05, duplicate=0.2, delay=(0.0005, 0.02))
LATE = Faults(delay=(0.0005, 0.4))
STALE = 1.0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("acks", ["1", "all"])
def test_nothing_that_was_answered_is_lost_while_one_after_another_fails(acks: str, seed: int) -> None:
    """A slave that has it lives each time."""
    load = Load(operations=30, faults=DOUBLES, pause=2.0, crashes=2, pauses=1, cuts=1, oms_ends=1, moves=1, rest=15.0)
    history = stale_history(Chain.parse(f"LoadBalancedMasterSlave(min=2,acks={acks})", REGISTRY), seed, load)
    assert history.count("ok") > 60
    assert not (wrong := faults_of(history, STALE)), (wrong, history.lines())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("acks", ["1", "all"])
def test_whatever_happens_to_two_slaves_reads_are_no_older_than_they_may_be(acks: str, seed: int) -> None:
    """Kernels stand still and are cut off, of which none is lost."""
    load = Load(operations=12, faults=LOSSES, moves=1, pauses=3, cuts=3, oms_ends=1, pause=0.4)
    history = stale_history(Chain.parse(f"LoadBalancedMasterSlave(min=2,acks={acks})", REGISTRY), seed, load, writes=0.3)
    assert not (wrong := faults_of(history, STALE)), (wrong, history.lines())


@pytest.mark.parametrize("seed", [*SEEDS, 2])
def test_messages_that_come_late_make_no_slave_younger(seed: int) -> None:
    """Not even where they take nearly as long as a read may be old."""
    load = Load(operations=40, faults=LATE, cuts=4, pause=0.2)
    history = stale_history(Chain.parse("LoadBalancedMasterSlave(min=2,stale=500ms)", REGISTRY), seed, load)
    assert not (wrong := faults_of(history, 0.5)), (wrong, history.lines())


@pytest.mark.parametrize("seed", SEEDS)
def test_without_acknowledgements_nothing_is_lost_while_the_master_stays(seed: int) -> None:
    load = Load(operations=24, faults=Faults(delay=(0.0005, 0.02)), pause=0.4, oms_ends=1)
    history = stale_history(Chain.parse("LoadBalancedMasterSlave(acks=0)", REGISTRY), seed, load)
    assert not (wrong := faults_of(history, STALE)), (wrong, history.lines())


@pytest.mark.parametrize("seed", range(4))
def test_a_slave_that_stood_still_answers_nothing_that_is_too_old(seed: int) -> None:
    """Messages that waited for it say nothing about the present, and a read that waited with them is handed on."""

    async def scenario(random: Random) -> None:
        cluster, stale = SimulatedCluster(random), 0.5
        stub = await cluster.create("map", Chain.parse("LoadBalancedMasterSlave(min=2,stale=500ms)", REGISTRY), {"x": 0}, client="client")
        readers = [cluster.client(f"reader {number}", "phone").stub("map") for number in range(8)]
        for reader in readers:
            assert await reader.call("get", "x") == 0
        places = dict((await stub.command("replicas"))["replicas"])
        cluster.pause(places[1], 0.95)
        told, ends = list[tuple[float, int]](), elapsed() + 0.8 + random.uniform(0, 0.1)

        async def read(reader: Stub[SimulatedClient]) -> None:
            begun, value = elapsed(), await reader.call("get", "x")
            assert value >= max(known for at, known in told if at <= begun - stale)

        while elapsed() < ends:
            value = await stub.call("add", "x", 1)
            told.append((elapsed(), value))
            await asyncio.sleep(0.02)
        await asyncio.gather(*(read(reader) for reader in readers))

    simulate(scenario, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("deed", ["crash", "cut"])
@pytest.mark.parametrize("acks", ["0", "1", "all"])
def test_what_may_be_lost_with_the_master(acks: str, deed: str, seed: int) -> None:
    """Without acknowledgements writes of the last `stale`; of a master that is cut off, until it knows nothing of its slaves any more."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(f"LoadBalancedMasterSlave(acks={acks})", REGISTRY), {}, client="near")
        told = dict[str, float]()
        failed_at = elapsed() + 2.0 + random.random()

        async def write() -> None:
            number = 0
            while elapsed() < failed_at + 6.0:
                number += 1
                if await error_of(stub.call("put", f"{number}", number, budget=3.0)) is None:
                    told[f"{number}"] = elapsed()
                await asyncio.sleep(0.03)

        writing = asyncio.ensure_future(write())
        await asyncio.sleep(failed_at - elapsed())
        if deed == "crash":
            cluster.crash("a")
        else:
            cluster.cut_off("a", ("oms", "b", "c", "phone"), seconds=30.0)
        await writing
        await asyncio.sleep(30.0)
        there = set(await cluster.client("other", "b").stub("map").call("keys"))
        lost = {key: time - failed_at for key, time in told.items() if key not in there}
        assert max(told.values()) > failed_at + 4.0, "writes went on"
        assert acks == "0" or not lost, lost
        assert all(-STALE <= time <= 1.1 * STALE for time in lost.values()), lost

    simulate(scenario, seed)


@pytest.mark.parametrize("text", ["acks=2", "acks=some", "stale=10ms", "min=3,max=2", "queue=0", "min=0"])
def test_settings_that_cannot_be_meant_are_refused(text: str) -> None:
    with pytest.raises(ChainInvalid):
        Chain.parse(f"LoadBalancedMasterSlave({text})", REGISTRY)


def test_two_that_replicate_are_refused() -> None:
    assert "both would bring the object back" in problems(Chain.parse("ConsensusRSM,LoadBalancedMasterSlave", REGISTRY))[0]


# --- the judge of these histories ---


def told(*operations: tuple[int, str, int, float, float]) -> TimedHistory:
    """Of client, `add` or `read`, the value that it was told, and when; all additions are of one."""
    history = TimedHistory(lambda: 0.0)
    events = sorted({time for *_, begun, ended in operations for time in (begun, ended)})
    for client, kind, value, begun, ended in operations:
        history.spans.append(Span(made := Operation(client, "x", kind, 1, value, "ok"), begun, ended))
        made.call, made.ret = events.index(begun), events.index(ended)
        history.operations.append(made)
    return history


RIGHT = ((0, "add", 1, 0.0, 1.0), (0, "add", 2, 2.0, 3.0), (1, "read", 1, 3.5, 3.6), (1, "read", 2, 4.2, 4.3))


def test_the_judge_accepts_a_read_that_is_old_enough_only() -> None:
    assert faults_of(told(*RIGHT), STALE) == []
    assert "more than 0.2 s before" in faults_of(told(*RIGHT), 0.2)[0]


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ((1, "read", 1, 9.0, 9.1), "more than 1 s before"),
        ((1, "read", 1, 4.4, 4.5), "had been told 2 before"),
        ((0, "read", 1, 3.1, 3.2), "had been told 2 before"),
        ((2, "read", 3, 3.1, 3.2), "which never was"),
        ((2, "read", 2, 0.0, 1.9), "which was added later"),
        ((2, "add", 2, 5.0, 6.0), "not linearizable"),
    ],
)
def test_the_judge_rejects_what_is_wrong(operation: tuple[int, str, int, float, float], said: str) -> None:
    found = faults_of(told(*RIGHT, operation), STALE)
    assert any(said in each for each in found), found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_group_whose_master_stood_still_is_whole_again(seed: int) -> None:
    """Another replica has become master meanwhile, and gets a slave although no kernel has ended."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await cluster.create("map", Chain.parse("LoadBalancedMasterSlave", REGISTRY), {"x": 0}, client="client")
        await asyncio.sleep(2.0)
        master = cluster.record("map").status.replicas[0].kernel_id
        elsewhere = next(name for name in cluster.kernels if name != master)
        stub = cluster.client("other", elsewhere).stub("map")
        cluster.pause(master, 4.0)
        assert await stub.call("add", "x", 1) == 1
        async with asyncio.timeout(30.0):
            while not (known := await stub.command("replicas"))["whole"] or len(known["replicas"]) < 2:
                await asyncio.sleep(0.5)
        assert known["replicas"][known["master"]] != master
        assert await stub.call("get", "x") == 1

    simulate(scenario, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_client_reads_its_own_writes_though_a_slave_that_is_young_enough_lacks_them(seed: int) -> None:
    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        chain = Chain.parse("LoadBalancedMasterSlave(min=2,acks=1,stale=5s)", REGISTRY)
        stub = await cluster.create("map", chain, {"x": 0}, client="client")
        await asyncio.sleep(2.0)
        known = await stub.command("replicas")
        places, master = dict(known["replicas"]), known["master"]
        late = random.choice([number for number in places if number != master])
        cluster.cut_off(places[late], (places[master],), seconds=0.8)
        for value in range(1, 6):
            assert await stub.call("add", "x", 1) == value
            for _ in range(4):
                assert await stub.call("get", "x") == value

    simulate(scenario, seed)


class Telling(KeyValue):
    """A map that tells a value by an exception."""

    read_only: ClassVar[tuple[str, ...]] = (*KeyValue.read_only, "tell")

    def tell(self, key: str) -> None:
        """Raises the value of a key."""
        raise ValueError(str(self.entries[key]))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_client_has_seen_what_an_exception_told_it(seed: int) -> None:
    """It reads nothing earlier afterwards, at a slave that lacks it."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        chain = Chain.parse("LoadBalancedMasterSlave(min=2,acks=1,stale=5s)", REGISTRY)
        stub = await cluster.create("map", chain, {"x": 0}, kind=Telling, client="client")
        reader = cluster.client("reader", "b").stub("map")
        await asyncio.sleep(2.0)
        known = await stub.command("replicas")
        places, master = dict(known["replicas"]), known["master"]
        late = random.choice([number for number in places if number != master])
        cluster.cut_off(places[late], (places[master],), seconds=0.8)
        told: list[int] = []
        for _ in range(5):
            await stub.call("add", "x", 1)
            for _ in range(4):
                error = await error_of(reader.call("tell", "x"))
                assert isinstance(error, GuestException)
                told.append(int(error.message))
        assert told == sorted(told) and told[-1] > 0, told

    simulate(scenario, seed)
