"""Transactions before ConsensusRSM keep their promise while leaders end in the middle of one."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from random import Random

import pytest
from amino_dms.api import Node
from amino_dms.chain import Chain, Registry, problems
from amino_dms.serializability.open_copies import LIMIT
from amino_testkit import Faults, Porcupine, SimulatedCluster
from amino_testkit.suites.histories import Load, transaction_history
from amino_testkit.world.scheduler import elapsed, error_of, simulate
from amino_wire.errors import GuestException, ObjectBusy, TransactionConflict, TransactionInvalid

from tests.support.histories import judge

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "2")))
SIX = [Node(name, {"region": "east"}) for name in "abcdef"]
LOCKING = (
    "LockingTransactions(lease=3s),ConsensusRSM(compare=3,snapshot=5)",
    "LockingTransactions(lease=3s),ConsensusRSM(log=kernels,compare=3,snapshot=5)",
)
OPTIMISTIC = tuple(text.replace("Locking", "Optimistic") for text in LOCKING)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", [*LOCKING, *OPTIMISTIC])
def test_nobody_sees_half_a_transaction_whatever_happens(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """Histories of transactions, and of calls outside of them, are strictly serializable."""
    faults = Faults(drop_reply=0.03, duplicate=0.05, delay=(0.0005, 0.02))
    if "kernels" in text:
        load = Load(operations=8, faults=faults, pause=0.6, crashes=1, pauses=1, cuts=1, rest=15.0)
    else:
        load = Load(operations=8, faults=faults, pause=0.6, crashes=2, pauses=2, cuts=2, oms_ends=1)
    history = transaction_history(Chain.parse(text, REGISTRY), seed, load)
    assert history.count("ok") > 8, history.lines()
    judge(history, "txn", porcupine, tmp_path)


@pytest.mark.parametrize("text", [*LOCKING, *OPTIMISTIC])
def test_a_transaction_goes_on_at_the_next_leader(text: str) -> None:
    """With what its calls have done, which nobody has seen; a call that waits for its lock waits there too."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0, "y": 0}, client="maker")
        other = cluster.client("other", "b").stub("map")
        name = await stub.command("start_transaction")
        inside = stub.within(name)
        await inside.call("put", "x", 1)
        reading = asyncio.ensure_future(other.call("get", "x"))
        await asyncio.sleep(0.2)
        cluster.crash("a", back_after=20.0)
        assert await inside.call("add", "x", 1) == 2
        await inside.call("put", "y", 2)
        if text.startswith("Locking"):
            assert not reading.done(), "it waits for the end of the transaction"
        await stub.command("commit", name)
        assert await reading == (2 if text.startswith("Locking") else 0)
        assert [await other.call("get", key) for key in ("x", "y")] == [2, 2]
        await stub.command("commit", name)
        assert isinstance(await error_of(stub.command("rollback", name)), TransactionInvalid)

    simulate(scenario, 3)


@pytest.mark.parametrize("text", [*LOCKING, *OPTIMISTIC])
def test_replicas_that_come_later_know_the_transaction(text: str) -> None:
    """All three that have seen its beginning end, one after another; the entries of that time are in a snapshot."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random, SIX)
        chain = Chain.parse(text.replace("3s", "100s"), REGISTRY)
        stub = await cluster.create("map", chain, {"x": 0, "y": 0}, client="maker")
        inside = stub.within(name := await stub.command("start_transaction"))
        for number in range(12):
            assert await inside.call("add", "x", 1) == number + 1

        def places() -> list[str]:
            return [replica.kernel_id for replica in cluster.record("map").status.replicas]

        for victim in places():
            cluster.crash(victim)
            while victim in places() or not (await stub.command("members"))["whole"]:
                await asyncio.sleep(0.5)
        later = cluster.client("later", places()[0]).stub("map")
        reading = asyncio.ensure_future(later.call("get", "x"))
        assert await later.within(name).call("add", "x", 1) == 13
        assert reading.done() == (not text.startswith("Locking"))
        await later.command("commit", name)
        assert await reading == (13 if text.startswith("Locking") else 0)
        assert await later.call("get", "x") == 13

    simulate(scenario, 9)


@pytest.mark.parametrize("text", [*LOCKING, *OPTIMISTIC])
def test_a_rollback_undoes_everything_on_every_replica(text: str) -> None:
    """The replicas compare their states each three entries, and none is replaced."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="maker")
        places = {replica.kernel_id for replica in cluster.record("map").status.replicas}
        for number in range(5):
            name = await stub.command("start_transaction")
            inside = stub.within(name)
            await inside.call("put", "x", number + 1)
            assert isinstance(await error_of(inside.call("put_and_fail", "x", 7)), GuestException)
            assert await inside.call("get", "x") == 7
            await stub.command("rollback", name)
            assert await stub.call("get", "x") == 0
            assert isinstance(await error_of(inside.call("put", "x", 3)), TransactionInvalid)
        assert {replica.kernel_id for replica in cluster.record("map").status.replicas} == places

    simulate(scenario, 4)


