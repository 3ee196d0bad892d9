"""Chains of calls that wait for one another end with an error that names them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from amino_wire.errors import AminoError, Deadlock
from amino_wire.values import Reference

from tests.cluster.client import Client
from tests.cluster.objects import KNOT_JS
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(200)]


def deadlock_in(error: BaseException | None) -> Deadlock | None:
    while isinstance(error, AminoError):
        if isinstance(error, Deadlock):
            return error
        error = error.cause
    return None


@pytest.mark.parametrize("places", [("north", "south"), ("north", "north")])
async def test_two_objects_that_call_each_other_at_once(tmp_path: Path, places: tuple[str, str]) -> None:
    names = sorted(set(places))
    async with cluster(tmp_path, *names) as made, Client(made.kernels["north"].address) as client:
        left = await client.register("left", KNOT_JS, on=places[0], own_context=True)
        right = await client.register("right", KNOT_JS, on=places[1], own_context=True)
        await client.call(left.id, "tie", Reference(right.id))
        await client.call(right.id, "tie", Reference(left.id))
        results = await asyncio.gather(
            client.call(left.id, "pull", 300, budget_ms=40_000),
            client.call(right.id, "pull", 300, budget_ms=40_000),
            return_exceptions=True,
        )
        deadlocks = [found for each in results if isinstance(each, BaseException) and (found := deadlock_in(each))]
        assert len(deadlocks) == 1, results
        assert "touch" in str(deadlocks[0]) and "waits for" in str(deadlocks[0])
        # The other one goes on once the victim was given up.
        assert results.count("touched") == 1
        assert await client.call(left.id, "touch") == "touched"


async def test_a_chain_that_comes_back_to_its_first_object_is_no_deadlock(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", "south") as made, Client(made.kernels["north"].address) as client:
        source = """
        module.exports = class Circle {
          tie(other) { this.other = other; return null; }
          around(n) { return n === 0 ? 'home' : this.other.around(n - 1); }
        };
        """
        first = await client.register("first", source, on="north")
        second = await client.register("second", source, on="south")
        await client.call(first.id, "tie", Reference(second.id))
        await client.call(second.id, "tie", Reference(first.id))
        assert await client.call(first.id, "around", 6, budget_ms=20_000) == "home"
