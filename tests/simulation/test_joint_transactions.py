"""Transactions over several objects, in the whole simulated cluster."""

from __future__ import annotations

import asyncio
from typing import Any

import amino
import pytest
from amino_testkit import Faults, SimulatedCluster
from amino_wire.errors import AminoError, Deadlock, NotTransactional, TransactionAborted, TransactionConflict, TransactionInvalid

from tests.simulation.objects import Account, Counter
from tests.support.simulated import run

CHAINS = (
    "LockingTransactions",
    "OptimisticTransactions",
    "DurableTransactions",
    "DurableSerializableRPC,LockingTransactions",
)


class Undone(Exception):
    """Ends a block whose changes are not wanted."""


async def bank(cluster: SimulatedCluster, *chains: str, money: int = 100) -> list[str]:
    names = [f"account-{number}" for number in range(len(chains))]
    for number, (name, chain) in enumerate(zip(names, chains, strict=True)):
        await cluster.create(name, chain, money, kind=Account, kernel="abc"[number % 3])
    return names


async def balances(cluster: SimulatedCluster, names: list[str]) -> list[int]:
    return [await cluster.client("auditor").stub(name).call("balance") for name in names]


@pytest.mark.parametrize("first", CHAINS)
@pytest.mark.parametrize("second", CHAINS)
def test_all_of_it_happens_or_nothing(first: str, second: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, first, second)
        program = cluster.sdk_client("program")

        async def transfer(client: amino.Client, amount: int) -> None:
            one, other = [await client.get(name) for name in names]
            async with client.transaction():
                await one.add(-amount)
                await other.add(amount)

        await program.run(lambda client: transfer(client, 30))
        assert await balances(cluster, names) == [70, 130]
        with pytest.raises(AminoError, match="not enough money"):
            await program.run(lambda client: transfer(client, -500))
        assert await balances(cluster, names) == [70, 130]

        async def undone(client: amino.Client) -> None:
            one, other = [await client.get(name) for name in names]
            async with client.transaction():
                await other.add(10)
                await one.add(10)
                assert (await one.balance(), await other.balance()) == (80, 140)
                raise Undone

        with pytest.raises(Undone):
            await program.run(undone)
        assert await balances(cluster, names) == [70, 130]
        assert await program.run(lambda client: client.transactions()) == ()

    run(scenario, 7701)


@pytest.mark.parametrize("chain", CHAINS)
def test_calls_that_objects_make_belong_to_it(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, chain, chain)
        program = cluster.sdk_client("program")

        async def send(client: amino.Client, fails: bool) -> None:
            one = await client.get(names[0])
            async with client.transaction():
                assert await one.send(30, names[1]) == 130
                if fails:
                    raise Undone

        with pytest.raises(Undone):
            await program.run(lambda client: send(client, True))
        assert await balances(cluster, names) == [100, 100]
        await program.run(lambda client: send(client, False))
        assert await balances(cluster, names) == [70, 130]

    run(scenario, 7702)


@pytest.mark.parametrize("chain", ["", "Retry", "DurableSerializableRPC", "ExplicitCheckpoint,LockingTransactions"])
def test_objects_without_transactions_are_refused_unless_they_only_read(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, "LockingTransactions", chain)
        program = cluster.sdk_client("program")

        async def transfer(client: amino.Client, member: str, *args: Any) -> None:
            one, other = [await client.get(name) for name in names]
            async with client.transaction():
                await one.add(-30)
                await other[member](*args)

        with pytest.raises(NotTransactional, match="attach"):
            await program.run(lambda client: transfer(client, "add", 30))
        assert await balances(cluster, names) == [100, 100]
        if "Locking" not in chain:
            await program.run(lambda client: transfer(client, "balance"))
            assert await balances(cluster, names) == [70, 100]

    run(scenario, 7703)


def test_deadlocks_are_found_within_a_second() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, "LockingTransactions", "LockingTransactions")
        loop = asyncio.get_running_loop()

        async def transfer(client: amino.Client, order: list[str]) -> str:
            one, other = [await client.get(name) for name in order]
            try:
                async with client.transaction():
                    await one.add(-10)
                    await asyncio.sleep(0.2)
                    await other.add(10)
            except Deadlock as error:
                return error.message
            return ""

        begun = loop.time()
        programs = [cluster.sdk_client(name, name) for name in "ab"]
        told = await asyncio.gather(
            programs[0].run(lambda client: transfer(client, names)), programs[1].run(lambda client: transfer(client, names[::-1]))
        )
        assert loop.time() - begun < 1.5
        assert sorted(map(bool, told)) == [False, True]
        (message,) = filter(None, told)
        for part in (*names, "add of", "client a", "client b", "nothing of it has happened"):
            assert part in message, message
        assert sum(await balances(cluster, names)) == 200

    run(scenario, 7704)


