"""The vectors of `tests/conformance/values.json` against the Python codec, and values made at random."""

from __future__ import annotations

import json
import math
import struct
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from amino_wire.errors import AminoError, ValueInvalid
from amino_wire.values import Codec, Reference, decode, encode
from hypothesis import given
from hypothesis import strategies as st

from tests.support.neutral import Builder

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/conformance/values.json").read_text())


def assert_same(left: Any, right: Any, seen: dict[int, int] | None = None) -> None:
    """Equal with types, order, sign of zero, NaN, and which containers are the same container."""
    seen = {} if seen is None else seen
    assert type(left) is type(right), (left, right)
    if isinstance(left, (list, dict, set)):
        if id(left) in seen or id(right) in seen.values():
            assert seen.get(id(left)) == id(right), "shared on one side only"
            return
        seen[id(left)] = id(right)
    if isinstance(left, list):
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            assert_same(one, other, seen)
    elif isinstance(left, dict):
        assert len(left) == len(right)
        for one, other in zip(left.items(), right.items(), strict=True):
            assert_same(one[0], other[0], seen)
            assert_same(one[1], other[1], seen)
    elif isinstance(left, float):
        assert struct.pack(">d", left) == struct.pack(">d", right) or (math.isnan(left) and math.isnan(right))
    elif isinstance(left, AminoError):
        assert [left.code, left.type, left.message, left.stack] == [right.code, right.type, right.message, right.stack]
        assert_same(left.details, right.details, seen)
        assert_same(left.cause, right.cause, seen)
    else:
        assert left == right or (str(left), str(right)) == ("NaN", "NaN")


@pytest.mark.parametrize("row", VECTORS["classes"], ids=lambda row: row["what"])
def test_the_page_on_values_says_which_class_a_value_has(row: dict[str, Any]) -> None:
    kind = type(decode(bytes.fromhex(row["hex"])))
    name = f"amino.{kind.__name__}" if kind.__module__.startswith("amino_wire") else f"{kind.__module__}.{kind.__qualname__}"
    assert {"NoneType": "None"}.get(kind.__name__, name.removeprefix("builtins.")) == row["python"]


def test_the_table_of_the_page_on_values_is_fresh() -> None:
    tool = ROOT / "tools" / "write_value_tables.py"
    assert subprocess.run([sys.executable, str(tool), "--check"], check=False).returncode == 0, "run python tools/write_value_tables.py"


@pytest.mark.parametrize("case", VECTORS["valid"], ids=lambda case: case["name"])
def test_valid(case: dict[str, Any]) -> None:
    if "python" in case.get("refused_by", ()):
        with pytest.raises(ValueInvalid):
            decode(bytes.fromhex(case["hex"]))
        return
    value = Builder().build(case["value"])
    for data in [case["hex"], *case.get("also_read", [])]:
        assert_same(decode(bytes.fromhex(data)), value)
    written = encode(value)
    assert_same(decode(written), value)
    if case["exact"]:
        assert written.hex() == case["hex"]


@pytest.mark.parametrize("case", VECTORS["invalid"], ids=lambda case: case["name"])
def test_invalid(case: dict[str, Any]) -> None:
    with pytest.raises(AminoError) as caught:
        decode(bytes.fromhex(case["hex"]))
    assert caught.value.code in case["codes"]


@pytest.mark.parametrize("case", VECTORS["unencodable"], ids=lambda case: case["name"])
def test_unencodable(case: dict[str, Any]) -> None:
    with pytest.raises(ValueInvalid) as caught:
        encode(Builder().build(case["value"]), path="args[0]")
    assert "args[0]" in caught.value.message
    assert case["path"] in caught.value.message


@pytest.mark.parametrize(
    "value",
    [datetime(2020, 1, 1), object(), int, 1j, range(3), {(1, 2): 1}, {1: object}, [timedelta.max], {"x": {1: iter("")}}],
    ids=lambda value: type(value).__name__,
)
def test_what_python_has_and_the_wire_has_not(value: Any) -> None:
    with pytest.raises(ValueInvalid):
        encode(value)


def test_vectors_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.conformance.make_values", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_tuples_become_lists_and_constants_are_not_shared() -> None:
    pair = (1, 2)
    assert encode([pair, pair, (), ()]) == encode([[1, 2], [1, 2], [], []])


@pytest.mark.parametrize("kind", [set, frozenset])
def test_equal_sets_are_the_same_bytes_whatever_order_their_elements_came_in(kind: type) -> None:
    one, other = [0, 8, "a", None, (1,), 2**70], [2**70, (1,), None, "a", 8, 0]
    assert list({0, 8}) != list({8, 0}), "these two lie in one another's place"
    assert encode(kind(one)) == encode(kind(other))
    assert decode(encode(kind([0, 8]))) == {0, 8}


def test_nested_tuples_that_double_stay_small() -> None:
    value: Any = (1,)
    for _ in range(60):
        value = (value, value)
    assert len(encode(value)) < 2000


def test_long_chain_of_causes_is_cut() -> None:
    error = AminoError("0")
    for number in range(1, 100):
        error = AminoError(str(number), cause=error)
    read = decode(encode(error))
    count = 0
    while read is not None:
        read, count = read.cause, count + 1
    assert count == 16


def test_stubs_travel_as_references() -> None:
    class Stub:
        def __init__(self, reference: Reference) -> None:
            self.reference = reference

    codec = Codec(lambda value: value.reference if isinstance(value, Stub) else None, Stub)
    back = codec.decode(codec.encode({"to": [Stub(Reference("7", "counter", 2, None))]}))
    assert back["to"][0].reference == Reference("7", "counter", 2, None)
    assert next(iter(codec.decode(codec.encode({Reference("7"): 1})))).reference.id == "7"


def test_nested_payloads_cannot_make_us_copy_for_ever() -> None:
    data = b"\xc6" + (1 << 20).to_bytes(4, "big") + bytes(1 << 20)
    for _ in range(150):
        data = b"\xc9" + (len(data) + 1).to_bytes(4, "big") + b"\x02\x91" + data
    with pytest.raises(ValueInvalid, match="repeat too many bytes"):
        decode(data)


KEYS = st.one_of(st.text(), st.binary(), st.integers(), st.none())
PLAIN = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.binary(),
        st.datetimes(timezones=st.just(UTC)),
        st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000)),
    ),
    lambda children: st.one_of(
        st.lists(children), st.dictionaries(KEYS, children), st.lists(children).map(lambda one: [one, one, {"again": one}])
    ),
    max_leaves=30,
)


@given(PLAIN)
def test_any_value_comes_back(value: Any) -> None:
    assert_same(decode(encode(value)), value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_clear_error(data: bytes) -> None:
    try:
        value = decode(data)
    except ValueInvalid:
        return
    assert_same(decode(encode(value)), value)
