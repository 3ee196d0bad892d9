"""Objects that hand their locks on at their votes, in the real OMS and kernels: who sees what, and what ends with what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import amino
import pytest
from amino_testkit import SimulatedCluster
from amino_wire.errors import AminoError, TransactionAborted, TransactionConflict

from tests.simulation.objects import Account
from tests.support.simulated import run

LATE = "LockingTransactions(early_release=false)"
CHAINS = ("LockingTransactions", "DurableSerializableRPC,LockingTransactions")
NAMES = ("one", "other", "third")


async def opened(cluster: SimulatedCluster, chain: str) -> None:
    """`one` and `third` can vote, `other` is where its kernel is cut off."""
    for name, kernel in zip(NAMES, "aba", strict=True):
        await cluster.create(name, chain, 100, kind=Account, kernel=kernel)


def begun(cluster: SimulatedCluster, program: str, work: Callable[[amino.Client], Coroutine[Any, Any, Any]]) -> asyncio.Future[Any]:
    return asyncio.ensure_future(cluster.sdk_client(program, "c").run(work))


async def transfer(client: amino.Client, names: tuple[str, str], before_the_end: Callable[[str], None] | None = None) -> list[int]:
    """Moves 30; what the accounts had after it."""
    stubs = [(await client.get(name)).with_options(deadline=20) for name in names]
    async with client.transaction(timeout=30.0) as transaction:
        found = [await stubs[0].add(-30), await stubs[1].add(30)]
        if before_the_end is not None:
            before_the_end(transaction.id)
    return found


async def first_votes(cluster: SimulatedCluster, *, ends: bool) -> asyncio.Future[Any]:
    """A transfer from `one` to `other`, whose vote cannot be asked for during a second. `one` has voted when this returns.

    Arguments:
        ends: an operator ends it after half a second.
    """
    name: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def cut_off(transaction: str) -> None:
        cluster.cut_off("oms", ("b",), seconds=1.0)
        name.set_result(transaction)

    told = begun(cluster, "first", lambda client: transfer(client, ("one", "other"), cut_off))
    await name
    await asyncio.sleep(0.2)
    if ends:

        async def end(client: amino.Client) -> None:
            await asyncio.sleep(0.5)
            await client.abort(name.result())

        begun(cluster, "operator", end)
    return told


async def balances(cluster: SimulatedCluster) -> list[int]:
    found: list[int] = []
    for name in NAMES:
        async with asyncio.timeout(60.0):
            while len(found) <= NAMES.index(name):
                try:
                    found.append(await cluster.client("auditor").stub(name).call("balance", budget=5.0))
                except AminoError:
                    await asyncio.sleep(0.5)
    return found


@pytest.mark.parametrize("chain", CHAINS)
def test_another_transaction_goes_on_and_is_committed_after_the_one_that_it_follows(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, chain)
        first = await first_votes(cluster, ends=False)
        second = begun(cluster, "second", lambda client: transfer(client, ("one", "third")))
        await asyncio.sleep(0.4)
        assert not first.done()
        assert not second.done(), "it is not answered before the one that it follows"
        assert await second == [40, 130], "it has seen what the first one changed"
        assert first.done() or await first
        assert await first == [70, 130]
        assert await balances(cluster) == [40, 130, 130]

    run(scenario, 8200)


@pytest.mark.parametrize("chain", CHAINS)
def test_those_that_follow_one_that_ends_end_too(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, chain)
        first = await first_votes(cluster, ends=True)
        second = begun(cluster, "second", lambda client: transfer(client, ("one", "third")))
        await asyncio.sleep(0.1)
        third = begun(cluster, "third", lambda client: transfer(client, ("third", "one")))
        with pytest.raises(TransactionAborted):
            await first
        with pytest.raises(TransactionConflict, match="has seen what"):
            await second
        with pytest.raises(TransactionConflict, match="has seen what"):
            await third
        assert await balances(cluster) == [100, 100, 100]

    run(scenario, 8210)


@pytest.mark.parametrize("chain", CHAINS)
def test_what_follows_is_tried_again_where_the_program_says_so(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, chain)
        first = await first_votes(cluster, ends=True)

        async def again(client: amino.Client) -> None:
            stubs = [(await client.get(name)).with_options(deadline=20) for name in ("one", "third")]

            async def work() -> None:
                await stubs[0].add(-30)
                await stubs[1].add(30)

            await client.transact(work)

        second = begun(cluster, "second", again)
        with pytest.raises(TransactionAborted):
            await first
        await second
        assert await balances(cluster) == [70, 100, 130]

    run(scenario, 8220)


@pytest.mark.parametrize("chain", CHAINS)
def test_a_call_outside_sees_nothing_that_may_be_taken_back(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, chain)
        first = await first_votes(cluster, ends=True)
        stub = cluster.client("auditor").stub("one")
        while not first.done():
            try:
                assert await stub.call("balance", budget=0.5) == 100
            except AminoError:
                continue
        with pytest.raises(TransactionAborted):
            await first
        assert await balances(cluster) == [100, 100, 100]

    run(scenario, 8230)


@pytest.mark.parametrize("ends", [False, True])
def test_a_line_comes_back_after_its_kernel_has_ended(ends: bool) -> None:
    async def scenario(cluster: SimulatedCluster, number: int) -> None:
        await opened(cluster, CHAINS[1])
        first = await first_votes(cluster, ends=ends)
        second = begun(cluster, "second", lambda client: transfer(client, ("one", "third")))
        await asyncio.sleep(0.01 * number)
        cluster.crash("a", back_after=1.0)
        told = [not isinstance(each, BaseException) for each in await asyncio.gather(first, second, return_exceptions=True)]
        expected = [100 - 30 * sum(told), 100 + 30 * told[0], 100 + 30 * told[1]]
        assert told[0] or not told[1], "what follows is not committed alone"
        assert await balances(cluster) == expected

    for number in range(12):
        run(partial(scenario, number=number), 8240 + number)


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("ends", [False, True])
def test_a_line_moves(ends: bool, chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, chain)
        first = await first_votes(cluster, ends=ends)
        second = begun(cluster, "second", lambda client: transfer(client, ("one", "third")))
        await asyncio.sleep(0.2)
        await cluster.move("one", "c")
        told = [not isinstance(each, BaseException) for each in await asyncio.gather(first, second, return_exceptions=True)]
        assert told == [not ends] * 2
        assert await balances(cluster) == ([40, 130, 130] if told[0] else [100, 100, 100])

    run(scenario, 8260)


def test_the_lock_is_kept_until_the_end_where_the_chain_says_so() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, LATE)
        first = await first_votes(cluster, ends=True)
        second = begun(cluster, "second", lambda client: transfer(client, ("one", "third")))
        with pytest.raises(TransactionAborted):
            await first
        assert await second == [70, 130], "it has waited, and seen nothing of the first one"
        assert await balances(cluster) == [70, 100, 130]

    run(scenario, 8270)
