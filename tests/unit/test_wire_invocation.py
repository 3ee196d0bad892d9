"""The envelope of a call: its arguments stay as they came until somebody looks at them."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest
from amino_wire.errors import ValueInvalid
from amino_wire.frames import CallOptions, Invocation
from amino_wire.protocol import Option
from amino_wire.values import DEFAULT, EncodedValue, encode

UNHOLDABLE = EncodedValue(b"\x91\x82\x01\xa1a\xc3\xa1b")
"""A map whose keys 1 and true Python cannot tell apart."""


def arrived(args: EncodedValue, options: CallOptions | None = None) -> Invocation:
    return Invocation.of("object", "member", args, options or CallOptions(), deadline=10.0)


def test_arguments_that_nobody_looks_at_travel_on_as_they_came() -> None:
    assert arrived(UNHOLDABLE).encoded_args() is UNHOLDABLE


def test_who_looks_at_arguments_that_python_cannot_hold_is_told() -> None:
    call = arrived(UNHOLDABLE)
    for _ in range(2):
        with pytest.raises(ValueInvalid, match="cannot tell apart"):
            assert call.args
    assert call.encoded_args() is UNHOLDABLE


def test_arguments_are_read_once_and_travel_as_they_came_where_nobody_could_change_them() -> None:
    came = EncodedValue(encode([1, "a"]))
    call = arrived(came)
    assert call.args == (1, "a") and call.args is call.args
    assert call.encoded_args() is came
    assert call.changed(method="other").encoded_args() is came


def test_arguments_that_were_changed_in_place_or_exchanged_travel_as_they_are() -> None:
    call = arrived(EncodedValue(encode([[1]])))
    call.args[0].append(2)
    assert call.encoded_args() == EncodedValue(encode([[1, 2]]))
    assert call.changed(args=(3,)).encoded_args() == EncodedValue(encode([3]))


def test_an_envelope_is_compared_and_copied_by_its_values_and_not_changed() -> None:
    call = arrived(EncodedValue(encode([1])), CallOptions(request_id="a/1"))
    assert call == Invocation("object", "member", (1,), request_id="a/1", deadline=10.0)
    assert pickle.loads(pickle.dumps(call)) == call
    with pytest.raises(FrozenInstanceError):
        call.args = ()  # type: ignore[misc]


def test_plain_options_are_those_of_the_options() -> None:
    options = CallOptions(
        kwargs={"b": [1]}, request_id="a/1", read_only=True, chain=("a/1", "x.m"), headers={"h": 1}, flags=2, client_id="a"
    )
    call = arrived(EncodedValue(encode([])), options)
    plain = call.to_map(4.0, 1)
    assert plain[Option.BUDGET] == 6000 and plain[Option.FLAGS] == 3
    assert list(plain) == sorted(plain)
    assert plain == call.options(4.0, 1).to_map(DEFAULT)
