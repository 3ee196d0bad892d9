"""When the calls of an offer are used up, the offer is renewed in the exchange that takes it back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from amino_dms.api import Ran
from amino_dms.runtime.eagerness import FIRST
from amino_dms.runtime.hosts import Recalled
from amino_wire.errors import MemberNotFound, Moved, OmsUnavailable

from tests.unit.gate_host import GateHost, warm
from tests.unit.played_host import opened, request, until

pytestmark = pytest.mark.asyncio


async def test_an_offer_whose_calls_are_used_up_is_renewed_as_soon_as_the_object_is_saved() -> None:
    host = GateHost()
    chain = await opened(host, "PeriodicCheckpoint(every=50)")
    await warm(host, chain)
    puts = host.store.puts
    for period in range(1, 4):
        host.told = Recalled(Ran(50 - 1 - (FIRST if period == 1 else 0), {}), renewed=True)
        await chain.call(request("put", "x", 1, name=f"due-{period}"))
        assert host.store.puts == puts + period
        await until(lambda opened=period + 1: len(host.terms) == opened)
        assert host.terms[-1][0].calls == 50 - 1
    assert host.offers == 1 and host.recalls == host.renewals == 3


async def recalled_by_a_due_call() -> tuple[GateHost, Any, asyncio.Future[Any]]:
    """A chain whose due call has just had the offer taken back, which the gate renews; and that call."""
    host = GateHost()
    chain = await opened(host, "PeriodicCheckpoint(every=50)")
    await warm(host, chain)
    host.told = Recalled(Ran(50 - 1 - FIRST, {}), renewed=True)
    due = asyncio.ensure_future(chain.call(request("put", "x", 1, name="due")))
    await until(lambda: host.recalls == 1)
    host.told = Recalled(Ran(0, {}))
    return host, chain, due


@pytest.mark.parametrize("act", ["command", "freeze"])
async def test_what_comes_while_an_offer_is_renewed_takes_it_back(act: str) -> None:
    host, chain, due = await recalled_by_a_due_call()
    if act == "command":
        with pytest.raises(MemberNotFound):
            await chain.command(0, "none", ())
        await due
        await until(lambda: host.recalls == 2 or len(host.terms) == 2)
    else:
        await chain.freeze("test")
        await until(lambda: host.recalls == 2)
        assert len(host.terms) == 1 and not due.done()
        chain.thaw("test")
        await due


async def test_nothing_waits_at_the_gate_when_a_chain_is_frozen_in_a_renewal() -> None:
    host, chain, due = await recalled_by_a_due_call()
    await chain.freeze("exchange")
    # The chain may end in this very step: nobody would take back what is offered.
    assert (host.recalls, host.renewals) == (2, 1)
    await chain.close()
    with pytest.raises(Moved):
        await due


async def test_a_recall_that_is_asked_again_ends_the_offer_whatever_the_answer_says() -> None:
    host = GateHost()
    chain = await opened(host, "PeriodicCheckpoint(every=50)")
    await warm(host, chain)
    puts, host.lost = host.store.puts, 1
    host.told = Recalled(Ran(50 - 1 - FIRST, {}), renewed=True)
    await chain.call(request("put", "x", 1, name="due"))
    assert host.store.puts == puts + 1
    for _ in range(100):
        await asyncio.sleep(0)
    assert host.recalls == 2 and len(host.terms) == 1


async def test_a_renewed_offer_is_taken_back_where_the_parts_do_not_want_it() -> None:
    host = GateHost()
    chain = await opened(host, "PeriodicCheckpoint(every=50)")
    await warm(host, chain)
    host.store.away = True
    host.told = Recalled(Ran(50 - 1 - FIRST, {}), renewed=True)
    with pytest.raises(OmsUnavailable):
        await chain.call(request("put", "x", 1, name="due"))
    await until(lambda: host.recalls == 2)
    assert len(host.terms) == 1
