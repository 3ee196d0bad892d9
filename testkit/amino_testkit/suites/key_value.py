"""The key-value suite: a map used through any chain, with what the chain's traits let its callers expect.

The same suite runs in simulated clusters and in real ones, against maps in any guest language: a world says who the callers are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from amino_dms.api import Trait
from amino_dms.chain import Chain
from amino_wire.errors import ChainInvalid, GuestException, MemberNotFound, PermissionDenied
from amino_wire.values import Duration, Timestamp, encode

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.suites.map_caller import MapCaller
from amino_testkit.world.scheduler import error_of, simulate

FIRST: Final = {"first": "kept", "x": 0}
"""What the map is made with."""
EVERY_SORT: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 2**31, 2**53 - 1, 2**63 - 1, -(2**63), 10**30, 0.5, -2.5e300, float("inf")),
    *("", "größe \U0001f418\n\x00", b"", b"\x00\xff", [], [1, ["two", [None]]], {}, {"a": {"b": [None]}}, {1: "one", "1": "text"}),
    *({"one", "two"}, Timestamp(1_700_000_000_005_000_000), Duration(3_250_000_000)),
)
"""One value of every sort that travels."""


@dataclass(frozen=True, slots=True)
class World:
    """Where a map is used.

    Arguments:
        one, other: two callers on different nodes.
        move: moves the map to the node of `other`; raises ChainInvalid where a manager does not allow it.
        failure: the type of the exception that the map's `fail` raises.
    """

    one: MapCaller
    other: MapCaller
    move: Callable[[], Awaitable[Any]]
    failure: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What callers may expect of a chain.

    Arguments:
        names: the managers' names.
        writable: writes are accepted.
        fresh: a read sees every write of all callers that was answered before the read was asked.
        own_writes: a read sees the caller's own writes.
        transactions: start, commit and rollback are there.
        recovers: the object comes back when its node dies.
        movable: it may be moved to another server.
        replicas: how many there are, knowing nothing of one another.
        divided: the map is in shards, each of which was made with the same entries; moves are of the object itself.
    """

    names: frozenset[str]
    writable: bool
    fresh: bool
    own_writes: bool
    transactions: bool
    recovers: bool
    movable: bool
    replicas: int
    divided: bool


def expectation(chain: Chain) -> Expectation:
    """What follows from a chain's managers."""
    names = frozenset(manager.name for manager in chain.managers)
    traits = frozenset[str]().union(*(manager.declares.traits for manager in chain.managers))
    spread = Trait.SPREADS in traits
    return Expectation(
        names=names,
        writable="Immutable" not in names,
        fresh=not spread and not names & {"ExplicitCaching", "WriteThroughCaching", "LoadBalancedMasterSlave"},
        own_writes=not spread,
        transactions=Trait.TRANSACTIONS in traits,
        recovers=Trait.RECOVERS in traits and "KeepInPlace" not in names,
        movable=not spread and "KeepInPlace" not in names and "KeepOnDevice" not in names,
        replicas=max([1, *(manager.fan_out() for manager in chain.managers if manager is not chain.divider)]),
        divided=chain.divider is not None,
    )


async def use_map(world: World, expected: Expectation) -> None:
    """Uses a map that was made with FIRST, from two callers, and checks all answers.

    Raises:
        AssertionError: an answer was not what the chain promises.
    """
    one, other = world.one, world.other
    for caller in (one, other):
        await _same(caller, "kept", "get", "first")
    await _check_errors(one, world.failure)
    if not expected.writable:
        await _check_unwritable(one, other)
        return
    if expected.own_writes:
        await _every_sort(one)
    else:
        await _check_spread(one, expected)
    await _write(one, other, expected)
    await _check_promises(one, other, expected)
    if expected.movable:
        await world.move()
        await _write(other, one, expected)
        if expected.transactions:
            await _transact(one, other, expected)
    elif "KeepInPlace" in expected.names and not expected.divided:
        assert isinstance(await error_of(world.move()), ChainInvalid)


def run_key_value(chain: Chain, seed: int) -> None:
    """Uses a map through the chain in a simulated cluster; ends the map's node where the chain promises to bring it back.

    Raises:
        AssertionError: an answer was not what the chain promises; the seed is noted.
    """
    simulate(lambda random: _simulated(chain, random), seed)


async def _simulated(chain: Chain, random: Random) -> None:
    cluster = SimulatedCluster(random)
    expected = expectation(chain)
    await cluster.create("map", chain, FIRST)
    one, other = cluster.client("one", "a").stub("map"), cluster.client("other", "b").stub("map")

    async def move() -> None:
        await cluster.move("map", "b")

    await use_map(World(one, other, move, "ValueError"), expected)
    if expected.recovers and expected.writable:
        await prepare_end(one, expected)
        place = cluster.node_of("map")
        cluster.crash(place)
        await asyncio.sleep(30.0)
        await check_recovered(cluster.client("survivor", "c" if place != "c" else "b").stub("map"), expected)


