"""Durable calls that the object's gate lets in are answered when their state is stored, whatever ends meanwhile."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.half.played_object import PlayedObject
from amino_wire.errors import AminoError, DeadlineExceeded, KernelUnavailable, ObjectRecovering, OmsUnavailable

from tests.support.simulated import SEEDS, error_of, run

SAVERS = pytest.mark.parametrize("saver", ["DurableSerializableRPC", "DurableTransactions"])


def hosted(cluster: SimulatedCluster) -> PlayedObject:
    """The object where it lives."""
    return cluster.kernels[cluster.node_of("map")].half.objects[cluster.id_of("map")]


class Told:
    """Writes and reads by several callers, and the highest number that one of them was told."""

    def __init__(self, cluster: SimulatedCluster, writers: int = 6) -> None:
        self._cluster, self._writers = cluster, writers
        self.highest = 0
        self.errors: list[BaseException] = []
        self.answered: list[int] = []
        self._done = False
        self._callers = itertools.count(1)
        self._work: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        """Until the gate lets calls in and answers are withheld there."""
        for member in ["add"] * self._writers + ["get"]:
            stub = self._cluster.client(f"caller {next(self._callers)}", "b").stub("map")
            self._work.append(asyncio.ensure_future(self._call(stub, member)))
        await self.withheld()

    async def withheld(self) -> None:
        """Returns when answers are withheld."""
        async with asyncio.timeout(20):
            while not hosted(self._cluster).withheld.open:
                await asyncio.sleep(0.001)

    async def end(self) -> None:
        """No more calls; those under way end."""
        self._done = True
        await asyncio.gather(*self._work)

    async def _call(self, stub: Stub[SimulatedClient], member: str) -> None:
        while not self._done:
            try:
                number = int(await (stub.call("add", "x", 1) if member == "add" else stub.call("get", "x")))
            except AminoError as error:
                self.errors.append(error)
                await asyncio.sleep(0.01)
                continue
            self.highest = max(self.highest, number)
            if member == "add":
                self.answered.append(number)


async def found(cluster: SimulatedCluster) -> int:
    """The number that a caller reads who comes later."""
    await asyncio.sleep(10.0)
    return int(await cluster.client("later", "b").stub("map").call("get", "x"))


@SAVERS
@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_answered_or_read_survives_the_end_of_the_kernel(saver: str, seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", saver, {"x": 0})
        for _ in range(4):
            told = Told(cluster)
            await told.begin()
            await asyncio.sleep(0.05 * cluster.random.random())
            await told.withheld()
            cluster.crash(cluster.node_of("map"), back_after=5.0)
            await told.end()
            assert await found(cluster) >= told.highest > 0

    run(scenario, seed)


@SAVERS
@pytest.mark.parametrize("seed", SEEDS)
def test_each_write_is_answered_once_and_in_turn_with_moves_transactions_and_exchanges_between(saver: str, seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", saver, {"x": 0})
        told = Told(cluster)
        await told.begin()
        for turn, place in enumerate(("b", "c", "a")):
            await told.withheld()
            await cluster.move("map", place)
            await told.withheld()
            if saver == "DurableTransactions":
                transaction = await stub.command("start_transaction")
                await stub.command("rollback", transaction)
            await told.withheld()
            await cluster.attach("map", f"{saver},ExplicitMigration" if turn % 2 == 0 else saver)
        await told.end()
        assert not told.errors
        assert sorted(told.answered) == list(range(1, await found(cluster) + 1))

    run(scenario, seed)


@SAVERS
def test_nobody_is_told_what_is_not_stored(saver: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", saver, {"x": 0})
        told = Told(cluster)
        await told.begin()
        await told.end()
        writer, reader = (cluster.client(name, "a").stub("map") for name in ("writer", "reader"))
        assert [await writer.call("get", "x"), await reader.call("get", "x")] == [told.highest] * 2
        cluster.pause("oms", 1.0)
        writing = asyncio.ensure_future(writer.call("add", "x", 1))
        await told.withheld()
        reading = asyncio.ensure_future(reader.call("get", "x"))
        await asyncio.sleep(0.5)
        assert not writing.done() and not reading.done()
        assert [await writing, await reading] == [told.highest + 1] * 2

    run(scenario, 1)


@SAVERS
def test_a_store_that_does_not_answer_ends_what_waits_and_nothing_is_lost_when_it_is_back(saver: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", saver, {"x": 0})
        told = Told(cluster, writers=2)
        await told.begin()
        cluster.cut_off(cluster.node_of("map"), seconds=4.0)
        async with asyncio.timeout(60):
            while not told.errors:
                await asyncio.sleep(0.01)
        assert {type(each) for each in told.errors} <= {OmsUnavailable, KernelUnavailable, ObjectRecovering, DeadlineExceeded}
        await asyncio.sleep(10.0)
        await told.withheld()
        await told.end()
        assert await found(cluster) >= told.highest

    run(scenario, 1)


@SAVERS
def test_a_withheld_answer_ends_with_its_callers_time(saver: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", saver, {"x": 0})
        told = Told(cluster)
        await told.begin()
        await told.end()
        near = cluster.client("near", "a").stub("map")
        assert await near.call("get", "x") == told.highest
        cluster.cut_off("a", seconds=1.5)
        error = await error_of(near.call("add", "x", 1, budget=1.0))
        assert isinstance(error, DeadlineExceeded)
        await asyncio.sleep(10.0)
        assert await stub.call("get", "x") == told.highest + 1

    run(scenario, 1)
