"""When a chain offers calls to the gate of its object, what it offers, and what it learns when it takes them back."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest
from amino_dms.api import (
    Arrival,
    Delegation,
    DeploymentManager,
    Ending,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    Numbers,
    Purpose,
    Ran,
    Session,
)
from amino_dms.chain import Chain
from amino_dms.runtime.delegating import PATIENCE
from amino_dms.runtime.eagerness import FIRST
from amino_dms.runtime.hosts import Recalled
from amino_wire.errors import Moved, OmsUnavailable

from tests.unit.gate_host import GateHost, warm
from tests.unit.played_host import chain_over, opened, raised_by, request, until

pytestmark = pytest.mark.asyncio


async def test_a_chain_offers_its_calls_after_some_and_takes_them_back_for_the_next_one_that_comes() -> None:
    host = GateHost()
    chain = await opened(host, "ExplicitCheckpoint")
    await warm(host, chain)
    assert host.terms == [(Delegation(), False)]
    assert not host.recalls
    await chain.call(request("get", "x"))
    assert host.recalls == 1


@pytest.mark.parametrize("act", ["command", "freeze", "settle"])
async def test_whatever_else_happens_in_the_chain_takes_them_back_first(act: str) -> None:
    host = GateHost()
    chain = await opened(host, "ExplicitCheckpoint")
    await warm(host, chain)
    if act == "command":
        await chain.command(0, "checkpoint", ())
    elif act == "freeze":
        await chain.freeze("test")
    else:
        await chain.settle()
    assert host.recalls == 1


async def test_calls_that_ran_count_as_if_they_had_come_through() -> None:
    host = GateHost()
    chain = await opened(host, "PeriodicCheckpoint(every=50)")
    puts = host.store.puts
    await warm(host, chain)
    assert host.terms[0][0].calls == 50 - 1 - FIRST
    host.told = Recalled(Ran(50 - 1 - FIRST, {}))
    await chain.call(request("put", "x", 1))
    assert host.store.puts == puts + 1, "the fiftieth call saves"


async def test_calls_under_way_are_inside_until_they_have_ended() -> None:
    host = GateHost()
    chain = await opened(host, "ExplicitCheckpoint")
    await warm(host, chain)
    host.outcomes[7] = asyncio.get_running_loop().create_future()
    host.told = Recalled(Ran(3, {}), ((7, Invocation("map", "put", (), request_id="let-in", chain=("let-in",))),))
    puts = host.store.puts
    saving = asyncio.ensure_future(chain.command(0, "checkpoint", ()))
    await until(lambda: host.recalls == 1)
    for _ in range(50):
        await asyncio.sleep(0)
    assert host.store.puts == puts, "a call is still inside"
    host.outcomes[7].set_result(None)
    await saving
    assert host.store.puts == puts + 1


async def test_calls_under_way_never_run_again_also_where_two_attempts_have_one_request_id() -> None:
    host = GateHost()
    chain = await opened(host, "Retry,ExplicitCheckpoint")
    await warm(host, chain)
    ran = len(host.objects.ran)
    attempts = []
    for number in (1, 2):
        host.outcomes[number] = asyncio.get_running_loop().create_future()
        attempts.append((number, Invocation("map", "put", (), request_id="twice", chain=("twice",))))
    host.told = Recalled(Ran(0, {}), tuple(attempts))
    freezing = asyncio.ensure_future(chain.freeze("test"))
    await until(lambda: host.recalls == 1)
    for outcome in host.outcomes.values():
        assert not freezing.done()
        outcome.set_result(None)
        for _ in range(20):
            await asyncio.sleep(0)
    await freezing
    assert len(host.objects.ran) == ran


async def test_a_move_waits_for_calls_under_way_also_where_they_wait_in_a_gate() -> None:
    host = GateHost()
    chain = await opened(host, "WriteThroughCaching")
    await warm(host, chain)
    assert host.terms[0][0].alone and host.terms[0][0].members == frozenset({"put"})
    calls = []
    for number in (1, 2):
        host.outcomes[number] = asyncio.get_running_loop().create_future()
        calls.append((number, Invocation("map", "put", (), request_id=f"let-in-{number}", chain=(f"let-in-{number}",))))
    host.told = Recalled(Ran(0, {}), tuple(calls))
    freezing = asyncio.ensure_future(chain.freeze("move"))
    await until(lambda: host.recalls == 1)
    for number in (1, 2):
        for _ in range(50):
            await asyncio.sleep(0)
        assert not freezing.done(), f"call {number} has not ended"
        host.outcomes[number].set_result(None)
    await freezing


async def test_numbered_calls_are_known_again() -> None:
    host = GateHost()
    chain = await opened(host, "AtMostOnceRPC")
    for number in range(FIRST):
        await chain.call(request("add", "x", 1, name=f"r{number}").changed(headers={"AtMostOnceRPC": ["s", number + 1, 1]}))
    await until(lambda: bool(host.terms))
    assert host.terms[0] == (Delegation(numbers=Numbers("AtMostOnceRPC", {"s": FIRST}), free=frozenset({"get"})), True)
    host.told = Recalled(Ran(1, {"s": Session(1, ((FIRST + 1, Ending("ran there")),))}))
    headers = {"AtMostOnceRPC": ["s", FIRST + 1, 1]}
    assert await chain.call(request("add", "x", 1, name="there").changed(headers=headers)) == "ran there"
    assert host.objects.entries["x"] == FIRST


async def test_a_saver_delegates_as_soon_as_nothing_is_unsaved_and_saves_once_for_what_is_withheld() -> None:
    host = GateHost()
    chain = await opened(host, "DurableSerializableRPC")
    host.store.jitter = Random(2)
    calls = [asyncio.ensure_future(chain.call(request("put", "x", number, name=f"r{number}"))) for number in range(FIRST)]
    await until(lambda: bool(host.terms))
    assert all(each.done() for each in calls)
    assert host.terms == [(Delegation(free=frozenset({"get"}), alone=True, withholds=True, captures=True), False)]
    puts, host.mark = host.store.puts, 3
    chain.withheld(1)
    await until(lambda: bool(host.told_stored))
    assert (host.told_stored, host.store.puts) == ([(3, None)], puts + 1)
    chain.withheld(2)
    for _ in range(50):
        await asyncio.sleep(0)
    assert host.store.puts == puts + 1, "the state that was captured has it"


async def test_a_store_that_is_away_ends_what_is_withheld_and_nothing_is_delegated_until_it_is_back() -> None:
    host = GateHost()
    chain = await opened(host, "DurableSerializableRPC")
    await warm(host, chain)
    host.store.away, host.mark = True, 5
    chain.withheld(1)
    await until(lambda: bool(host.told_stored))
    mark, error = host.told_stored[0]
    assert mark == 5 and isinstance(error, OmsUnavailable)
    host.told = Recalled(Ran(6, {}, withheld=6))
    assert isinstance(await raised_by(chain.call(request("put", "x", 1, name="later"))), OmsUnavailable)
    host.store.away = False
    await chain.call(request("put", "x", 2, name="last"))
    assert host.told_stored[-1] == (5, None)


async def test_a_saver_delegates_nothing_beside_a_part_that_must_know_of_each_call() -> None:
    for managers in ("AtMostOnceRPC,DurableSerializableRPC", "ConsistentCaching(lease=1s),DurableSerializableRPC"):
        host = GateHost()
        chain = await opened(host, managers)
        for number in range(4 * FIRST):
            await chain.call(request("put", "x", number, name=f"r{number}"))
        assert not host.offers, managers


async def test_nothing_is_offered_while_a_transaction_is_open() -> None:
    for name in ("LockingTransactions", "OptimisticTransactions"):
        host = GateHost()
        chain = await opened(host, name)
        transaction = await chain.command(0, "start_transaction", ())
        if name == "OptimisticTransactions":
            for number in range(3 * FIRST):
                await chain.call(request("put", "x", number, name=f"r{number}"))
        for number in range(3 * FIRST):
            await chain.call(request("put", "x", number, name=f"t{number}", transaction=transaction))
        assert not host.terms
        await chain.command(0, "rollback", (transaction,))
        await warm(host, chain, 6 * FIRST)


async def test_a_caller_that_asks_again_hears_of_writes_that_the_gate_has_let_in() -> None:
    host = GateHost()
    chain = await opened(host, "ConsistentCaching(lease=1s)")
    await warm(host, chain)
    host.told = Recalled(Ran(0, {}))
    before = await chain.command(0, "watch", ("one", "", 0, False))
    host.terms.clear()
    await host.clock.sleep(2)
    for number in range(4 * FIRST):
        await chain.call(request("put", "y", number, name=f"again-{number}"))
        if host.terms:
            break
    await until(lambda: bool(host.terms))
    known = await number_of(chain)
    host.told = Recalled(Ran(5, {}))
    await chain.freeze("test")
    assert await number_of(chain) > known > before[1]


async def number_of(chain: Any) -> int:
    """The number of the last write, as the part tells its next place."""
    return int((await chain.save(Purpose.MOVE))["ConsistentCaching"]["number"])


class Slow(InstanceManager[Any]):
    """Delegates all calls, and holds one of them up that comes to it."""

    def __init__(self, config: Any, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self.goes_on: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def delegates(self) -> Delegation | None:
        return Delegation()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        if call.request_id == "slow":
            await self.goes_on
        return await next(call)


class SlowManager(DeploymentManager):
    """Has a slow part."""

    instance_manager = Slow


async def test_the_gate_opens_when_calls_that_came_before_have_reached_the_object() -> None:
    host = GateHost()
    chain = chain_over(host, Chain([SlowManager()]))
    await chain.open(Arrival.CREATED)
    slow = asyncio.ensure_future(chain.call(request("put", "x", 0, name="slow")))
    for number in range(FIRST):
        await chain.call(request("put", "x", number, name=f"r{number}"))
    for _ in range(50):
        await asyncio.sleep(0)
    assert host.offers == 1 and not host.terms and not host.recalls
    part: Any = chain._parts[0]
    part.goes_on.set_result(None)
    await until(lambda: bool(host.terms))
    await slow


async def test_calls_at_the_gate_do_not_wait_long_for_a_call_that_a_part_holds_up() -> None:
    host = GateHost()
    chain = chain_over(host, Chain([SlowManager()]))
    await chain.open(Arrival.CREATED)
    slow = asyncio.ensure_future(chain.call(request("put", "x", 0, name="slow")))
    for number in range(FIRST):
        await chain.call(request("put", "x", number, name=f"r{number}"))
    await host.clock.sleep(2 * PATIENCE)
    await until(lambda: bool(host.recalls))
    assert not host.terms
    slow.cancel()


async def test_calls_that_come_after_the_end_of_an_object_do_not_wait() -> None:
    host = GateHost()
    chain = await opened(host, "ExplicitCheckpoint")
    await warm(host, chain)
    chain.release(Moved("the object has gone"))
    with pytest.raises(Moved):
        await chain.call(request("put", "x", 1, name="late"))


class Sees(InstanceManager[Any]):
    """Delegates, as far as its base says."""

    def delegates(self) -> Delegation | None:
        return Delegation()


class SeesAgain(Sees):
    """Does more with calls than its base, which does not know that."""

    async def on_call(self, call: Invocation, next: Next) -> Any:
        return await next(call)


class Plain(DeploymentManager):
    """Has a part with calls of its own."""

    instance_manager = SeesAgain


async def test_a_part_that_replaces_on_call_delegates_nothing_by_its_base() -> None:
    host = GateHost()
    chain = chain_over(host, Chain([Plain()]))
    await chain.open(Arrival.CREATED)
    for number in range(4 * FIRST):
        await chain.call(request("put", "x", number, name=f"r{number}"))
    assert not host.offers
