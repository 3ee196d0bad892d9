"""States that travel in pieces: each state once and whole, whatever is lost or comes twice, and within bounds."""

from __future__ import annotations

from random import Random

import pytest
from amino_wire.errors import ArgumentInvalid, Overloaded, ValueInvalid
from amino_wire.pb import oms_pb2
from amino_wire.protocol import STATE_LIMIT, STATE_PIECE
from amino_wire.state_pieces import KEPT_SECONDS, SUM_LIMIT, ArrivingStates, pieces_of


def brings(state: bytes, object_id: str = "o1", attempt: int = 1) -> oms_pb2.ReceiveObjectRequest:
    """A request that brings a state."""
    request = oms_pb2.ReceiveObjectRequest(path="0", state=state, manager_state=b"managers", attempt=attempt)
    request.object.id = object_id
    request.object.status.epoch = 3
    return request


def begins(object_id: str, size: int = STATE_LIMIT) -> oms_pb2.ReceiveObjectRequest:
    """The first piece of a large state."""
    request = brings(b"x", object_id)
    request.size = size
    return request


def test_a_state_that_fits_goes_in_one_request() -> None:
    request = brings(bytes(STATE_PIECE))
    assert list(pieces_of(request)) == [request]
    assert ArrivingStates().take(request, 0) == request.state


@pytest.mark.parametrize("size", [STATE_PIECE + 1, 2 * STATE_PIECE, 3 * STATE_PIECE - 1])
def test_pieces_are_the_state_again_and_the_last_one_brings_what_managers_know(size: int) -> None:
    state = Random(size).randbytes(size)
    pieces = list(pieces_of(brings(state)))
    arriving = ArrivingStates()
    assert [arriving.take(piece, 0) for piece in pieces] == [None] * (len(pieces) - 1) + [state]
    assert [piece.manager_state for piece in pieces] == [b""] * (len(pieces) - 1) + [b"managers"]


def test_pieces_that_come_twice_count_once() -> None:
    state = Random(1).randbytes(3 * STATE_PIECE)
    first, second, third = pieces_of(brings(state))
    arriving = ArrivingStates()
    assert [arriving.take(piece, 0) for piece in (first, first, second, second, third)] == [None] * 4 + [state]


def test_a_piece_without_those_before_it_is_refused_and_a_new_beginning_helps() -> None:
    state = Random(2).randbytes(3 * STATE_PIECE)
    first, second, third = pieces_of(brings(state))
    arriving = ArrivingStates()
    arriving.take(first, 0)
    with pytest.raises(ArgumentInvalid, match="begin anew"):
        arriving.take(third, 0)
    assert [arriving.take(piece, 0) for piece in (first, second, third)][-1] == state


def test_two_attempts_do_not_mix() -> None:
    one, other = Random(3).randbytes(2 * STATE_PIECE), Random(4).randbytes(2 * STATE_PIECE)
    arriving = ArrivingStates()
    mixed = zip(pieces_of(brings(one, attempt=1)), pieces_of(brings(other, attempt=2)), strict=True)
    taken = [arriving.take(piece, 0) for pair in mixed for piece in pair]
    assert taken == [None, None, one, other]


def test_a_sender_that_has_given_up_is_forgotten_after_its_last_piece_and_leaves_its_room_to_others() -> None:
    first, second, third = pieces_of(brings(bytes(3 * STATE_PIECE)))
    arriving = ArrivingStates()
    arriving.take(first, 0)
    arriving.take(second, KEPT_SECONDS - 1)
    assert arriving.take(begins("other"), 2 * KEPT_SECONDS - 2) is None
    with pytest.raises(ArgumentInvalid):
        arriving.take(third, 2 * KEPT_SECONDS)


def test_all_unfinished_states_together_are_bounded() -> None:
    arriving = ArrivingStates()
    for number in range(SUM_LIMIT // STATE_LIMIT):
        arriving.take(begins(f"o{number}"), 0)
    with pytest.raises(Overloaded, match="no room"):
        arriving.take(begins("late"), 0)
    assert arriving.take(begins("late"), KEPT_SECONDS) is None


def test_states_that_are_too_large_are_refused_on_both_sides() -> None:
    with pytest.raises(ValueInvalid, match=str(STATE_LIMIT)):
        list(pieces_of(brings(bytes(STATE_LIMIT + 1))))
    with pytest.raises(ValueInvalid, match=str(STATE_LIMIT)):
        ArrivingStates().take(begins("o1", STATE_LIMIT + 1), 0)


def test_pieces_that_are_longer_than_they_said_are_refused() -> None:
    first, second = pieces_of(brings(bytes(STATE_PIECE + 10)))
    second.state += b"more"
    arriving = ArrivingStates()
    arriving.take(first, 0)
    with pytest.raises(ValueInvalid, match="longer"):
        arriving.take(second, 0)
