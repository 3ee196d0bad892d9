"""Traps: a member that changes the object is taken for a reader, so that a call which never ran is answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from amino_testkit import KeyValue, SimulatedCluster
from amino_wire.errors import GuestException

from tests.support.simulated import error_of, run


class Doubtful(KeyValue):
    """A map with a member that writes, but for the calls that fail."""

    def withdraw(self, key: str, amount: int) -> int:
        """Takes from an account, which must hold enough."""
        if self.entries.get(key, 0) < amount:
            raise ValueError("not enough")
        self.entries[key] -= amount
        return int(self.entries[key])


@pytest.mark.parametrize("caching", ["LeaseCaching", "ConsistentCaching", "WriteThroughCaching", "ExplicitCaching", "Immutable"])
def test_a_run_that_failed_does_not_show_that_a_member_reads(caching: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", caching, {"x": 1}, kind=Doubtful)
        for _ in range(5):
            assert isinstance(await error_of(stub.call("withdraw", "x", 5)), GuestException)
        managers = cluster.kernels["a"].managers(cluster.id_of("map"))
        assert await managers.run(lambda chain: chain.command(0, "reads", ())) == []

    run(scenario, 40)


@pytest.mark.parametrize("caching", ["WriteThroughCaching", "ExplicitCaching"])
def test_a_call_that_changed_the_object_is_not_answered_from_a_cache_the_next_time(caching: str) -> None:
    """The member changed nothing while the map was empty, and so seemed to read."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", caching, kind=Queue)
        for _ in range(8):
            assert await stub.call("take") is None
            await asyncio.sleep(1.1)
        other = cluster.client("other", "b").stub("map")
        for item in range(3):
            await other.call("give", item)
        third = cluster.client("third", "c").stub("map")
        assert await third.call("take") == 0
        if caching == "ExplicitCaching":
            await stub.command("pull")
        await asyncio.sleep(31.0)
        assert [await stub.call("take") for _ in range(2)] == [1, 2]

    run(scenario, 41)


class Queue:
    """Items that are given and taken."""

    def __init__(self) -> None:
        self.items: list[Any] = []

    def give(self, item: Any) -> None:
        """One more."""
        self.items.append(item)

    def take(self) -> Any:
        """The first, or None."""
        return self.items.pop(0) if self.items else None
