"""Locks that an earlier version has saved: a transaction that was open then is taken back, or goes on in doubt, as at that time."""

from __future__ import annotations

from typing import Any

import pytest
from amino_dms.api import Arrival
from amino_wire.errors import TransactionInvalid

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, opened, raised_by, request

BEFORE = {"data": {"x": 1}}
NAME = "tx-0123456789abcdef@map"
JOINT = "tx-0123456789abcdef@*"
FORMER: dict[str, list[Any]] = {
    "c542a54": [NAME, BEFORE, 30.0],
    "with what is taken back": [NAME, BEFORE, 30.0, True],
    "of several objects, not voted for": [JOINT, BEFORE, 30.0, False, "token", False, {}],
}


async def back(form: list[Any], arrival: Arrival) -> tuple[PlayedObjects, Any]:
    """The object with the state of an open transaction, and its chain."""
    objects = PlayedObjects()
    objects.entries = {"x": 2}
    saved = {"LockingTransactions": {"endings": {}, "open": form}}
    chain = await opened(PlayedHost(objects, PlayedStore()), "LockingTransactions", arrival, saved)
    return objects, chain


@pytest.mark.parametrize("form", FORMER.values(), ids=FORMER)
async def test_an_open_transaction_is_taken_back_after_a_recovery(form: list[Any]) -> None:
    objects, chain = await back(form, Arrival.RECOVERED)
    assert objects.entries == {"x": 1}
    assert await chain.call(request("get", "x")) == 1
    assert isinstance(await raised_by(chain.call(request("put", "x", 3, transaction=form[0]))), TransactionInvalid)
    assert objects.entries == {"x": 1}


async def test_an_open_transaction_goes_on_after_a_move() -> None:
    objects, chain = await back(FORMER["c542a54"], Arrival.MOVED)
    assert await chain.call(request("put", "y", 5, transaction=NAME)) is None
    await chain.command(0, "rollback", (NAME,))
    assert objects.entries == {"x": 1}


async def test_one_that_was_voted_for_is_in_doubt() -> None:
    objects, _ = await back([JOINT, BEFORE, 30.0, False, "token", True, {}], Arrival.RECOVERED)
    assert objects.entries == {"x": 2}