@pytest.mark.parametrize("ends", [False, True], ids=["leader stays", "leader ends"])
@pytest.mark.parametrize("text", [*LOCKING, *OPTIMISTIC])
def test_a_transaction_whose_client_has_gone_ends_by_its_lease(text: str, *, ends: bool) -> None:
    """Also where the leader that would have ended it has ended, with whatever time of day the next one has."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="maker")
        name = await stub.command("start_transaction")
        await stub.within(name).call("put", "x", 1)
        if ends:
            cluster.crash("a", back_after=20.0)
        other = cluster.client("other", "b").stub("map")
        began = elapsed()
        await other.call("add", "x", 5)
        assert elapsed() - began < 8.0
        await asyncio.sleep(8.0)
        assert isinstance(await error_of(stub.command("commit", name)), TransactionInvalid)
        assert await other.call("get", "x") == 5

    simulate(scenario, 5)


@pytest.mark.parametrize("text", OPTIMISTIC)
def test_one_transaction_too_many_is_refused_and_the_group_goes_on(text: str) -> None:
    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(text.replace("3s", "100s"), REGISTRY), {"x": 0}, client="maker")
        places = {replica.kernel_id for replica in cluster.record("map").status.replicas}
        names = [await stub.command("start_transaction") for _ in range(LIMIT)]
        assert isinstance(await error_of(stub.command("start_transaction")), ObjectBusy)
        await stub.command("rollback", names[0])
        inside = stub.within(await stub.command("start_transaction"))
        assert await inside.call("add", "x", 1) == 1
        assert {replica.kernel_id for replica in cluster.record("map").status.replicas} == places

    simulate(scenario, 11)


@pytest.mark.parametrize("text", [*LOCKING, *OPTIMISTIC])
def test_a_command_that_comes_again_counts_once(text: str) -> None:
    """Many replies are lost: each transaction has begun once, and nobody waits for a transaction that nobody knows."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        chain = Chain.parse(text.replace("3s", "60s"), REGISTRY)
        stub = await cluster.create("map", chain, {"x": 0}, client="maker")
        cluster.use(Faults(drop_reply=0.3))
        for _ in range(6):
            name = await stub.command("start_transaction")
            await stub.within(name).call("add", "x", 1)
            await stub.command("commit", name)
        cluster.calm()
        assert await stub.call("get", "x") == 6
        assert elapsed() < 60.0

    simulate(scenario, 6)


@pytest.mark.parametrize("text", OPTIMISTIC)
def test_a_commit_after_a_change_is_in_conflict_at_the_next_leader_too(text: str) -> None:
    """Of two that have changed the object, the first one to commit wins."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="maker")
        first, second, reads = [await stub.command("start_transaction") for _ in range(3)]
        await stub.within(first).call("put", "x", 1)
        await stub.within(second).call("put", "x", 2)
        assert await stub.within(reads).call("get", "x") == 0
        await stub.command("commit", second)
        cluster.crash("a", back_after=20.0)
        assert isinstance(await error_of(stub.command("commit", first)), TransactionConflict)
        await stub.command("commit", reads)
        assert await stub.call("get", "x") == 2

    simulate(scenario, 7)


@pytest.mark.parametrize("text", LOCKING)
def test_a_replica_moves_while_calls_wait_for_a_transaction(text: str) -> None:
    """They are sent back and come again."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random, SIX[:4])
        stub = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="maker")
        name = await stub.command("start_transaction")
        await stub.within(name).call("put", "x", 1)
        waiting = [asyncio.ensure_future(cluster.client(f"other {n}", "b").stub("map").call("add", "x", 1)) for n in range(3)]
        reading = asyncio.ensure_future(cluster.client("reader", "c").stub("map").call("get", "x"))
        await asyncio.sleep(0.3)
        began = elapsed()
        await cluster.move("map", "d")
        assert elapsed() - began < 2.5, "the move waits for no lease"
        await stub.command("commit", name)
        await asyncio.gather(*waiting)
        assert await reading in (1, 2, 3, 4)
        assert await stub.call("get", "x") == 4

    simulate(scenario, 8)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ConsensusRSM,LockingTransactions", "begin and end by entries of the log"),
        ("ConsensusRSM,OptimisticTransactions", "begin and end by entries of the log"),
        ("OptimisticTransactions,ConsensusRSM(read=local)", "a state before what that has committed"),
        ("LockingTransactions,LoadBalancedMasterSlave", "the next master would not know of it"),
    ],
)
def test_what_cannot_keep_its_promise_is_refused(text: str, reason: str) -> None:
    """With the reason."""
    assert reason in problems(Chain.parse(text, REGISTRY))[0]
