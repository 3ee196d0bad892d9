"""Calls of replicated objects to others: each is made once, and all replicas see one answer, also where kernels end in the middle."""

from __future__ import annotations

import asyncio
import os
from random import Random
from typing import Any, ClassVar

import pytest
from amino_dms.chain import Chain, Registry
from amino_testkit import Faults, SimulatedCluster
from amino_testkit.world.scheduler import error_of, simulate
from amino_wire.errors import AminoError
from amino_wire.instances import object_of

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "2")))
LOGS = ("ConsensusRSM(compare=3,snapshot=5)", "ConsensusRSM(log=kernels,compare=3,snapshot=5)")
SETTLED = 30.0


class Teller:
    """Pays by calls to other objects, and writes down what they answer."""

    amino: Any = None
    read_only: ClassVar[tuple[str, ...]] = ("paid",)

    def __init__(self) -> None:
        self.lines: list[Any] = []

    async def pay(self, target: str, key: str, amount: int) -> Any:
        """Adds to a key of another object."""
        self.lines.append(await self.amino.call(target, "add", key, amount))
        return self.lines[-1]

    async def pay_twice(self, target: str, key: str) -> Any:
        """Adds one, then what the first call answered."""
        first = await self.amino.call(target, "add", key, 1)
        return await self.pay(target, key, first)

    async def ask(self, target: str, method: str, *args: Any) -> Any:
        """The answer of another object, or its error as text."""
        try:
            answer = await self.amino.call(target, method, *args)
        except AminoError as error:
            answer = f"{error.code}: {error.message}"
        self.lines.append(answer)
        return answer

    async def through(self, target: str, *args: Any) -> Any:
        """Hands on."""
        return await self.amino.call(target, *args)

    def paid(self) -> list[Any]:
        """All answers."""
        return list(self.lines)


def kept(cluster: SimulatedCluster, name: str) -> list[list[Any]]:
    """The lines of each replica that is there."""
    return [
        hosted.guest.instance.lines
        for kernel in cluster.kernels.values()
        for instance, hosted in (kernel.half.objects.items() if kernel.alive else ())
        if object_of(instance) == cluster.id_of(name) and hosted.absence is None
    ]


