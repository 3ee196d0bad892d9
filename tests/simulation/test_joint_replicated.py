"""Objects with replicas in transactions over several objects: what they vote for stands in the log of their group."""

from __future__ import annotations

import asyncio
from typing import Any

import amino
import pytest
from amino.transaction_info import TransactionInfo
from amino_dms.api import Node
from amino_testkit import SimulatedCluster
from amino_wire.errors import (
    AminoError,
    Deadlock,
    NotTransactional,
    TransactionConflict,
    TransactionInDoubt,
    TransactionInvalid,
)

from tests.simulation.objects import Account
from tests.simulation.test_joint_faults import EXPECTED, NAMES, balances, decided, transfer
from tests.support.simulated import error_of, run

LOGS = ("ConsensusRSM(compare=3,snapshot=5)", "ConsensusRSM(log=kernels,compare=3,snapshot=5)")
LOCKING = tuple(f"LockingTransactions,{log}" for log in LOGS)
OPTIMISTIC = tuple(f"OptimisticTransactions,{log}" for log in LOGS)
CHAINS = (*LOCKING, *OPTIMISTIC)
SIX = [Node(name, {"region": "east"}) for name in "abcdef"]


class Undone(Exception):
    """Ends a block whose changes are not wanted."""


async def two(cluster: SimulatedCluster, first: str, second: str) -> None:
    for name, chain, kernel in zip(NAMES, (first, second), "ab", strict=True):
        await cluster.create(name, chain, 100, kind=Account, kernel=kernel)


async def leader_of(cluster: SimulatedCluster, name: str) -> str:
    """The kernel whose replica orders calls."""
    told: dict[str, Any] = await cluster.client("asks", "c").stub(name).command("members")
    return str(told["replicas"][told["leader"]])


