"""The simulation itself: its faults happen, its histories say what was told, and what kernels have is compared with the records."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

import pytest
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.histories.history import History
from amino_testkit.network.faults import NO_FAULTS, Faults
from amino_testkit.network.network import SILENT_SECONDS
from amino_testkit.schedules.agreement import agreed
from amino_testkit.schedules.catalogue import suite_of
from amino_testkit.schedules.play import play
from amino_testkit.schedules.suite import ScheduleSuite
from amino_wire.errors import AminoError, GuestException, KernelUnavailable, Moved, ObjectLost, Outcome

from tests.simulation.objects import Counter as CountingObject
from tests.support.simulated import run

SENT = 1000


async def sent(cluster: SimulatedCluster, faults: Faults, *, is_reply: bool = False) -> Counter[str]:
    """What becomes of messages from one kernel to another under faults."""
    network, fates = cluster.network, Counter[str]()
    network.faults = faults
    for _ in range(SENT):
        network.send(
            cluster.kernels["a"].process, "b", lambda: fates.update(["arrived"]), lambda _why: fates.update(["lost"]), is_reply=is_reply
        )
        network.doubled("a", "b", lambda: fates.update(["doubled"]))
    network.faults = NO_FAULTS
    await asyncio.sleep(2 * SILENT_SECONDS)
    assert fates["arrived"] + fates["lost"] == SENT
    return fates


@pytest.mark.parametrize(
    ("faults", "is_reply", "lost", "doubled"),
    [
        (NO_FAULTS, False, 0, 0),
        (Faults(drop_request=0.3), False, 300, 0),
        (Faults(drop_request=0.3), True, 0, 0),
        (Faults(drop_reply=0.3, silent=0.5), True, 300, 0),
        (Faults(duplicate=0.3), False, 0, 300),
    ],
)
def test_so_many_messages_are_lost_and_doubled_as_was_asked_for(faults: Faults, is_reply: bool, lost: int, doubled: int) -> None:
    fates = run(lambda cluster: sent(cluster, faults, is_reply=is_reply), 601)
    assert abs(fates["lost"] - lost) <= 0.2 * lost
    assert abs(fates["doubled"] - doubled) <= 0.2 * doubled


@pytest.mark.parametrize("one_way", [False, True])
def test_nothing_comes_through_a_cut(one_way: bool) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        fates: Counter[str] = Counter()
        cluster.network.cut("a", "b", one_way=one_way)
        for sender, receiver in (("a", "b"), ("b", "a"), ("a", "c")):
            way = f"{sender}{receiver}"
            process = cluster.kernels[sender].process
            cluster.network.send(process, receiver, lambda way=way: fates.update([way]), lambda _why: None)  # type: ignore[misc]
        await asyncio.sleep(1.0)
        assert fates["ab"] == 0
        assert fates["ba"] == int(one_way)
        assert fates["ac"] == 1
        cluster.network.mend()

    run(scenario, 602)


def test_calls_of_an_object_run_one_after_another_unless_its_class_asks_for_more() -> None:
    async def most(cluster: SimulatedCluster, name: str, concurrent: bool) -> int:
        stub = await cluster.create(name, kind=CountingObject, kernel="a", concurrent=concurrent)
        calls = asyncio.gather(*(stub.call("incr_and_wait", 0.1) for _ in range(3)))
        seen = 0
        while not calls.done():
            seen = max(seen, len(cluster.kernels["a"].half.objects[cluster.id_of(name)].inside))
            await asyncio.sleep(0.01)
        return seen

    async def scenario(cluster: SimulatedCluster) -> None:
        assert await most(cluster, "serial", False) == 1
        assert await most(cluster, "concurrent", True) == 3

    run(scenario, 603)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KernelUnavailable("no answer"), "info"),
        (KernelUnavailable("never sent", outcome=Outcome.NOT_RUN), "fail"),
        (ObjectLost("lost"), "info"),
        (GuestException("the object's own"), "fail"),
        (Moved("not here"), "fail"),
    ],
)
async def test_a_history_is_unsure_where_the_error_is_and_nowhere_else(error: AminoError, status: str) -> None:
    history = History()
    async with history.operation(0, "x", "write", 1):
        raise error
    assert history.operations[0].status == status
    assert history.errors == {error.code: 1}


async def test_a_history_is_unsure_of_calls_that_did_not_run_where_messages_are_doubled() -> None:
    history = History(doubled=True)
    async with history.operation(0, "x", "write", 1):
        raise KernelUnavailable("never sent", outcome=Outcome.NOT_RUN)
    assert history.operations[0].status == "info"


def test_what_kernels_have_is_compared_with_what_the_records_say() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "", {"x": 1}, kernel="a")
        await agreed(cluster, ["map"], DETECTION)
        table = cluster.kernels["a"].parts.table
        local = table.get(cluster.id_of("map"))
        assert local is not None
        table.remove(local)
        with pytest.raises(AssertionError, match="although all is calm"):
            await agreed(cluster, ["map"], 0.0)
        table.put(local)

    run(scenario, 604)


def test_a_schedule_fails_whose_judge_says_so() -> None:
    judged: list[int] = []
    suite = suite_of("registers")

    def judge(played: object) -> str:
        judged.append(1)
        return "this is wrong"

    spoilt = ScheduleSuite(suite.name, suite.chains, suite.act, judge, suite.last, suite.deeds)
    assert play(spoilt, 1).problem == "this is wrong" and judged


def test_a_schedule_fails_whose_clients_are_told_moved() -> None:
    suite = suite_of("registers")

    async def act(_map: object, client: int, _random: Random, history: History) -> None:
        async with history.operation(client, "x", "read"):
            raise Moved("not here")

    spoilt = ScheduleSuite(suite.name, suite.chains, act, lambda _played: "", suite.last, suite.deeds)
    assert "MOVED" in play(spoilt, 1).problem
