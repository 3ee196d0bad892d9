"""Instance managers whose object has ended here: nothing that they still do reaches the object's next instance."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest
from amino_dms.api import (
    Arrival,
    DeploymentManager,
    InstanceManager,
    Interface,
    Invocation,
    Next,
    Replica,
    State,
)
from amino_dms.chain import Chain
from amino_dms.runtime import InstanceChain, ObjectView
from amino_testkit import simulate
from amino_wire.errors import AminoError, KernelUnavailable, Moved

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, chain_over, opened, raised_by, request, until

VIEW = ObjectView("map", Interface("Map"), (Replica(0, "here"),), 1)
GONE = Moved("map is not here any more")


def run(scenario: Callable[[], Awaitable[None]], seed: int = 1) -> None:
    """In simulated time."""

    async def running(random: Random) -> None:
        await scenario()

    simulate(running, seed)


def with_part(part: type[InstanceManager[Any]]) -> DeploymentManager:
    """A manager with that instance manager."""
    return type("Late", (DeploymentManager,), {"promise": "-", "instance_manager": part})()


ASKING: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "copy": lambda kernel: kernel.copy(),
    "sync": lambda kernel: kernel.sync(State({"data": {}})),
    "instantiate": lambda kernel: kernel.instantiate(State({"data": {}})),
    "capture": lambda kernel: kernel.capture(),
    "submit": lambda kernel: kernel.submit("@touch", request_id="mine"),
    "durable_get": lambda kernel: kernel.durable_get("key"),
    "durable_put": lambda kernel: kernel.durable_put("key", 1),
    "nodes": lambda kernel: kernel.nodes(),
    "regions": lambda kernel: kernel.regions(),
    "instance_manager": lambda kernel: kernel.instance_manager().call("anything"),
    "coordinator": lambda kernel: kernel.coordinator().call("anything"),
}


async def end_by_close(chain: InstanceChain) -> None:
    """The object was deleted."""
    await chain.close()


async def end_by_release(chain: InstanceChain) -> None:
    """The object has moved."""
    chain.release(GONE)


async def end_by_force(chain: InstanceChain) -> None:
    """The object's context was closed."""
    chain.abandon(GONE)


ENDS = pytest.mark.parametrize("end", [end_by_close, end_by_release, end_by_force], ids=lambda end: end.__name__)


@ENDS
@pytest.mark.parametrize("asked", ASKING)
def test_a_part_that_has_ended_reaches_nothing(asked: str, end: Callable[[InstanceChain], Awaitable[None]]) -> None:
    async def scenario() -> None:
        host = PlayedHost(PlayedObjects(), PlayedStore())
        chain = await opened(host, Chain([with_part(InstanceManager)]))
        kernel = chain._parts[0].kernel  # type: ignore[attr-defined]
        await ASKING[asked](kernel)
        await end(chain)
        host.asked.clear()
        error = await raised_by(ASKING[asked](kernel))
        assert isinstance(error, (KernelUnavailable, Moved))
        assert isinstance(error, Moved) == (asked == "submit"), "only of a call it is certain that it did not run"
        assert "map" in error.message
        assert host.asked == []

    run(scenario)


def test_a_part_reaches_nothing_while_it_is_told_that_it_ends() -> None:
    """The object may live elsewhere by then."""
    seen: list[BaseException | None] = []

    class Last(InstanceManager[Any]):
        """Tries to write when it ends."""

        async def on_destroy(self) -> None:
            seen.append(await raised_by(self.kernel.durable_put("key", 1)))
            seen.append(await raised_by(self.kernel.sync(State({"data": {}}))))

    async def scenario() -> None:
        host = PlayedHost(PlayedObjects(), PlayedStore())
        chain = await opened(host, Chain([with_part(Last)]))
        await chain.close()
        assert [type(error) for error in seen] == [KernelUnavailable, KernelUnavailable]
        assert host.asked == []

    run(scenario)


def test_a_transaction_of_a_closed_context_undoes_nothing_of_the_next_instance() -> None:
    async def scenario() -> None:
        objects, store = PlayedObjects(), PlayedStore()
        managers = "PeriodicCheckpoint,LockingTransactions(lease=30s)"
        before = await opened(PlayedHost(objects, store), managers)
        name = await before.command(1, "start_transaction", ())
        await before.call(request("put", "x", 1, transaction=name))
        before.abandon(GONE)
        objects.entries = {"x": 0}
        after = await opened(PlayedHost(objects, store, seed=2), managers, Arrival.RECOVERED)
        assert await after.call(request("add", "x", 7)) == 7
        await asyncio.sleep(120.0)
        assert objects.entries == {"x": 7} and objects.syncs == 0
        await before.close()
        assert objects.entries == {"x": 7} and objects.syncs == 0

    run(scenario)


@pytest.mark.parametrize("end", [end_by_close, end_by_force], ids=lambda end: end.__name__)
def test_copies_end_with_their_chain_and_only_once(end: Callable[[InstanceChain], Awaitable[None]]) -> None:
    """A context that was closed took its copies along; the id of one may be that of another copy by now."""

    async def scenario() -> None:
        host = PlayedHost(PlayedObjects(), PlayedStore())
        chain = await opened(host, "OptimisticTransactions(lease=30s)")
        await chain.command(0, "start_transaction", ())
        transaction = next(iter(chain._parts[0].opened.values()))  # type: ignore[attr-defined]
        await end(chain)
        await asyncio.sleep(60.0)
        await chain.close()
        assert host.copies[0].discards == (1 if end is end_by_close else 0)
        assert isinstance(await raised_by(transaction.copy.invoke(request("get", "x"))), KernelUnavailable)
        assert isinstance(await raised_by(transaction.copy.state()), KernelUnavailable)

    run(scenario)


