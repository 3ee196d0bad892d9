"""What of the etcd backend needs no etcd: addresses, and what failures mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from amino_store.etcd.address import EtcdAddress
from amino_store.etcd.failures import Verdict, verdict_of
from amino_store.etcd.messages import prefix_end
from amino_store.etcd.slots import Fate, Slots, fate_of, noted
from amino_wire.errors import ConfigInvalid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("etcd://a:1,b:2", EtcdAddress(("a:1", "b:2"))),
        ("etcd://a", EtcdAddress(("a:2379",))),
        ("etcd://[::1]:3/one/two/", EtcdAddress(("[::1]:3",), "one/two")),
        ("etcd://a?user=u&password_file=/p", EtcdAddress(("a:2379",), user="u", password_file=Path("/p"))),
        (
            "etcd://a:1/x?ca=/ca&cert=/cert&key=/key",
            EtcdAddress(("a:1",), "x", ca=Path("/ca"), cert=Path("/cert"), key=Path("/key")),
        ),
    ],
)
def test_addresses(text: str, expected: EtcdAddress) -> None:
    assert EtcdAddress.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("sqlite", "http://a:1", "etcd://", "etcd://a,,b", "etcd://a:x", "etcd://user:secret@a:1", "etcd://:1"),
        *("etcd://a?user=u", "etcd://a?cert=/c", "etcd://a?colour=red", "etcd://a:99999"),
    ],
)
def test_a_wrong_address_is_refused_with_the_form_that_it_must_have(text: str) -> None:
    with pytest.raises(ConfigInvalid, match="write etcd://HOST:PORT"):
        EtcdAddress.parse(text)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("UNAVAILABLE", "failed to connect to all addresses; last error: Connection refused", Verdict.NOT_DONE),
        ("UNAVAILABLE", "etcdserver: no leader", Verdict.NOT_DONE),
        ("UNAVAILABLE", "etcdserver: leader changed", Verdict.UNKNOWN),
        ("UNAVAILABLE", "etcdserver: request timed out, possibly due to previous leader failure", Verdict.UNKNOWN),
        ("UNAVAILABLE", "Socket closed", Verdict.UNKNOWN),
        ("DEADLINE_EXCEEDED", "context deadline exceeded", Verdict.UNKNOWN),
        ("CANCELLED", "RST_STREAM", Verdict.UNKNOWN),
        ("RESOURCE_EXHAUSTED", "etcdserver: mvcc: database space exceeded", Verdict.NO_SPACE),
        ("RESOURCE_EXHAUSTED", "etcdserver: too many requests", Verdict.NOT_DONE),
        ("RESOURCE_EXHAUSTED", "CLIENT: Received message larger than max (5 vs. 4)", Verdict.ANSWER_TOO_LARGE),
        ("INVALID_ARGUMENT", "etcdserver: too many operations in txn request", Verdict.TOO_LARGE),
        ("INVALID_ARGUMENT", "etcdserver: request is too large", Verdict.TOO_LARGE),
        ("INVALID_ARGUMENT", "etcdserver: user name is empty", Verdict.TOKEN),
        ("INVALID_ARGUMENT", "etcdserver: duplicate key given in txn request", Verdict.REFUSED),
        ("UNAUTHENTICATED", "etcdserver: invalid auth token", Verdict.TOKEN),
        ("PERMISSION_DENIED", "etcdserver: permission denied", Verdict.DENIED),
        ("NOT_FOUND", "etcdserver: requested lease not found", Verdict.LEASE_ENDED),
        ("OUT_OF_RANGE", "etcdserver: mvcc: required revision has been compacted", Verdict.COMPACTED),
        ("FAILED_PRECONDITION", "etcdserver: rpc not supported for learner", Verdict.NOT_DONE),
        ("INTERNAL", "anything", Verdict.UNKNOWN),
    ],
)
def test_what_a_failure_means(code: str, text: str, expected: Verdict) -> None:
    assert verdict_of(code, text) is expected


@given(st.text(min_size=1), st.text())
def test_the_end_of_a_prefix_is_behind_all_that_begin_with_it(prefix: str, more: str) -> None:
    begin = prefix.encode(errors="replace")
    assert begin <= begin + more.encode(errors="replace") < prefix_end(begin)


def test_a_slot_tells_the_fate_of_its_own_transaction_alone() -> None:
    for fate in Fate:
        assert fate_of(noted(12, fate), 12) is fate
        assert fate_of(noted(12, fate), 1) is None
        assert fate_of(noted(1, fate), 12) is None


def test_no_two_transactions_have_one_slot() -> None:
    slots = Slots()
    first, second = slots.take(), slots.take()
    assert first.number != second.number
    slots.give_back(first)
    assert slots.take() is first