@pytest.mark.parametrize("second", [*CHAINS, "LockingTransactions", "DurableTransactions"])
@pytest.mark.parametrize("first", CHAINS)
def test_all_of_it_happens_or_nothing(first: str, second: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await two(cluster, first, second)
        program = cluster.sdk_client("program", "c")
        assert await program.run(transfer) == "all"
        assert await balances(cluster) == [70, 130]

        async def undone(client: amino.Client) -> None:
            one, other = [await client.get(name) for name in NAMES]
            async with client.transaction():
                await other.add(10)
                await one.add(10)
                with pytest.raises(AminoError, match="not enough money"):
                    await one.add(-500)
                assert (await one.balance(), await other.balance()) == (80, 140)
                raise Undone

        with pytest.raises(Undone):
            await program.run(undone)
        assert await balances(cluster) == [70, 130]
        assert await program.run(lambda client: client.transactions()) == ()

    run(scenario, 8901)


@pytest.mark.parametrize("chain", LOCKING)
def test_calls_that_a_member_makes_belong_to_it(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await two(cluster, chain, chain)
        program = cluster.sdk_client("program", "c")

        async def send(client: amino.Client, fails: bool) -> None:
            one = await client.get(NAMES[0])
            async with client.transaction():
                assert await one.send(30, NAMES[1]) == 130
                if fails:
                    raise Undone

        with pytest.raises(Undone):
            await program.run(lambda client: send(client, True))
        assert await balances(cluster) == [100, 100]
        await program.run(lambda client: send(client, False))
        assert await balances(cluster) == [70, 130]

    run(scenario, 8902)


@pytest.mark.parametrize("chain", ["ConsensusRSM", "LoadBalancedMasterSlave"])
def test_replicas_without_transactions_are_refused(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await two(cluster, chain, "LockingTransactions")

        async def work(client: amino.Client) -> None:
            one, other = [await client.get(name) for name in NAMES]
            async with client.transaction():
                await other.add(1)
                await one.add(-1)

        with pytest.raises(NotTransactional, match="before ConsensusRSM"):
            await cluster.sdk_client("program", "c").run(work)
        assert await balances(cluster) == [100, 100]

    run(scenario, 8903)


@pytest.mark.parametrize("chain", CHAINS)
def test_the_leader_ends_between_vote_and_decision(chain: str) -> None:
    """The vote stands in the log: the next leader is in doubt, asks, and commits."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("one", chain, 100, kind=Account, kernel="a")
        await cluster.create("other", "DurableTransactions", 100, kind=Account, kernel="d")
        victim = await leader_of(cluster, "one")

        async def silence() -> None:
            cluster.pause("d", 2.0)

        told = asyncio.ensure_future(cluster.sdk_client("program", "e").run(lambda client: transfer(client, silence)))
        watcher = cluster.sdk_client("watcher", "e")
        await until_voted(watcher)
        assert not decided(cluster)
        cluster.crash(victim, back_after=60.0)
        assert await told == "all"
        assert await balances(cluster) == [70, 130]

    run(scenario, 8904, SIX)


async def until_voted(watcher: Any) -> None:
    async def open_now(client: amino.Client) -> tuple[TransactionInfo, ...]:
        return await client.transactions()

    for _ in range(2000):
        known = await watcher.run(open_now)
        if any(part.state == "prepared" for each in known for part in each.parts):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the object has not voted")


@pytest.mark.parametrize("chain", CHAINS)
def test_the_leader_ends_before_the_vote(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("one", chain, 100, kind=Account, kernel="a")
        await cluster.create("other", "DurableTransactions", 100, kind=Account, kernel="d")
        victim = await leader_of(cluster, "one")

        async def end() -> None:
            cluster.crash(victim, back_after=60.0)
            stub = cluster.client("looks", "e").stub("one")
            await stub.command("members")

        outcome = await cluster.sdk_client("program", "e").run(lambda client: transfer(client, end))
        assert await balances(cluster) in EXPECTED[outcome]

    run(scenario, 8905, SIX)


@pytest.mark.parametrize("chain", CHAINS)
def test_the_group_is_replaced_while_it_is_in_doubt(chain: str) -> None:
    """All three that have heard the vote end one after another, while no OMS answers; later replicas have it from a snapshot."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("one", chain, 100, kind=Account, kernel="a")
        await cluster.create("other", "DurableTransactions", 100, kind=Account, kernel="d")
        places = [replica.kernel_id for replica in cluster.record("one").status.replicas]

        async def silence() -> None:
            cluster.pause("d", 8.0)

        told = asyncio.ensure_future(cluster.sdk_client("program", "f").run(lambda client: transfer(client, silence)))
        await until_voted(cluster.sdk_client("watcher", "f"))
        for victim in places:
            cluster.crash(victim)
            async with asyncio.timeout(120):
                while victim in [replica.kernel_id for replica in cluster.record("one").status.replicas]:
                    await asyncio.sleep(0.5)
        outcome = await told
        assert await balances(cluster) in EXPECTED[outcome]

    run(scenario, 8906, SIX)


@pytest.mark.parametrize("chain", CHAINS)
def test_in_doubt_others_are_told(chain: str) -> None:
    """Writes and reads hear that the object waits for the OMS, which waits for the other object, and that they have not run."""

    async def scenario(cluster: SimulatedCluster) -> None:
        # A vote outlasts the lease.
        await cluster.create("one", chain.replace("Transactions", "Transactions(lease=1s)"), 100, kind=Account, kernel="a")
        await cluster.create("other", "DurableTransactions", 100, kind=Account, kernel="d")

        async def silence() -> None:
            cluster.pause("d", 8.0)

        told = asyncio.ensure_future(cluster.sdk_client("program", "e").run(lambda client: transfer(client, silence)))
        await until_voted(cluster.sdk_client("watcher", "e"))
        await asyncio.sleep(1.2)
        one = cluster.client("auditor", "e").stub("one")
        calls = [one.call("balance", budget=30.0), one.call("add", 1, budget=30.0)]
        for error in await asyncio.gather(*map(error_of, calls)):
            assert isinstance(error, TransactionInDoubt) and "Call again" in error.message, error
        outcome = await told
        assert await balances(cluster) in EXPECTED[outcome]

    run(scenario, 8907, SIX)


@pytest.mark.parametrize("first", [*CHAINS])
def test_deadlocks_are_found(first: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await two(cluster, first, "LockingTransactions")
        loop = asyncio.get_running_loop()

        async def work(client: amino.Client, order: list[str]) -> str:
            one, other = [await client.get(name) for name in order]
            try:
                async with client.transaction():
                    await one.add(-10)
                    await asyncio.sleep(0.3)
                    await other.add(10)
            except (Deadlock, TransactionConflict) as error:
                return error.message
            return ""

        begun = loop.time()
        programs = [cluster.sdk_client(name, name) for name in "bc"]
        told = await asyncio.gather(
            programs[0].run(lambda client: work(client, list(NAMES))), programs[1].run(lambda client: work(client, list(NAMES[::-1])))
        )
        assert loop.time() - begun < 3.0
        if first.startswith("Locking"):
            assert sorted(map(bool, told)) == [False, True], told
        assert sum(await balances(cluster)) == 200

    run(scenario, 8908)


@pytest.mark.parametrize("chain", CHAINS)
def test_one_object_does_not_end_it_alone(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await two(cluster, chain, chain)

        async def work(client: amino.Client) -> None:
            one, other = [await client.get(name) for name in NAMES]
            async with client.transaction() as transaction:
                await one.add(-30)
                for command in ("commit", "rollback"):
                    with pytest.raises(TransactionInvalid, match="spans several objects"):
                        await cluster.client("thief", "b").stub("one").command(command, transaction.id)
                await other.add(30)

        await cluster.sdk_client("program", "c").run(work)
        assert await balances(cluster) == [70, 130]

    run(scenario, 8909)


@pytest.mark.parametrize("chain", CHAINS)
def test_who_has_gone_holds_nobody_up(chain: str) -> None:
    """Neither a program that has ended nor an OMS that has forgotten the transaction."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await two(cluster, chain, chain)

        async def work(client: amino.Client) -> None:
            one = await client.get("one")
            async with client.transaction(timeout=20.0):
                await one.add(-30)
                await asyncio.sleep(1000)

        program = asyncio.ensure_future(cluster.sdk_client("program", "c").run(work))
        await asyncio.sleep(1.0)
        cluster.oms.kill()
        cluster.oms.start()
        begun = asyncio.get_running_loop().time()
        assert await cluster.client("next", "b").stub("one").call("add", 1, budget=30.0) == 101
        assert asyncio.get_running_loop().time() - begun < 15.0
        program.cancel()

    run(scenario, 8910)