async def prepare_end(caller: MapCaller, expected: Expectation) -> None:
    """The last calls before the node of a map ends whose chain recovers it."""
    await caller.call("put", "x", "last")
    if "ExplicitCheckpoint" in expected.names:
        await caller.command("checkpoint")


async def check_recovered(caller: MapCaller, expected: Expectation) -> None:
    """The map has come back with what its chain promises."""
    value = await caller.call("peek", "x")
    assert value == "last" or "PeriodicCheckpoint" in expected.names, value
    await _same(caller, "kept", "get", "first")
    if expected.writable:
        await caller.call("put", "x", "after")
        await _same(caller, "after", "get", "x")


async def _check_errors(caller: MapCaller, failure: str) -> None:
    error = await error_of(caller.call("fail", "no more"))
    assert isinstance(error, GuestException), error
    assert (error.type.rpartition("::")[2], error.message) == (failure, "no more")
    assert isinstance(await error_of(caller.call("absent")), MemberNotFound)


async def _check_unwritable(one: MapCaller, other: MapCaller) -> None:
    assert isinstance(await error_of(one.call("put", "first", "changed")), PermissionDenied)
    for caller in (one, other):
        await _same(caller, "kept", "peek", "first")
        await _check_keys(caller, *FIRST)


async def _every_sort(caller: MapCaller) -> None:
    await caller.call("put", "all", list(EVERY_SORT))
    await _same(caller, list(EVERY_SORT), "get", "all")
    for value in EVERY_SORT[-3:]:
        await caller.call("put", "one", value)
        await _same(caller, value, "get", "one")
    await _check_keys(caller, *FIRST, "all", "one")
    assert await caller.call("delete", "one") is True
    assert await caller.call("delete", "one") is False
    await _check_keys(caller, *FIRST, "all")
    assert await caller.call("get", "one") is None


async def _check_keys(caller: MapCaller, *expected: str) -> None:
    """In their order, unless each shard of the map has the keys of its constructor."""
    found = await caller.call("keys")
    twice = len(set(found)) < len(found)
    assert (sorted(set(found)) if twice else found) == sorted(expected), found


async def _check_spread(caller: MapCaller, expected: Expectation) -> None:
    """Every replica counts for itself."""
    counts = [await caller.call("add", "spread", 1) for _ in range(2 * expected.replicas)]
    assert sorted(counts) == sorted([1, 2] * expected.replicas), counts


async def _write(writer: MapCaller, reader: MapCaller, expected: Expectation) -> None:
    for value in (1, "two", [3, {"four": None}]):
        await reader.call("get", "x")
        await writer.call("put", "x", value)
        if expected.own_writes:
            await _same(writer, value, "get", "x")
        if expected.fresh:
            await _same(reader, value, "get", "x")
            await _same(reader, value, "peek", "x")
    if expected.own_writes:
        before = await writer.call("add", "count", 1)
        assert await writer.call("add", "count", 1) == before + 1


async def _check_promises(one: MapCaller, other: MapCaller, expected: Expectation) -> None:
    if expected.transactions:
        await _transact(one, other, expected)
    if "AtMostOnceRPC" in expected.names:
        first = await one.call("add", "once", 1, request_id=f"{id(one)}/once")
        assert await one.call("add", "once", 1, request_id=f"{id(one)}/once") == first
        await _same(one, first, "get", "once")
    if "ExplicitCaching" in expected.names and expected.own_writes:
        await one.call("get", "x")
        await other.call("put", "x", "pulled")
        await one.command("pull")
        await _same(one, "pulled", "get", "x")
    if "ExplicitCheckpoint" in expected.names and expected.fresh:
        await one.call("put", "x", "saved")
        await one.command("checkpoint")
        await one.call("put", "x", "reverted")
        await one.command("revert")
        for caller in (one, other):
            await _same(caller, "saved", "get", "x")


async def _transact(one: MapCaller, other: MapCaller, expected: Expectation) -> None:
    await one.call("put", "x", "before")
    name = await one.command("start_transaction")
    inside = one.within(name)
    await inside.call("put", "x", "inside")
    await _same(inside, "inside", "get", "x")
    await one.command("rollback", name)
    await _same(one, "before", "get", "x")
    if expected.fresh:
        await _same(other, "before", "get", "x")
    name = await other.command("start_transaction")
    inside = other.within(name)
    await inside.call("put", "x", "committed")
    await other.command("commit", name)
    await other.command("commit", name)
    if expected.fresh:
        for caller in (other, one):
            await _same(caller, "committed", "get", "x")


async def _same(caller: MapCaller, value: Any, method: str, *args: Any) -> None:
    """The answer is that value, of that type, in all its parts."""
    found = await caller.call(method, *args)
    assert encode(found) == encode(value), f"{method}{args} gave {found!r}, not {value!r}"
