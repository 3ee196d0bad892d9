"""The names of transactions that calls carry."""

from __future__ import annotations

from amino_wire.transactions import carried, is_joint, joint_name, joint_of, own_transaction, transaction_name


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


def test_a_transaction_over_several_objects_is_that_of_each() -> None:
    joint = joint_name("tx-9")
    assert is_joint(joint)
    assert not is_joint(transaction_name("tx-9", "ledger"))
    assert [own_transaction(joint, each) for each in ("ledger", "shop")] == [joint, joint]
    assert own_transaction(f"{joint} tx-1@ledger", "ledger") == "tx-1@ledger"
    assert (joint_of(f"tx-1@ledger {joint}"), joint_of("tx-1@ledger"), joint_of("")) == (joint, "", "")
    assert carried({"*": joint}, "shop") == joint
