"""The key-value suite: a map used through any chain, with what the chain's traits let its callers expect."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from amino_wire.errors import PermissionDenied

from amino_dms.api import Trait
from amino_dms.chain import Chain
from amino_dms.testkit.cluster import SimulatedCluster
from amino_dms.testkit.simulation import simulate


@dataclass(frozen=True, slots=True)
class Expectation:
    """What callers may expect of a chain.

    Arguments:
        writable: writes are accepted.
        fresh: a read sees every write that was answered before it was asked, whoever wrote.
        own_writes: a read sees the caller's own writes.
        transactions: start, commit and rollback are there.
        recovers: the object comes back when its node dies.
        movable: it may be moved to the server `b`.
    """

    writable: bool
    fresh: bool
    own_writes: bool
    transactions: bool
    recovers: bool
    movable: bool


def expectation(chain: Chain) -> Expectation:
    """What follows from a chain's managers."""
    names = {manager.name for manager in chain.managers}
    traits = frozenset[str]().union(*(manager.declares.traits for manager in chain.managers))
    spread = Trait.SPREADS in traits
    return Expectation(
        writable="Immutable" not in names,
        fresh=not spread and not names & {"ExplicitCaching", "WriteThroughCaching"},
        own_writes=not spread,
        transactions=Trait.TRANSACTIONS in traits,
        recovers=Trait.RECOVERS in traits and "KeepInPlace" not in names,
        movable=not spread and "KeepInPlace" not in names and "KeepOnDevice" not in names,
    )


def run_key_value(chain: Chain, seed: int) -> None:
    """Uses a map through the chain, from two callers, and checks all answers.

    Raises:
        AssertionError: an answer was not what the chain promises; the seed is noted.
    """
    simulate(lambda random: _use(chain, random), seed)


async def _use(chain: Chain, random: Random) -> None:
    cluster = SimulatedCluster(random)
    expected = expectation(chain)
    await cluster.create("map", chain, {"first": "kept", "x": 0})
    one, other = cluster.client("one", "a").stub("map"), cluster.client("other", "b").stub("map")
    assert await one.call("get", "first") == "kept"
    assert await other.call("get", "first") == "kept"
    if not expected.writable:
        await _check_unwritable(one)
        return
    await _write(one, other, expected)
    if expected.transactions:
        await _transact(one, other, expected)
    if expected.movable:
        await cluster.oms.move("map", 0, "b")
        await _write(other, one, expected)
    if expected.recovers:
        await _recover(cluster, one, chain)


async def _check_unwritable(stub: Any) -> None:
    try:
        await stub.call("put", "first", "changed")
    except PermissionDenied:
        assert await stub.call("peek", "first") == "kept"
        return
    raise AssertionError("an immutable object took a write")


async def _write(writer: Any, reader: Any, expected: Expectation) -> None:
    for value in (1, "two", [3, {"four": None}]):
        await reader.call("get", "x")
        await writer.call("put", "x", value)
        if expected.own_writes:
            assert await writer.call("get", "x") == value
        if expected.fresh:
            assert await reader.call("get", "x") == value
            assert await reader.call("peek", "x") == value
    if expected.own_writes:
        before = await writer.call("add", "count", 1)
        assert await writer.call("add", "count", 1) == before + 1


async def _transact(one: Any, other: Any, expected: Expectation) -> None:
    await one.call("put", "x", "before")
    name = await one.command("start_transaction")
    inside = one.within(name)
    await inside.call("put", "x", "inside")
    assert await inside.call("get", "x") == "inside"
    await one.command("rollback", name)
    assert await one.call("get", "x") == "before"
    if expected.fresh:
        assert await other.call("get", "x") == "before"
    name = await other.command("start_transaction")
    inside = other.within(name)
    await inside.call("put", "x", "committed")
    await other.command("commit", name)
    await other.command("commit", name)
    assert await other.call("get", "x") == "committed"
    if expected.fresh:
        assert await one.call("get", "x") == "committed"


async def _recover(cluster: SimulatedCluster, stub: Any, chain: Chain) -> None:
    await stub.call("put", "x", "last")
    if any(manager.name == "ExplicitCheckpoint" for manager in chain.managers):
        await stub.command("checkpoint")
    place = cluster.oms.records["map"].view.replicas[0].node
    cluster.crash(place)
    await cluster.client("one").clock.sleep(30.0)
    survivor = cluster.client("survivor", "c" if place != "c" else "b").stub("map")
    value = await survivor.call("peek", "x")
    periodic = any(manager.name == "PeriodicCheckpoint" for manager in chain.managers)
    assert value == "last" or periodic, value
    assert await survivor.call("get", "first") == "kept"
    await survivor.call("put", "x", "after")
    assert await survivor.call("get", "x") == "after"
