"""How many endings of transactions an object remembers, and for how long."""

from __future__ import annotations

from amino_dms.serializability.transactions import COMMITTED, ROLLED_BACK, Endings


def test_a_thousand_endings_are_remembered() -> None:
    endings = Endings()
    for number in range(1001):
        endings.note(f"tx-{number}@map", COMMITTED)
    assert len(endings.known) == 1000
    assert "tx-0@map" not in endings.known


def test_an_ending_that_did_not_come_to_pass_takes_no_place() -> None:
    endings = Endings()
    endings.note("tx-again@map", COMMITTED)
    endings.forget("tx-again@map")
    endings.note("tx-again@map", ROLLED_BACK)
    for number in range(999):
        endings.note(f"tx-{number}@map", COMMITTED)
    assert endings.known["tx-again@map"] == ROLLED_BACK
