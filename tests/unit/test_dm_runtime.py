"""Hosts of the parts: upcalls, conversations, commands, durable coordinators, the freeze before a move."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from amino_dms.api import Purpose
from amino_dms.chain import Chain, Registry
from amino_dms.runtime import InstanceChain
from amino_oms.registry.keys import OBJECTS
from amino_testkit import KeyValue, Probe, Seen, SimulatedCluster, Stuck, elapsed, simulate
from amino_testkit.cluster.oms import DETECTION
from amino_wire.errors import AminoError, ArgumentInvalid, ChainInvalid, KernelUnavailable, MemberNotFound, ObjectAwaitsKernel
from amino_wire.frames import Invocation

T = TypeVar("T")


async def thawed(chain: InstanceChain) -> None:
    """Lets calls go on."""
    chain.thaw()


def run(scenario: Callable[[SimulatedCluster], Awaitable[T]], seed: int = 1) -> T:
    """Runs a scenario in a fresh cluster."""
    return simulate(lambda random: scenario(SimulatedCluster(random)), seed)


def probed(log: list[Seen]) -> Chain:
    """A chain of two probes."""
    return Chain([Probe.writing_into(log, "A")(), Probe.writing_into(log, "B")()])


def of(log: list[Seen], part: str) -> list[str]:
    """What parts of one kind saw, in order."""
    return [f"{seen.probe} {seen.upcall}" for seen in log if seen.part == part]


def test_parts_are_made_before_the_first_call() -> None:
    log: list[Seen] = []

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", probed(log))
        await stub.call("get", "x")

    run(scenario)
    assert of(log, "instance_manager")[:2] == ["A create created", "B create created"]
    assert of(log, "coordinator") == ["A create created", "B create created"]
    assert of(log, "proxy")[:2] == ["A create created", "B create created"]


def test_a_move_carries_what_parts_know() -> None:
    log: list[Seen] = []

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", probed(log))
        await stub.call("put", "x", 1)
        log.clear()
        await cluster.move("map", "b")
        assert await stub.call("get", "x") == 1

    run(scenario)
    assert of(log, "instance_manager")[:4] == ["A load saved for move", "B load saved for move", "A create moved", "B create moved"]
    assert "A destroy" in of(log, "instance_manager")
    assert "A added 0 on b" in of(log, "coordinator")
    assert "A removed 0 on a" in of(log, "coordinator")


def test_a_move_that_fails_leaves_everything_as_it_was() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "LeaseCaching,LockingTransactions", {"x": 1})
        cluster.network.cut("a", "b")
        with pytest.raises(KernelUnavailable):
            await cluster.move("map", "b")
        assert await stub.call("add", "x", 1) == 2
        assert cluster.record("map").status.epoch == 1

    run(scenario)


def test_a_call_that_came_during_the_freeze_runs_once_where_the_object_is() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "AtMostOnceRPC")
        managers = cluster.kernels["a"].managers(cluster.id_of("map"))
        await managers.run(lambda chain: chain.freeze())
        calling = asyncio.ensure_future(stub.call("add", "x", 1))
        await asyncio.sleep(1.0)
        assert not calling.done()
        await managers.run(thawed)
        assert await calling == 1
        await managers.run(lambda chain: chain.freeze())
        calling = asyncio.ensure_future(stub.call("add", "x", 1))
        await managers.run(thawed)
        assert await calling == 2

    run(scenario)


def test_a_freeze_lets_calls_on_their_way_finish() -> None:
    """Else a deduplication would not know the outcome of a call whose effect travels with the state."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "AtMostOnceRPC")
        managers = cluster.kernels["a"].managers(cluster.id_of("map"))
        calling = asyncio.ensure_future(stub.call("add", "x", 1))
        while not cluster.executions("map"):
            await asyncio.sleep(0.0001)
        await managers.run(lambda chain: chain.freeze())
        saved = await managers.run(lambda chain: chain.save(Purpose.MOVE))
        assert [kept[0] for kept in saved["AtMostOnceRPC"]["outcomes"].values()] == [1]
        await managers.run(thawed)
        assert await calling == 1

        async def frozen(chain: InstanceChain) -> None:
            another = asyncio.ensure_future(chain.call(Invocation(cluster.id_of("map"), "add", ("x", 1), request_id="another")))
            await asyncio.sleep(0)
            await chain.freeze()
            assert another.done()

        await managers.run(frozen)

    run(scenario)


def test_parts_talk_to_one_another() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", probed([]))
        assert await stub.command("ask_both") == ["instance manager 0 on a", "coordinator"]
        with pytest.raises(MemberNotFound, match="there are: ask_both, count_up, limit_latency"):
            await stub.command("who")
        with pytest.raises(ArgumentInvalid, match=r"the command count_up of \w+ was called .*too many positional.*; it is count_up\(\)$"):
            await stub.command("count_up", 1, 2)
        with pytest.raises(ArgumentInvalid, match=r"the command limit_latency of \w+ was called .*; it is limit_latency\(\w+\)$"):
            await stub.command("limit_latency")

    run(scenario)