def test_transact_tries_again() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, "LockingTransactions", "OptimisticTransactions", "DurableTransactions")

        async def transfer(client: amino.Client, number: int) -> None:
            stubs = [await client.get(name) for name in names]

            async def work() -> None:
                await stubs[number % 3].add(-1)
                await stubs[(number + 1) % 3].add(1)

            await client.transact(work, tries=100)

        await asyncio.gather(*(cluster.sdk_client(f"p{each}").run(lambda client, each=each: transfer(client, each)) for each in range(9)))
        assert await balances(cluster, names) == [100, 100, 100]

    run(scenario, 7705)


def test_operators_see_and_end_transactions() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, "LockingTransactions", "LockingTransactions")
        program, operator = cluster.sdk_client("program"), cluster.sdk_client("operator")

        async def hang(client: amino.Client) -> None:
            one = await client.get(names[0])
            async with client.transaction():
                await one.add(5)
                await asyncio.sleep(5.0)

        hanging = asyncio.ensure_future(program.run(hang))
        await asyncio.sleep(2.0)
        (known,) = await operator.run(lambda client: client.transactions())
        assert (known.phase, known.maker, [part.name for part in known.parts]) == ("open", "client program", [names[0]])
        assert known.seconds > 1
        await operator.run(lambda client: client.abort(known.id))
        assert await balances(cluster, names) == [100, 100]
        with pytest.raises(TransactionAborted, match="an operator ended it"):
            await hanging
        with pytest.raises(TransactionAborted):
            await operator.run(lambda client: client.abort(known.id))

    run(scenario, 7706)


def test_one_inside_another_is_refused() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, "LockingTransactions")

        async def nested(client: amino.Client) -> None:
            one = await client.get(names[0])
            async with client.transaction():
                await one.add(1)
                with pytest.raises(TransactionInvalid):
                    await client.transaction().__aenter__()
                with pytest.raises(TransactionInvalid):
                    await one.dm.transaction().__aenter__()
            async with one.dm.transaction():
                with pytest.raises(TransactionInvalid):
                    await client.transaction().__aenter__()

        await cluster.sdk_client("program").run(nested)
        assert await balances(cluster, names) == [101]

    run(scenario, 7707)


def test_an_optimistic_conflict_takes_everything_back() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, "OptimisticTransactions", "LockingTransactions")

        async def transfer(client: amino.Client) -> None:
            one, other = [await client.get(name) for name in names]
            async with client.transaction():
                await other.add(10)
                await one.add(-10)
                await cluster.client("somebody").stub(names[0]).call("add", 1)

        with pytest.raises(TransactionConflict) as failure:
            await cluster.sdk_client("program").run(transfer)
        assert failure.value.details["phase"] == "preparing"
        assert failure.value.details["object"] == cluster.id_of(names[0])
        assert await balances(cluster, names) == [101, 100]

    run(scenario, 7708)


def test_its_time_ends_it() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, "LockingTransactions", "DurableTransactions")

        async def slow(client: amino.Client) -> None:
            one, other = [await client.get(name) for name in names]
            async with client.transaction(timeout=1.0):
                await one.add(10)
                await other.add(-10)
                await asyncio.sleep(3.0)

        with pytest.raises(TransactionAborted, match="its time was over"):
            await cluster.sdk_client("program").run(slow)
        assert await balances(cluster, names) == [100, 100]

    run(scenario, 7709)


def test_counters_outside_stay_outside() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("counter", "OptimisticTransactions", kind=Counter)
        program = cluster.sdk_client("program")

        async def count(client: amino.Client) -> int:
            counter = await client.get("counter")
            async with client.transaction():
                await counter.incr()
                assert await cluster.client("somebody").stub("counter").call("get") == 0
            return int(await counter.get())

        assert await program.run(count) == 1

    run(scenario, 7710)


def test_many_calls_of_a_member_count_each() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, "LockingTransactions", "OptimisticTransactions")

        async def work(client: amino.Client) -> None:
            stubs = [await client.get(name) for name in names]
            async with client.transaction():
                for stub in stubs:
                    assert await stub.add.many([(1,), (1,), (1,)]) == [101, 102, 103]
                    await asyncio.gather(stub.add(1), stub.add(1))

        await cluster.sdk_client("program").run(work)
        assert await balances(cluster, names) == [105, 105]

    run(scenario, 7711)


@pytest.mark.parametrize("chain", CHAINS)
def test_a_call_whose_message_comes_twice_counts_once(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        names = await bank(cluster, chain, chain)
        cluster.use(Faults(duplicate=0.5, late=0.02))

        async def work(client: amino.Client) -> None:
            stubs = [await client.get(name) for name in names]
            async with client.transaction():
                for _ in range(10):
                    await stubs[0].send(1, names[1])
                    await asyncio.sleep(0.01)

        await cluster.sdk_client("program").run(work)
        cluster.calm()
        assert await balances(cluster, names) == [90, 110]

    run(scenario, 7712)