@pytest.mark.parametrize("callee", ["AtMostOnceRPC", "ConsensusRSM", "Retry,AtMostOnceRPC,ConsensusRSM(log=kernels)"])
@pytest.mark.parametrize("text", LOGS)
def test_a_call_is_made_once_and_all_replicas_see_its_answer(text: str, callee: str) -> None:
    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        teller = await cluster.create("teller", Chain.parse(text, REGISTRY), kind=Teller)
        account = await cluster.create("account", Chain.parse(callee, REGISTRY), {"x": 0}, kernel="b")
        for number in range(8):
            assert await teller.call("pay", "account", "x", 1) == number + 1
        assert await account.call("get", "x") == 8
        assert await teller.call("pay_twice", "account", "y") == 2
        await asyncio.sleep(SETTLED)
        assert kept(cluster, "teller") == [[1, 2, 3, 4, 5, 6, 7, 8, 2]] * 3

    simulate(scenario, 1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("callee", ["AtMostOnceRPC", "ConsensusRSM"])
@pytest.mark.parametrize("text", LOGS)
def test_no_call_is_lost_or_made_twice_whoever_ends(text: str, callee: str, seed: int) -> None:
    """The sums that the account answers are those of all payments, in the order of the teller's log, without a repetition; and
    without a gap where the account is replicated too. AtMostOnceRPC keeps of a call whose sender has ended that it may have run."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await cluster.create("teller", Chain.parse(text.replace("compare", "outside=60s,compare"), REGISTRY), kind=Teller)
        account = await cluster.create("account", Chain.parse(callee, REGISTRY), {"x": 0}, kernel="phone")
        cluster.use(Faults(duplicate=0.1, delay=(0.0005, 0.02)))
        stubs = [cluster.client(f"client {number}", "abc"[number]).stub("teller") for number in range(3)]

        async def pay(stub: Any) -> None:
            for _ in range(8):
                await error_of(stub.call("pay", "account", "x", 1))
                await asyncio.sleep(random.uniform(0.0, 0.2))

        async def faults() -> None:
            for kernel in random.sample("abc", 2):
                await asyncio.sleep(random.uniform(0.05, 0.6))
                match random.randrange(3):
                    case 0:
                        cluster.crash(kernel, back_after=random.uniform(0.5, 10.0))
                    case 1:
                        cluster.pause(kernel, random.uniform(0.5, 8.0))
                    case _:
                        cluster.cut_off(kernel, [each for each in cluster.kernels if each != kernel], seconds=random.uniform(0.5, 8.0))
                if "kernels" in text:
                    await asyncio.sleep(20.0)  # the group is whole again: a log in memory survives one failure at a time

        await asyncio.gather(faults(), *map(pay, stubs))
        cluster.calm()
        await asyncio.sleep(SETTLED)
        teller = cluster.client("other", "phone").stub("teller")
        paid = await teller.call("paid")
        assert len(paid) >= 12 and paid == sorted(set(paid)), paid
        if callee == "ConsensusRSM":
            assert paid == list(range(1, len(paid) + 1)), paid
            assert await account.call("get", "x") == len(paid)
        found = kept(cluster, "teller")
        assert len(found) >= 2 and all(each == paid for each in found)

    simulate(scenario, seed)


@pytest.mark.parametrize("callee", ["AtMostOnceRPC", "ConsensusRSM"])
@pytest.mark.parametrize("text", LOGS)
def test_a_leader_that_ends_before_it_has_told_what_the_other_object_answered(text: str, callee: str) -> None:
    """The next one asks again under the same name; the other object does nothing twice."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        teller = await cluster.create("teller", Chain.parse(text, REGISTRY), kind=Teller)
        account = await cluster.create("account", Chain.parse(callee, REGISTRY), {"x": 0}, kernel="phone", kind=Slow)
        paying = asyncio.ensure_future(teller.call("ask", "account", "add", "x", 1))
        while not account_runs(cluster):
            await asyncio.sleep(0.01)
        cluster.crash("a", back_after=20.0)
        answer = await paying
        assert answer == 1 or (callee == "AtMostOnceRPC" and "may have had its effect" in answer), answer
        await asyncio.sleep(SETTLED)
        assert await account.call("get", "x") <= 1
        assert len([each for each in cluster.executions("account") if each[0] == "add"]) == (1 if callee == "AtMostOnceRPC" else 3)
        assert kept(cluster, "teller") == [[answer]] * 3

    simulate(scenario, 3)


class Slow:
    """An account that takes its time."""

    read_only: ClassVar[tuple[str, ...]] = ("get",)

    def __init__(self, entries: dict[str, int]) -> None:
        self.entries = dict(entries)

    async def add(self, key: str, amount: int) -> int:
        """Adds to a value; the sum."""
        await asyncio.sleep(1.0)
        self.entries[key] += amount
        return self.entries[key]

    def get(self, key: str) -> int:
        """The value."""
        return self.entries[key]


def account_runs(cluster: SimulatedCluster) -> bool:
    """Whether the account has been called."""
    return any(method == "add" for method, _ in cluster.executions("account"))


@pytest.mark.parametrize("text", LOGS)
def test_an_object_without_a_manager_that_knows_calls_again_is_refused(text: str) -> None:
    """With the manager to attach; members that read may be called."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        teller = await cluster.create("teller", Chain.parse(text, REGISTRY), kind=Teller)
        await cluster.create("account", "Retry", {"x": 5}, kernel="b")
        answer = await teller.call("ask", "account", "add", "x", 1)
        assert "Attach AtMostOnceRPC" in answer and "account" in answer
        assert await teller.call("ask", "account", "get", "x") == 5
        await asyncio.sleep(5.0)
        assert kept(cluster, "teller") == [[answer, 5]] * 3
        assert not account_runs(cluster)

    simulate(scenario, 1)


@pytest.mark.parametrize("text", LOGS)
def test_calls_in_a_circle_end_with_an_error(text: str) -> None:
    """At once, and on all replicas alike: the object waits for a call that would wait for it."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        one = await cluster.create("one", Chain.parse(text, REGISTRY), kind=Teller)
        await cluster.create("two", Chain.parse(text, REGISTRY), kind=Teller, kernel="b")
        began = asyncio.get_running_loop().time()
        for way in (("one", "paid"), ("two", "through", "one", "paid"), ("two", "through", "one", "pay", "two", "x", 1)):
            answer = await one.call("ask", *way)
            assert "which waits for it" in answer, answer
        assert asyncio.get_running_loop().time() - began < 3.0
        assert len(await one.call("paid")) == 3
        await asyncio.sleep(5.0)
        assert len({str(lines) for lines in kept(cluster, "one")}) == 1

    simulate(scenario, 2)


@pytest.mark.parametrize("text", LOGS)
def test_an_object_that_does_not_answer_costs_no_replica(text: str) -> None:
    """The leader says when it has taken too long, and all replicas hear of that alike; none of their own time for the call passes."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        settings = text.replace("compare", "outside=40s,compare")
        teller = await cluster.create("teller", Chain.parse(settings, REGISTRY), kind=Teller)
        await cluster.create("account", "AtMostOnceRPC", {"x": 0}, kernel="phone", kind=Stands)
        asking = asyncio.ensure_future(error_of(teller.call("ask", "account", "add", "x", 1)))
        await asyncio.sleep(70.0)
        await asking
        lines = await teller.call("paid")
        assert len(lines) == 1 and "DEADLINE_EXCEEDED" in lines[0], lines
        assert kept(cluster, "teller") == [lines] * 3

    simulate(scenario, 4)


class Stands(Slow):
    """Never answers."""

    async def add(self, key: str, amount: int) -> int:
        """Waits."""
        await asyncio.sleep(1000.0)
        return amount


def test_a_read_replica_calls_nobody() -> None:
    """Its manager makes no calls for all."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        teller = await cluster.create("teller", "LoadBalancedMasterSlave", kind=Teller)
        await cluster.create("account", "AtMostOnceRPC", {"x": 0}, kernel="b")
        assert "NOT_DETERMINISTIC" in await teller.call("ask", "account", "add", "x", 1)

    simulate(scenario, 1)


@pytest.mark.parametrize("text", LOGS)
def test_an_answer_that_is_too_long_for_the_log_is_an_error(text: str) -> None:
    """On all replicas alike; the group goes on."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        teller = await cluster.create("teller", Chain.parse(text, REGISTRY), kind=Teller)
        await cluster.create("account", "AtMostOnceRPC", {"x": "y" * (1 << 20)}, kernel="b")
        assert "ask for less at a time" in await teller.call("ask", "account", "peek", "x")
        assert await teller.call("ask", "account", "add", "z", 1) == 1
        await asyncio.sleep(5.0)
        assert [lines[-1] for lines in kept(cluster, "teller")] == [1, 1, 1]

    simulate(scenario, 1)
