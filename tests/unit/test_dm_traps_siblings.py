"""Traps: two calls of one chain at once, none of which is inside the other, as when an object calls another twice and
awaits both."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from amino_dms.api import Gate, re_enters
from amino_dms.runtime import InstanceChain

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, opened, request, until

ONE_BY_ONE = ("SerializableRPC", "DurableSerializableRPC", "DurableTransactions", "WriteThroughCaching")


def recovered(store: PlayedStore) -> Any:
    """The state in the checkpoint."""
    return store.under("/checkpoint")["snapshot"]["state"]["data"]["x"]


def test_what_re_enters() -> None:
    assert re_enters(request("add", chain=("c", "map.through", "other.through")))
    assert not re_enters(request("add", chain=("c", "other.through")))
    assert not re_enters(request("add", chain=("c", "mapper.through")))
    assert not re_enters(request("add"))


@pytest.mark.parametrize("saver", ["DurableSerializableRPC", "DurableTransactions"])
@pytest.mark.parametrize("chain", [("c", "other.m"), ()], ids=["siblings", "doubled"])
async def test_each_of_two_calls_at_once_is_answered_when_it_is_saved(saver: str, chain: tuple[str, ...]) -> None:
    """The second comes while the first is saved, or is the same message once more."""
    store = PlayedStore()
    made = await opened(PlayedHost(PlayedObjects(), store), saver)

    async def add() -> None:
        value = await made.call(request("add", "x", 1, name="mine", chain=chain))
        assert recovered(store) >= value

    for turns in range(12):
        first = asyncio.ensure_future(add())
        for _ in range(turns):
            await asyncio.sleep(0)
        await asyncio.gather(first, add())
        assert await made.call(request("get", "x")) == recovered(store)


@pytest.mark.parametrize("managers", ONE_BY_ONE)
async def test_calls_of_one_chain_run_one_after_another(managers: str) -> None:
    objects = PlayedObjects()
    made = await opened(PlayedHost(objects, PlayedStore()), managers)
    names = ("one", "two", "three")
    calls = [asyncio.ensure_future(made.call(request("block", name=name, chain=("c", "other.m")))) for name in names]
    for number, name in enumerate(names, 1):
        await until(lambda: name in objects.blocked)  # noqa: B023
        for _ in range(50):
            await asyncio.sleep(0)
        assert objects.inside == 1 and len(objects.blocked) == number
        objects.blocked[name].set_result(None)
    await asyncio.gather(*calls)


@pytest.mark.parametrize(
    "managers",
    [
        "SerializableRPC",
        "DurableSerializableRPC",
        "DurableTransactions",
        "PeriodicCheckpoint(every=1)",
        "ExplicitCheckpoint",
        "LeaseCaching",
        "WriteThroughCaching",
        "OptimisticTransactions",
        "LockingTransactions",
    ],
)
async def test_a_call_inside_another_passes_although_a_sibling_waits(managers: str) -> None:
    objects = PlayedObjects()
    made = await opened(PlayedHost(objects, PlayedStore()), managers)
    outer = asyncio.ensure_future(made.call(request("block", name="outer", chain=("c", "other.m"))))
    await until(lambda: "outer" in objects.blocked)
    sibling = asyncio.ensure_future(made.call(request("add", "x", 1, name="sibling", chain=("c", "other.m"))))
    for _ in range(20):
        await asyncio.sleep(0)
    inner = asyncio.ensure_future(_nested(made))
    await until(inner.done)
    objects.blocked["outer"].set_result(None)
    await asyncio.gather(outer, sibling)
    assert objects.entries["x"] == 101


async def _nested(made: InstanceChain) -> Any:
    return await made.call(request("add", "x", 100, name="inner", chain=("c", "other.m", "map.block", "third.n")))


async def test_a_gate_lets_a_call_in_again_only_from_inside() -> None:
    gate = Gate()
    log: list[str] = []

    async def passing(name: str, chain: tuple[str, ...], *, alone: bool) -> None:
        async with gate.passing(request("m", name=name, chain=chain), alone=alone):
            log.append(name)
            for _ in range(20):
                await asyncio.sleep(0)
            log.append(f"{name} leaves")

    outside, inside = ("c", "other.m"), ("c", "other.m", "map.m", "third.n")
    first = asyncio.ensure_future(passing("first", outside, alone=True))
    await asyncio.sleep(0)
    names = ("second", "third", "fourth")
    later = [asyncio.ensure_future(passing(name, outside, alone=name == "second")) for name in names]
    await asyncio.sleep(0)
    nested = asyncio.ensure_future(passing("nested", inside, alone=True))
    await asyncio.gather(first, nested, *later)
    assert log[:2] == ["first", "nested"]
    assert log.index("second") > log.index("first leaves")
    assert log.index("third") > log.index("second leaves") < log.index("fourth")
    assert log.index("fourth") < log.index("third leaves"), "those that share are inside together"
    assert gate.idle
