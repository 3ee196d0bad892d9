"""Small pieces of the interface: the gate, differences of states, quantities, the results a cache keeps."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from amino_dms.api import NOT_ANSWERED, Gate, Size, Snapshot, State, SystemClock, changed, difference, duration_text, quantity, within
from amino_dms.caching.members import TRIALS, Members
from amino_dms.caching.results import ResultCache
from amino_testkit.half.guest import interface_of
from amino_testkit.objects import KeyValue
from amino_wire.errors import Moved, StateNotCapturable
from hypothesis import given
from hypothesis import strategies as st

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=True) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, VALUES)
def test_a_difference_applied_gives_the_other(before: Any, after: Any) -> None:
    assert State(changed(before, difference(before, after))) == State(after)
    assert difference(before, before) == ()


def test_a_difference_is_small_and_leaves_the_original_alone() -> None:
    before = {"a": {"x": 1, "y": [1]}, "b": 2, "gone": 0}
    after = {"a": {"x": 1, "y": [1, 2]}, "b": 2, "new": None}
    changes = difference(before, after)
    assert {(change.path, change.present) for change in changes} == {(("gone",), False), (("a", "y"), True), (("new",), True)}
    assert changed(before, changes) == after
    assert before == {"a": {"x": 1, "y": [1]}, "b": 2, "gone": 0}


def test_states_are_compared_as_values() -> None:
    assert State({"x": 1}) != State({"x": True})
    assert State({"x": 1}) != State({"x": 1.0})
    assert State({"x": float("nan")}) == State({"x": float("nan")})


def test_a_snapshot_comes_back_whole() -> None:
    snapshot = Snapshot(State({"data": 1}), {"A": [1, 2]})
    assert Snapshot.from_value(snapshot.to_value()) == snapshot
    with pytest.raises(StateNotCapturable):
        Snapshot.from_value([1])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10s", timedelta(seconds=10)),
        ("250ms", timedelta(milliseconds=250)),
        ("1.5m", timedelta(seconds=90)),
        ("2d", timedelta(days=2)),
        ("64KiB", Size(65536)),
        ("1GB", Size(10**9)),
        ("10", None),
        ("s", None),
        ("3 s", None),
        ("5parsec", None),
        ("99999999999999999999h", None),
    ],
)
def test_quantities(text: str, meant: object) -> None:
    assert quantity(text) == meant


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=1000)))
def test_durations_read_as_they_are_written(length: timedelta) -> None:
    read = quantity(duration_text(length))
    assert isinstance(read, timedelta)
    assert abs(read - length) <= timedelta(microseconds=1)


def test_sizes_are_written_in_their_unit() -> None:
    assert [str(Size(count)) for count in (0, 1, 1024, 3 << 20, 5000, 10**9)] == ["0B", "1B", "1KiB", "3MiB", "5kB", "1GB"]


async def test_a_gate_keeps_the_order_and_knows_its_own() -> None:
    gate, seen = Gate(), list[str]()

    async def enter(key: str, *, alone: bool) -> None:
        async with gate.alone(key) if alone else gate.shared(key):
            seen.append(f"+{key}")
            await asyncio.sleep(0)
            async with gate.alone(key):
                await asyncio.sleep(0)
            seen.append(f"-{key}")

    await asyncio.gather(enter("a", alone=False), enter("b", alone=False), enter("c", alone=True), enter("d", alone=False))
    assert seen.index("+c") > max(seen.index("-a"), seen.index("-b")), "alone means alone"
    assert seen.index("+d") > seen.index("-c"), "a call that comes later does not overtake a call that waits"
    assert gate.idle


async def test_a_closed_gate_sends_back_who_waits() -> None:
    gate = Gate()
    await gate.enter("inside", exclusive=True)
    waiting = asyncio.ensure_future(gate.enter("outside", exclusive=False))
    await asyncio.sleep(0)
    gate.close(Moved("gone"))
    with pytest.raises(Moved):
        await waiting
    with pytest.raises(Moved):
        await gate.enter("another", exclusive=False)
    await gate.enter("inside", exclusive=False)
    gate.leave("inside")
    gate.leave("inside")
    gate.open()
    await gate.enter("outside", exclusive=True)
    assert gate.holds("outside")


async def test_who_stops_waiting_leaves_no_hole() -> None:
    gate = Gate()
    await gate.enter("first", exclusive=True)
    second = asyncio.ensure_future(gate.enter("second", exclusive=True))
    third = asyncio.ensure_future(gate.enter("third", exclusive=False))
    await asyncio.sleep(0)
    second.cancel()
    gate.leave("first")
    await asyncio.wait_for(third, 5)
    assert not gate.holds("second")


async def test_who_is_let_in_and_cancelled_at_once_is_out() -> None:
    gate = Gate()
    await gate.enter("first", exclusive=True)
    second = asyncio.ensure_future(gate.enter("second", exclusive=True))
    await asyncio.sleep(0)
    gate.leave("first")
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    assert gate.idle


async def test_within_a_time() -> None:
    clock = SystemClock()

    async def at_once() -> int:
        return 1

    assert await within(clock, 60.0, at_once()) == 1
    with pytest.raises(TimeoutError):
        await within(clock, 0.0, asyncio.Event().wait())


def test_results_are_found_by_what_was_asked() -> None:
    cache = ResultCache(3)
    cache.keep("get", ("x",), {}, [1])
    cache.keep("get", ("x",), {"deep": True}, "deep")
    assert cache.find("get", ("x",), {}) == [1]
    assert cache.find("get", ("x",), {"deep": True}) == "deep"
    assert cache.find("get", ("y",), {}) is NOT_ANSWERED
    assert cache.find("get", (object(),), {}) is NOT_ANSWERED
    cache.keep("get", ("y",), {}, None)
    cache.keep("get", ("z",), {}, 3)
    assert len(cache) == 3
    assert cache.find("get", ("x",), {}) is NOT_ANSWERED, "the oldest goes first"
    assert cache.find("get", ("y",), {}) is None


def test_a_member_that_wrote_once_writes() -> None:
    members = Members(interface_of(KeyValue))
    assert members.reads("get") and not members.reads("peek")
    for _ in range(TRIALS):
        assert "peek" not in members.seem_to_read()
        members.saw("peek", changed=False)
    assert members.seem_to_read() == ["peek"]
    members.saw("peek", changed=True)
    members.saw("peek", changed=False)
    assert members.seem_to_read() == []
    assert members.writes("peek") and members.writes("@sync")