def test_a_command_of_transactions_says_what_it_takes_and_which_managers_have_it() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        plain = await cluster.create("map", Chain())
        attach = "there are: none. Attach a manager .*: DurableTransactions or LockingTransactions or OptimisticTransactions$"
        with pytest.raises(MemberNotFound, match=f"has the command 'start_transaction'; {attach}"):
            await plain.command("start_transaction")
        locking = await cluster.create("locked", Chain.parse("LockingTransactions", Registry.installed()))
        takes = r"the command commit of LockingTransactions .*missing a required argument: 'transaction'\); it is commit\(transaction\)$"
        with pytest.raises(ArgumentInvalid, match=takes):
            await locking.command("commit")

    run(scenario)


def test_a_command_may_name_its_manager() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", probed([]))
        assert await stub.command("count_up", manager="B") == 1
        assert await stub.command("count_up", manager="B") == 2
        assert await stub.command("count_up") == 1
        with pytest.raises(MemberNotFound):
            await stub.command("count_up", manager="C")

    run(scenario)


def test_what_coordinators_know_survives_the_oms() -> None:
    log: list[Seen] = []

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", probed(log))
        for _ in range(3):
            await stub.command("count_up")
        cluster.oms.kill()
        with pytest.raises(AminoError):
            await stub.command("count_up")
        cluster.oms.start()
        await cluster.ready()
        assert await stub.command("count_up") == 4

    run(scenario)
    assert of(log, "coordinator").count("A create created") == 1, "on_create comes once in an object's life"


def test_a_failure_is_told_to_coordinators_and_the_object_is_lost_if_none_sees_to_it() -> None:
    log: list[Seen] = []

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", probed(log))
        cluster.crash("a")
        await asyncio.sleep(DETECTION + 1.0)
        with pytest.raises(ObjectAwaitsKernel):
            await stub.call("get", "x")

    run(scenario)
    assert of(log, "coordinator")[-2:] == ["A failure 0 on a", "B failure 0 on a"]


def test_high_latency_and_low_memory_are_told() -> None:
    log: list[Seen] = []

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", probed(log))
        await stub.call("get", "x")
        assert "A high latency" not in of(log, "proxy")
        await stub.command("limit_latency", 0.0001)
        await stub.call("get", "x")
        await asyncio.sleep(0.1)
        await cluster.kernels["a"].managers(cluster.id_of("map")).run(lambda chain: chain.low_memory(1000))

    run(scenario)
    assert of(log, "proxy").count("A high latency") == 1
    assert "B high latency" not in of(log, "proxy")
    assert "B low memory 1000" in of(log, "instance_manager")


def test_high_latency_is_told_of_calls_that_fail_and_until_the_limit_is_taken_back() -> None:
    log: list[Seen] = []

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", probed(log))
        await stub.command("limit_latency", 0.0001)
        with pytest.raises(AminoError):
            await stub.call("fail", "no")
        await asyncio.sleep(0.1)
        assert of(log, "proxy").count("A high latency") == 1
        await stub.command("limit_latency", 3600.0)
        await stub.call("get", "x")
        await stub.command("limit_latency", None)
        await stub.call("get", "x")
        await asyncio.sleep(0.1)
        assert of(log, "proxy").count("A high latency") == 1

    run(scenario)


def test_a_read_that_a_proxy_can_answer_does_not_wait() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        outside = await cluster.create("outside", "Retry,AtMostOnceRPC,LeaseCaching", {"x": 1})
        await outside.call("get", "x")
        assert (await outside.client.chain("outside")).answer_now is not None
        answered = (await outside.client.chain("outside")).answer_now("get", ("x",), {})  # type: ignore[misc]
        assert answered == 1
        await cluster.create("hidden", Chain([Probe.writing_into([], "P")(), *chain("LeaseCaching").managers]))
        assert (await outside.client.chain("hidden")).answer_now is None, "a proxy that wants every call gets every call"
        await cluster.create("none", "Retry")
        assert (await outside.client.chain("none")).answer_now is None

    def chain(text: str) -> Chain:
        return Chain.parse(text, Registry.installed())

    run(scenario)


def test_a_chain_that_cannot_work_makes_no_object() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        with pytest.raises(ChainInvalid):
            await cluster.create("map", "LeaseCaching,ConsistentCaching")
        assert cluster.oms.disk.count(OBJECTS) == 0

    run(scenario)


def test_the_same_seed_gives_the_same_run() -> None:
    async def scenario(cluster: SimulatedCluster) -> list[object]:
        stub = await cluster.create("map", "Retry,LoadBalancedFrontEnd")
        for key in "abc":
            await stub.call("put", key, 1)
        return [elapsed(), cluster.executions("map"), cluster.network.steps]

    assert run(scenario, 5) == run(scenario, 5)
    assert run(scenario, 5) != run(scenario, 6)


def test_a_simulation_that_waits_for_ever_says_so() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "", kind=KeyValue)
        await asyncio.Event().wait()

    with pytest.raises(Stuck):
        run(scenario)
