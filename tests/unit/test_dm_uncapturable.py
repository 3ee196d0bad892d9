"""Replicated objects whose state cannot be captured for a while: the replicas that have it go on, and say what hinders the others."""

from __future__ import annotations

import asyncio
import logging
from itertools import pairwise
from random import Random
from typing import Any, Final

import pytest
from amino_dms.chain import Chain, Registry
from amino_dms.replication.captures import LONGEST_PAUSE, Captures
from amino_testkit import SimulatedCluster
from amino_testkit.objects import KeyValue
from amino_testkit.suites.replication import states
from amino_testkit.world.scheduler import simulate
from amino_wire.errors import AminoError, DeadlineExceeded, KernelUnavailable, Moved, StateNotCapturable, ValueInvalid

REGISTRY = Registry.installed()
ERRORS: Final[dict[str, AminoError]] = {
    "closure": StateNotCapturable("self.closure cannot be captured", details={"lost": ["self.closure"]}),
    "large": ValueInvalid("the state has more than 67108864 bytes, which no state may have; keep less in one object"),
    "slow": DeadlineExceeded("the state was not captured in time"),
}
"""By keys of a map that then cannot be captured."""


class Uncapturable(KeyValue):
    """A map whose state cannot be captured while it has one of some keys."""

    def amino_save(self) -> Any:
        for key, error in ERRORS.items():
            if key in self.entries:
                raise error
        return self.entries

    def amino_load(self, state: Any) -> None:
        self.entries = dict(state)


async def made(random: Random, text: str) -> tuple[SimulatedCluster, Any]:
    cluster = SimulatedCluster(random)
    return cluster, await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, kind=Uncapturable)


async def lacks(stub: Any, text: str) -> str:
    """What the group says that it lacks, once that has a text."""
    async with asyncio.timeout(60.0):
        while text not in (await stub.command("members"))["lacks"]:
            await asyncio.sleep(0.5)
    return str((await stub.command("members"))["lacks"])


async def whole(stub: Any) -> None:
    async with asyncio.timeout(4 * LONGEST_PAUSE):
        while not (await stub.command("members"))["whole"]:
            await asyncio.sleep(0.5)


@pytest.mark.parametrize("key", sorted(ERRORS))
@pytest.mark.parametrize("which", ["follower", "leader"])
def test_a_group_goes_on_while_a_member_waits_for_a_state_that_cannot_be_captured(which: str, key: str) -> None:
    async def scenario(random: Random) -> None:
        cluster, stub = await made(random, "ConsensusRSM(log=kernels)")
        await stub.call("put", key, 1)
        members = await stub.command("members")
        leader = members["replicas"][members["leader"]]
        gone = leader if which == "leader" else min(set(members["replicas"].values()) - {leader})
        cluster.crash(gone, back_after=1.0)
        reason = await lacks(stub, "cannot be captured")
        assert "map" in reason and ERRORS[key].code in reason and ERRORS[key].message in reason
        for number in range(40):
            assert await stub.call("add", "x", 1) == number + 1
            assert await stub.call("get", "x") == number + 1
            await asyncio.sleep(1.0)
        told = await stub.command("members")
        assert not told["whole"] and told["epoch"] <= members["epoch"] + 3, told
        assert await stub.call("delete", key)
        await whole(stub)
        assert (await stub.command("members"))["lacks"] == ""
        assert sorted(map(str, states(cluster, "map").values())) == [str({"x": 40})] * 3

    simulate(scenario, 21)


@pytest.mark.parametrize("log", ["kernels", "kernels,durable=true", "store"])
@pytest.mark.parametrize("key", sorted(ERRORS))
def test_a_snapshot_and_a_comparison_that_fail_end_no_replica(key: str, log: str) -> None:
    async def scenario(random: Random) -> None:
        cluster, stub = await made(random, f"ConsensusRSM(log={log},compare=4,snapshot=5)")
        before = await stub.command("members")
        await stub.call("put", key, 1)
        for number in range(30):
            assert await stub.call("add", "x", 1) == number + 1
        after = await stub.command("members")
        assert (after["epoch"], after["replicas"]) == (before["epoch"], before["replicas"])
        # Nobody needs a state of a group that is whole and keeps nothing on disks.
        assert ("cannot be captured" in after["lacks"]) == (log != "kernels"), after
        assert ("grows with each call" in after["lacks"]) == (log != "kernels"), after
        assert await stub.call("delete", key)
        for _ in range(10):
            await stub.call("add", "x", 1)
        await whole(stub)
        await asyncio.sleep(5.0)  # the followers hear that the last call is final
        assert list(states(cluster, "map").values()) == [{"x": 40}] * 3

    simulate(scenario, 22)


class Played:
    """A clock, and a state that can be captured unless there is an error."""

    def __init__(self) -> None:
        self.time = 0.0
        self.error: AminoError | None = None
        self.taken = 0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds

    async def capture(self) -> int:
        self.taken += 1
        if self.error is not None:
            raise self.error
        return self.taken


async def test_a_reason_is_logged_once_and_tries_are_made_ever_more_rarely(caplog: pytest.LogCaptureFixture) -> None:
    played = Played()
    captures = Captures(lambda: "safe (o1)", played, "the others wait")
    caplog.set_level(logging.INFO)
    assert captures.due and await captures.take(played.capture) == 1 and not captures.trouble
    at = list[float]()
    for number in range(3000):
        played.error = ValueInvalid(f"the state has {number} bytes")
        if captures.due:
            at.append(played.time)
            assert await captures.take(played.capture) is None
        await played.sleep(0.1)
    gaps = [after - before for before, after in pairwise(at)]
    assert 0.4 < gaps[0] < 0.7 and LONGEST_PAUSE - 0.01 <= gaps[-1] < LONGEST_PAUSE + 0.3 and len(at) < 20
    assert len(caplog.records) == 1 and "safe (o1)" in caplog.text and "VALUE_INVALID" in caplog.text
    played.error = StateNotCapturable("self.fn cannot be captured")
    assert await captures.take(played.capture) is None
    assert len(caplog.records) == 2 and "self.fn" in captures.trouble and "the others wait" in captures.trouble
    played.error = None
    assert await captures.take(played.capture) is not None
    assert captures.due and captures.trouble == "" and len(caplog.records) == 3


@pytest.mark.parametrize("error", [Moved("it is not here"), KernelUnavailable("its half has ended")])
async def test_an_object_that_is_not_here_is_no_state_that_cannot_be_captured(error: AminoError) -> None:
    played = Played()
    played.error = error
    captures = Captures(lambda: "safe", played, "the others wait")
    with pytest.raises(type(error)):
        await captures.take(played.capture)
    assert captures.due and captures.trouble == ""
