"""Maps of shards, what a shard does by them, remembered outcomes, and the steps of a change: without any process."""

from __future__ import annotations

from random import Random

import pytest
from amino_dms.api import Ending
from amino_dms.rpc.sessions import OUTCOMES
from amino_dms.sharding.hashing import shard_of
from amino_dms.sharding.orders import Kind, Order
from amino_dms.sharding.remembered import Remembered
from amino_dms.sharding.resharding import Layout, Stage
from amino_dms.sharding.shard_map import ShardMap, Stamp, first_request, is_closed, is_refusal, next_request, refusal
from amino_dms.sharding.shard_state import KEYS_IN_PIECE, ShardState, keys_piece, leaving
from amino_wire.errors import Cancelled, ChainInvalid, GuestException, KernelUnavailable, Outcome, from_payload, to_payload
from amino_wire.frames import Invocation
from amino_wire.values import decode, encode

KEYS = [f"key {number}" for number in range(2000)]


@pytest.mark.parametrize(
    "stamp", [Stamp(), Stamp(3), Stamp(3, False, "s", 7, 2), Stamp(0, True), Stamp(5, True, "s", 7, 2), Stamp(0, False, "s", 1, 0)]
)
def test_a_stamp_is_read_as_it_was_written(stamp: Stamp) -> None:
    name, value = stamp.header()
    assert Stamp.of({"other": 1, name: decode(encode(value))}) == stamp
    assert Stamp.of({"other": 1}) == Stamp()


@pytest.mark.parametrize("headers", [{"DHT/all": 3}, {"DHT/all": []}, {"DHT/2": 7}, {"DHT/2": ["s"]}, {"DHT/all": [1, "s", 2]}])
def test_a_stamp_that_no_proxy_gives_is_refused(headers: dict[str, object]) -> None:
    with pytest.raises(ChainInvalid) as raised:
        Stamp.of(headers)
    assert raised.value.outcome is Outcome.NOT_RUN and not is_refusal(raised.value)


def test_a_refusal_is_known_after_a_journey() -> None:
    assert is_refusal(from_payload(to_payload(refusal("elsewhere", closed=False))))
    assert is_closed(from_payload(to_payload(refusal("closed", closed=True)))) and not is_closed(refusal("elsewhere", closed=False))
    assert not is_refusal(ChainInvalid("another", outcome=Outcome.NOT_RUN))
    assert next_request("id", 0) == "id" and next_request("id", 2) != next_request("id", 1) != "id"
    assert first_request(next_request("id", 2)) == first_request("id") == "id"


def test_an_order_is_read_as_it_was_written() -> None:
    order = Order(Kind.SPLIT, 4, (1, 2, 3))
    call = order.call("shard", "id", 5.0)
    assert Order.of(call) == order
    assert Order.of(Invocation("shard", "get")) is None
    for value in ("split", ["split"], ["sing", 1], ["split", "1"]):
        with pytest.raises(ChainInvalid):
            Order.of(call.changed(headers={"DHT/order": value}))


@pytest.mark.parametrize(("before", "count"), [(1, 2), (3, 4), (4, 8), (3, 7), (8, 3), (2, 1)])
def test_keys_leave_sources_for_dests_only(before: int, count: int) -> None:
    layout = Layout(0, tuple(map(str, range(before)))).planned(count)
    for number in range(before):
        going = leaving([key for key in KEYS if shard_of(key, before) == number], number, count)
        assert set(going) <= set(layout.dests) and (not going or number in layout.sources)
        assert all(0 < len(piece) <= KEYS_IN_PIECE for pieces in going.values() for piece in pieces)
    assert not set(layout.sources) & set(layout.dests)


def runs(state: ShardState, stamp: Stamp) -> bool:
    try:
        state.check(stamp, "shard")
    except ChainInvalid as error:
        assert is_refusal(error)
        return False
    return True


def test_a_shard_runs_calls_of_its_map_and_of_later_ones_only() -> None:
    state = ShardState(version=2)
    assert [runs(state, Stamp(version)) for version in (0, 1, 2, 3)] == [False, False, True, True]
    assert [runs(state, Stamp(version, True)) for version in (1, 2, 3)] == [False, True, False]
    state.closed = True
    assert not any(runs(state, Stamp(version, everywhere)) for version in (2, 3) for everywhere in (False, True))


def test_pieces_are_merged_once_and_in_order() -> None:
    state = ShardState()
    state.expect(1)
    assert state.closed
    assert state.wants(1, 0, 0)
    with pytest.raises(ChainInvalid):
        state.wants(1, 0, 1)
    state.took(0)
    assert not state.wants(1, 0, 0) and state.wants(1, 0, 1) and state.wants(1, 1, 0)
    assert not state.open(1, {0: 2, 1: 0}) and state.closed
    state.took(0)
    restored = ShardState.from_value(decode(encode(state.to_value())))
    assert restored == state and restored.open(1, {0: 2, 1: 0}) and not restored.closed
    assert not restored.wants(1, 0, 2), "it is open: a piece that comes late has been merged before"
    state.expect(0)
    assert state.version == 1