def test_a_call_that_was_inside_saves_nothing_and_is_not_said_not_to_have_run() -> None:
    async def scenario() -> None:
        objects, store = PlayedObjects(), PlayedStore()
        host = PlayedHost(objects, store)
        chain = await opened(host, "DurableSerializableRPC")
        inside = asyncio.ensure_future(raised_by(chain.call(request("block", name="inside"))))
        waiting = asyncio.ensure_future(raised_by(chain.call(request("add", "x", 1))))
        await until(lambda: "inside" in objects.blocked)
        chain.abandon(GONE)
        puts = store.puts
        objects.blocked["inside"].set_result(None)
        assert isinstance(await inside, KernelUnavailable)
        assert isinstance(await waiting, Moved)
        assert isinstance(await raised_by(chain.call(request("add", "x", 1))), Moved)
        assert store.puts == puts and objects.ran == ["inside"]

    run(scenario)


@pytest.mark.parametrize("managers", ["DurableSerializableRPC", "LeaseCaching", "Immutable", "DurableTransactions"])
def test_an_object_that_has_gone_after_a_call_ran_does_not_make_it_run_elsewhere(managers: str) -> None:
    """The host says Moved when it is asked for a copy; of the call, that is not true."""

    async def scenario() -> None:
        objects = PlayedObjects()
        host = PlayedHost(objects, PlayedStore())
        chain = await opened(host, managers)
        run_it = host.invoke

        async def last(call: Invocation) -> Any:
            result = await run_it(call)
            objects.here = False
            return result

        host.invoke = last  # type: ignore[method-assign]
        assert isinstance(await raised_by(chain.call(request("put", "x", 1))), KernelUnavailable)

    run(scenario)


async def busy(chain: InstanceChain, random: Random) -> None:
    """Calls and transactions, until the chain ends."""
    for number in range(40):
        await asyncio.sleep(random.uniform(0, 0.01))
        try:
            if random.random() < 0.3:
                index = len(chain.chain) - 1
                name = await chain.command(index, "start_transaction", ())
                await chain.call(request("add", "x", 1, name=f"{name}/1", transaction=name))
                if random.random() < 0.7:
                    await chain.command(index, random.choice(("commit", "rollback")), (name,))
            else:
                await chain.call(request("add", "x", 1, name=f"{id(random)}/{number}"))
        except AminoError:
            continue


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    "managers",
    [
        "PeriodicCheckpoint(every=2),LockingTransactions(lease=1s)",
        "DurableSerializableRPC,LockingTransactions(lease=1s)",
        "LeaseCaching(lease=1s),OptimisticTransactions(lease=1s)",
        "AtMostOnceRPC,DurableTransactions(lease=1s)",
    ],
)
def test_whatever_is_under_way_when_a_context_is_closed_nothing_begins_after_it(managers: str, seed: int) -> None:
    async def scenario() -> None:
        random = Random(seed)
        objects, store = PlayedObjects(), PlayedStore()
        host = PlayedHost(objects, store)
        chain = await opened(host, managers)
        clients = [asyncio.ensure_future(busy(chain, Random(f"{seed}/{number}"))) for number in range(4)]
        await asyncio.sleep(random.uniform(0.0, 0.3))
        chain.abandon(GONE)
        asked = list(host.asked)
        await asyncio.sleep(0.5)
        objects.entries = {"x": 1000}
        await asyncio.sleep(3600.0)
        await asyncio.gather(*clients)
        await chain.close()
        assert host.asked == asked and objects.entries == {"x": 1000}

    run(scenario, seed)


def test_what_a_part_spawns_after_its_end_does_not_run() -> None:
    async def scenario() -> None:
        ran: list[bool] = []

        async def work() -> None:
            ran.append(True)

        chain = await opened(PlayedHost(PlayedObjects(), PlayedStore()), Chain([with_part(InstanceManager)]))
        chain.abandon(GONE)
        chain._parts[0].kernel.spawn(work())  # type: ignore[attr-defined]
        await asyncio.sleep(1.0)
        assert ran == []

    run(scenario)


class Passing(InstanceManager[Any]):
    """Calls on after a while."""

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Waits without a gate, as a careless manager does."""
        await self.kernel.clock.sleep(1.0)
        return await next(call)


def test_a_call_on_its_way_to_the_object_does_not_reach_the_next_instance() -> None:
    async def scenario() -> None:
        objects = PlayedObjects()
        chain = chain_over(PlayedHost(objects, PlayedStore()), Chain([with_part(Passing)]))
        await chain.open(Arrival.CREATED)
        calling = asyncio.ensure_future(raised_by(chain.call(request("add", "x", 1))))
        await asyncio.sleep(0.5)
        chain.abandon(GONE)
        assert isinstance(await calling, Moved)
        assert objects.ran == []

    run(scenario)
