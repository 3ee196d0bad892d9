"""The names of transactions that calls carry."""

from __future__ import annotations

from amino_wire.transactions import carried, own_transaction, transaction_name


def test_an_object_finds_its_own_among_them() -> None:
    ledger, shop = transaction_name("tx-1", "ledger"), transaction_name("tx-2", "shop")
    both = f"{ledger} {shop}"
    assert [own_transaction(both, each) for each in ("ledger", "shop", "front")] == [ledger, shop, ""]
    assert own_transaction("", "ledger") == ""
    assert own_transaction("tx-3", "ledger") == "tx-3", "a name that names no object is its own"
    assert own_transaction(ledger, "edger") == ""


def test_what_a_call_carries() -> None:
    scope = {"ledger": "tx-1@ledger", "old": "tx-2"}
    assert carried(scope, "ledger") == carried(scope, "shop") == "tx-1@ledger"
    assert carried(scope, "old") == "tx-1@ledger tx-2"
    assert carried({}, "ledger") == ""
