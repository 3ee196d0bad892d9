"""Traps: a transaction ends in two ways at once, or is told to have ended and has not."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest
from amino_dms.api import Arrival, Purpose
from amino_dms.runtime import InstanceChain
from amino_testkit import simulate
from amino_wire.errors import OmsUnavailable, TransactionInvalid

from tests.unit.played_host import NAME, PlayedHost, PlayedObjects, PlayedStore, opened, raised_by, request


async def turns(count: int = 50) -> None:
    """Lets the loop turn."""
    for _ in range(count):
        await asyncio.sleep(0)


async def with_open_transaction(managers: str, host: PlayedHost) -> tuple[InstanceChain, int, str]:
    """A chain, the place of its transaction manager, and a transaction that has set x to 5."""
    chain = await opened(host, managers)
    index = next(n for n, manager in enumerate(chain.chain.managers) if "Transactions" in manager.name)
    name = await chain.command(index, "start_transaction", ())
    await chain.call(request("put", "x", 5, transaction=name))
    return chain, index, name


class SlowStore(PlayedStore):
    """Takes as long as the test says."""

    seconds = 0.0

    async def put(self, key: str, value: Any, expected: int | None) -> int:
        await asyncio.sleep(self.seconds)
        return await super().put(key, value, expected)


@pytest.mark.parametrize("other", ["lease", "rollback"])
@pytest.mark.parametrize("managers", ["DurableTransactions", "DurableSerializableRPC,OptimisticTransactions"])
def test_a_commit_that_is_under_way_is_not_undone_meanwhile(managers: str, other: str) -> None:
    """Its lease ends, or its client gives up, while the commit is saved."""

    async def scenario(random: Random) -> None:
        store, objects = SlowStore(), PlayedObjects()
        chain, index, name = await with_open_transaction(f"{managers}(lease=1s)", PlayedHost(objects, store))
        store.seconds = 3.0
        committing = asyncio.ensure_future(chain.command(index, "commit", (name,)))
        await asyncio.sleep(0.5)
        if other == "rollback":
            rolling = asyncio.ensure_future(raised_by(chain.command(index, "rollback", (name,))))
        await committing
        if other == "rollback":
            assert isinstance(await rolling, TransactionInvalid)
        await chain.command(index, "commit", (name,))
        assert objects.entries == {"x": 5}
        snapshot = store.under("/checkpoint")["snapshot"]
        endings = next(part["endings"] for part in snapshot["parts"].values() if "endings" in part)
        assert endings == {name: "committed"} and snapshot["state"]["data"] == {"x": 5}

    simulate(scenario, 1)


@pytest.mark.parametrize("ending", ["commit", "rollback"])
async def test_an_ending_that_had_to_wait_for_a_move_comes_to_pass_after_it(ending: str) -> None:
    """A checkpoint is being taken when the transaction ends, and the object prepares to move."""
    store, objects = PlayedStore(), PlayedObjects()
    managers = "ExplicitCheckpoint,LockingTransactions"
    chain, index, name = await with_open_transaction(managers, PlayedHost(objects, store))
    put, going_on = store.put, asyncio.Event()

    async def wait(key: str, value: Any, expected: int | None) -> int:
        await going_on.wait()
        return await put(key, value, expected)

    store.put = wait  # type: ignore[method-assign]
    saving = asyncio.ensure_future(chain.command(0, "checkpoint", ()))
    await turns()
    ending_it = asyncio.ensure_future(chain.command(index, ending, (name,)))
    await turns()
    freezing = asyncio.ensure_future(chain.freeze("move"))
    await turns()
    going_on.set()
    await freezing
    assert not ending_it.done()
    chain.thaw("move")
    await asyncio.gather(saving, ending_it)
    assert objects.entries == {"x": 5 if ending == "commit" else 0}
    assert await chain.call(request("get", "x")) == (5 if ending == "commit" else 0)
    other = "rollback" if ending == "commit" else "commit"
    assert isinstance(await raised_by(chain.command(index, other, (name,))), TransactionInvalid)


def test_a_transaction_that_is_being_rolled_back_is_so_after_a_move() -> None:
    """Its state may have been restored already: no call may go on from there."""

    async def scenario(random: Random) -> None:
        objects = PlayedObjects()
        host = PlayedHost(objects, PlayedStore())
        chain, index, name = await with_open_transaction("LockingTransactions(lease=60s)", host)
        sync = host.sync

        async def fail(state: Any) -> None:
            raise OmsUnavailable("not now")

        host.sync = fail  # type: ignore[method-assign]
        assert isinstance(await raised_by(chain.command(index, "rollback", (name,))), OmsUnavailable)
        host.sync = sync  # type: ignore[method-assign]
        saved = await chain.save(Purpose.MOVE)
        await chain.close()
        there = await opened(host, "LockingTransactions(lease=60s)", Arrival.MOVED, saved)
        assert isinstance(await raised_by(there.call(request("put", "x", 7, transaction=name))), TransactionInvalid)
        assert isinstance(await raised_by(there.command(index, "commit", (name,))), TransactionInvalid)
        await asyncio.sleep(1.0)
        assert await there.call(request("get", "x")) == 0, "the new place has rolled it back by itself"

    simulate(scenario, 1)


@pytest.mark.parametrize("managers", ["LockingTransactions(lease=1s)", "LockingTransactions(lease=1s),AtMostOnceRPC"])
def test_a_lease_that_ends_while_the_state_cannot_be_restored_ends_the_transaction_later(managers: str) -> None:
    """Others wait for its end, and must not wait for ever. The rollback is tried again under the name of its first
    attempt."""

    async def scenario(random: Random) -> None:
        objects = PlayedObjects()
        host = PlayedHost(objects, PlayedStore())
        chain, _, name = await with_open_transaction(managers, host)
        sync, copy, failures = host.sync, host.copy, iter(range(3))

        async def fail(state: Any = None) -> Any:
            if next(failures, None) is None:
                host.sync, host.copy = sync, copy  # type: ignore[method-assign]
                return await sync(state)
            raise OmsUnavailable("not now")

        host.sync = fail  # type: ignore[method-assign]
        waiting = asyncio.ensure_future(chain.call(request("get", "x")))
        await asyncio.sleep(10.0)
        assert waiting.done() and waiting.result() == 0
        assert isinstance(await raised_by(chain.call(request("get", "x", transaction=name))), TransactionInvalid)

    simulate(scenario, 1)


@pytest.mark.parametrize("managers", ["LockingTransactions", "OptimisticTransactions"])
async def test_an_error_about_a_transaction_says_the_name_of_the_object(managers: str) -> None:
    chain, index, name = await with_open_transaction(managers, PlayedHost(PlayedObjects(), PlayedStore()))
    await chain.command(index, "rollback", (name,))
    for late in (chain.call(request("get", "x", transaction=name)), chain.command(index, "commit", (name,))):
        error = await raised_by(late)
        assert isinstance(error, TransactionInvalid)
        assert str(error.message) == f"transaction {name} of {NAME} (map) was rolled back"