def test_orders_that_are_over_change_nothing() -> None:
    state = ShardState()
    assert state.may_split(1)
    state.split(1, {1: [keys_piece("x")]}, ends=False)
    assert not state.may_split(1)
    assert state.piece(1, 1, 0) == [keys_piece("x"), 1] and state.piece(1, 1, 1) == [None, 1] and state.piece(1, 2, 0) == [None, 0]
    assert state.may_restore(2)
    state.take_back(state.parcels)
    assert state.returning == ["x"]
    state.restored(2)
    assert not state.may_restore(2)
    for late in (lambda: state.may_split(1), lambda: state.piece(1, 1, 0)):
        with pytest.raises(ChainInvalid):
            late()
    assert state.version == 2 and state.open(1, {0: 9}) and state.version == 2
    assert ShardState().piece(1, 1, 0) == [None, 0], "made anew, it has nothing to give"


def test_outcomes_are_known_by_number_and_by_request() -> None:
    known = Remembered()
    assert known.known(Stamp(0, False, "s", 5, 1), "r5", 0) is None
    known.note(Stamp(0, False, "s", 5, 1), "r5", Ending(7))
    for stamp, request in ((Stamp(0, False, "s", 5, 1), "r5"), (Stamp(0, False, "other", 1, 1), "r5"), (Stamp(3, False, "s", 5, 2), "")):
        assert known.known(stamp, request, 0) == Ending(7)
    assert known.known(Stamp(0, False, "s", 6, 6), "r6", 0) is None
    answered = known.known(Stamp(0, False, "s", 5, 1), "r5", 0)
    assert answered is not None and isinstance(answered.error, Cancelled) and answered.error.outcome is Outcome.RAN


def test_outcomes_travel_to_shards_that_have_others() -> None:
    giver, taker = Remembered(), Remembered()
    for number in range(10):
        giver.known(Stamp(0, False, "s", number, 0), f"r{number}", 0)
        giver.note(Stamp(0, False, "s", number), f"r{number}", Ending(number) if number % 2 else Ending(None, GuestException("no")))
    taker.known(Stamp(0, False, "s", 10, 3), "r10", 0)
    taker.note(Stamp(0, False, "s", 10), "r10", Ending(10))
    for piece in giver.to_pieces(3):
        taker.add_piece(decode(encode(piece)), 0)
    assert [taker.known(Stamp(1, False, "s", number, 3), f"r{number}", 0) for number in (5, 10)] == [Ending(5), Ending(10)]
    error = taker.known(Stamp(1, False, "s", 4, 3), "r4", 0)
    assert error is not None and isinstance(error.error, GuestException)
    copied = Remembered.from_value(decode(encode(taker.to_value())))
    assert copied.to_value() == taker.to_value() and copied.last == {"s": 10}


def test_a_call_on_all_shards_that_ran_by_another_map_does_not_run_again() -> None:
    known = Remembered()
    known.note(Stamp(1, True, "s", 5, 1), "r5", Ending(7))
    assert known.known(Stamp(1, True, "s", 5, 1), "r5", 0) == Ending(7)
    ending = known.known(Stamp(2, True, "s", 5, 1), "r5", 0)
    assert ending is not None and isinstance(ending.error, KernelUnavailable) and ending.error.outcome is Outcome.UNKNOWN


def test_outcomes_are_bounded() -> None:
    known, random = Remembered(), Random(1)
    for number in range(3 * OUTCOMES):
        stamp = Stamp(0, False, "greedy", number, 0)
        known.known(stamp, f"g{number}", 0)
        known.note(stamp, f"g{number}", Ending(number))
    assert sum(map(len, known.to_pieces(10**6))) == OUTCOMES
    for number in range(12_000):
        stamp = Stamp(0, False, f"{number}", 1, 1)
        known.known(stamp, f"c{number}", random.randrange(10))
        known.note(stamp, f"c{number}", Ending(number))
    assert len(known.last) == 10_000 and "greedy" not in known.last
    hour = 3_600_000_000_000
    for minute in range(400):
        known.known(Stamp(0, False, "late", 1, 1), "l", hour + minute * 6_000_000_000)
    assert set(known.last) == {"late"}


def test_callers_get_the_new_map_when_keys_can_be_found_by_it() -> None:
    """Growing: as soon as they leave. Shrinking: when they have arrived. Undone: not before all shards have theirs back."""
    few, many = ("a", "b"), ("a", "b", "c")
    grows = Layout(4, few).planned(3)
    published = [grows.published(True)] + [grows.at(stage, many).published(True) for stage in list(Stage)[1:]]
    assert [(each.version, each.ids) for each in published] == [(4, few), (5, many), (5, many), (5, many), (5, many), (5, many)]
    shrinks = Layout(4, many).planned(2)
    published = [shrinks.published(True)] + [shrinks.at(stage, few).published(True) for stage in list(Stage)[1:]]
    assert [(each.version, each.ids) for each in published] == [(4, many), (4, many), (4, many), (5, few), (5, few), (4, many)]
    undone = grows.at(Stage.SPLITTING, many).undone("no")
    ending = undone.restored()
    assert (ending.published(True).version, ending.published(True).ids, ending.standing) == (6, few, range(2)) and not ending.grows
    assert ending.finished() == Layout(6, few, failed="no") and grows.at(Stage.ENDING, many).finished() == Layout(5, many)
    ending = shrinks.at(Stage.SPLITTING, few).undone("no").restored()
    assert (ending.published(True).version, ending.published(True).ids) == (6, many) and ending.finished() == Layout(6, many, failed="no")
    assert grows.undone("no").published(True) == ShardMap(4, few, True)
    for layout in (grows, undone, ending, shrinks.at(Stage.MERGING, few), Layout(1, many)):
        assert Layout.from_value(decode(encode(layout.to_value()))) == layout
    assert ShardMap.from_value(decode(encode(published[0].to_value()))) == published[0]
