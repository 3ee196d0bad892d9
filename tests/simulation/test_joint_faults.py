"""Transactions over several objects while something certain happens in the middle: committed everywhere or nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import amino
import pytest
from amino_testkit import Faults, SimulatedCluster
from amino_wire.errors import AminoError, TransactionAborted, TransactionInDoubt

from tests.simulation.objects import Account
from tests.support.simulated import run, until

DURABLE = ("DurableTransactions", "DurableSerializableRPC,LockingTransactions")
ALL = (*DURABLE, "LockingTransactions", "OptimisticTransactions")
NAMES = ("one", "other")


async def opened(cluster: SimulatedCluster, chain: str) -> None:
    for name, kernel in zip(NAMES, "ab", strict=True):
        await cluster.create(name, chain, 100, kind=Account, kernel=kernel)


async def transfer(client: amino.Client, between: Callable[[], Awaitable[Any]] | None = None) -> str:
    """Moves 30; `all` or `nothing`, or `?` where that is not known."""
    try:
        stubs = [(await client.get(name)).with_options(deadline=20) for name in NAMES]
        async with client.transaction(timeout=20.0):
            await stubs[0].add(-30)
            await stubs[1].add(30)
            if between is not None:
                await between()
    except TransactionAborted:
        return "nothing"
    except AminoError:
        return "?"
    return "all"


async def balances(cluster: SimulatedCluster, seconds: float = 60.0) -> list[int]:
    """When everybody answers again."""
    found: list[int] = []
    for name in NAMES:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    found.append(await cluster.client("auditor").stub(name).call("balance", budget=5.0))
                    break
                except AminoError:
                    await asyncio.sleep(0.5)
    return found


EXPECTED = {"all": ([70, 130],), "nothing": ([100, 100],), "?": ([70, 130], [100, 100])}


@pytest.mark.parametrize("chain", DURABLE)
@pytest.mark.parametrize("node", ["oms", "a", "b"])
def test_a_process_may_end_at_any_message(node: str, chain: str) -> None:
    async def scenario(cluster: SimulatedCluster, step: int) -> str:
        await opened(cluster, chain)
        cluster.use(Faults(crash_at=step, crash_node=node, crash_back=1.0))
        told = asyncio.ensure_future(cluster.sdk_client("program", "c").run(transfer))
        outcome = await told
        cluster.calm()
        found = await balances(cluster)
        assert found in EXPECTED[outcome], f"step {step}: told {outcome}, found {found}"
        return "all" if found == [70, 130] else "nothing"

    found = [run(lambda cluster, step=step: scenario(cluster, step), 7600 + step) for step in range(1, 74, 8)]
    assert set(found) == {"all", "nothing"}


def decided(cluster: SimulatedCluster) -> bool:
    return bool(cluster.oms.disk.range("/transactions/", "", 1).entries)


@pytest.mark.parametrize("chain", ALL)
def test_an_object_in_doubt_answers_nobody_and_says_so(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, chain)
        told = asyncio.ensure_future(cluster.sdk_client("program", "c").run(transfer))
        await until(lambda: decided(cluster), 0.0001)
        cluster.cut_off("oms", ("a", "b"), seconds=4.0)
        await asyncio.sleep(2.2)
        stub = cluster.client("auditor").stub("one")
        with pytest.raises(TransactionInDoubt, match="Call again"):
            await stub.call("balance", budget=30.0)
        with pytest.raises(TransactionInDoubt):
            await stub.call("add", 1, budget=30.0)
        assert await told == "all"
        assert await balances(cluster) == [70, 130]

    run(scenario, 7650)


@pytest.mark.parametrize("chain", DURABLE)
def test_an_object_in_doubt_moves_and_recovers_in_doubt(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster, what: str) -> None:
        await opened(cluster, chain)
        told = asyncio.ensure_future(cluster.sdk_client("program", "c").run(transfer))
        await until(lambda: decided(cluster), 0.0001)
        # The decision is stored, and nobody has heard of it.
        cluster.oms.kill()
        if what == "ends":
            cluster.kernels["b"].kill()
            await asyncio.sleep(2.0)
            cluster.oms.start()
            cluster.kernels["b"].start()
        else:
            cluster.oms.start()
            await cluster.ready()
            try:
                await cluster.move("other", "c")
            except AminoError:
                assert what == "moves"
        assert await balances(cluster) == [70, 130]
        assert await told == "all"

    for what in ("ends", "moves"):
        run(lambda cluster, what=what: scenario(cluster, what), 7660)


@pytest.mark.parametrize("chain", ALL)
@pytest.mark.parametrize("what", ["moves", "is deleted", "gets another chain", "loses its managers"])
def test_an_object_changes_in_the_middle(chain: str, what: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, chain)

        async def between() -> None:
            match what:
                case "moves":
                    await cluster.move("other", "c")
                case "is deleted":
                    await cluster.delete("other")
                case "gets another chain":
                    await cluster.attach("other", f"Retry,{chain}")
                case _:
                    await cluster.attach("other", "")

        outcome = await cluster.sdk_client("program", "c").run(lambda client: transfer(client, between))
        one = await cluster.client("auditor").stub("one").call("balance")
        if what == "is deleted":
            assert (outcome, one) == ("nothing", 100)
            return
        assert outcome == "all" or what != "moves"
        assert await balances(cluster) in EXPECTED[outcome]

    run(scenario, 7670)


def test_a_disk_that_is_full_ends_it() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, "LockingTransactions")

        async def fill() -> None:
            cluster.oms.disk.full = True

        outcome = await cluster.sdk_client("program", "c").run(lambda client: transfer(client, fill))
        cluster.oms.disk.full = False
        assert outcome == "nothing"
        assert await balances(cluster) == [100, 100]

    run(scenario, 7680)


def test_a_caller_that_is_cancelled_takes_all_back() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, "LockingTransactions")

        async def cancelled(client: amino.Client) -> None:
            work = asyncio.ensure_future(transfer(client, lambda: asyncio.sleep(10.0)))
            await asyncio.sleep(1.0)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

        await cluster.sdk_client("program", "c").run(cancelled)
        assert await balances(cluster, 2.0) == [100, 100]

    run(scenario, 7681)


def test_a_program_that_ends_leaves_nothing_behind() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await opened(cluster, "LockingTransactions")
        program = cluster.sdk_client("program", "c")
        hanging = asyncio.ensure_future(program.run(lambda client: transfer(client, lambda: asyncio.sleep(1000.0))))
        await asyncio.sleep(1.0)
        program.process.kill()
        hanging.cancel()
        assert await balances(cluster) == [100, 100]

    run(scenario, 7682)
