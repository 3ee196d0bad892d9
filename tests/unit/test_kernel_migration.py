"""The steps of a move, with every kind of failure at every step."""

from __future__ import annotations

from itertools import pairwise

import pytest
from amino_kernel.instances.migration import Failed, Migration, Step, Succeeded, advance
from amino_wire.errors import EpochStale, KernelUnavailable, StateNotCapturable
from hypothesis import given
from hypothesis import strategies as st

BROKEN = KernelUnavailable("gone")


def run(*events: Succeeded | Failed, allow_lossy: bool = False) -> list[Migration]:
    moves = [Migration("o1", allow_lossy)]
    for event in events:
        moves.append(advance(moves[-1], event))
    return moves


def steps(moves: list[Migration]) -> list[Step]:
    return [move.step for move in moves]


def test_all_goes_well() -> None:
    moves = run(Succeeded(), Succeeded("state"), Succeeded(), Succeeded("record"), Succeeded(), Succeeded())
    assert steps(moves) == [Step.HOLD, Step.SNAPSHOT, Step.RECEIVE, Step.COMMIT, Step.ACTIVATE, Step.RELEASE, Step.END]
    assert moves[-1].record == "record" and moves[-1].error is None and moves[3].state == "state"


@pytest.mark.parametrize("successes", [0, 1])
def test_a_failure_before_the_target_knows_resumes_the_source(successes: int) -> None:
    moves = run(*[Succeeded()] * successes, Failed(BROKEN), Succeeded())
    assert steps(moves)[-2:] == [Step.RESUME, Step.END] and moves[-1].error is BROKEN


@pytest.mark.parametrize(("successes", "unknown"), [(2, False), (2, True), (3, False)])
def test_a_failure_before_the_commit_drops_the_copy_and_resumes_the_source(successes: int, unknown: bool) -> None:
    moves = run(*[Succeeded()] * successes, Failed(BROKEN, unknown=unknown), Succeeded(), Succeeded())
    assert steps(moves)[-3:] == [Step.DROP, Step.RESUME, Step.END] and moves[-1].error is BROKEN


def test_a_commit_without_an_answer_is_asked_for_again() -> None:
    moves = run(Succeeded(), Succeeded(), Succeeded(), Failed(BROKEN, unknown=True), Failed(BROKEN, unknown=True), Succeeded("record"))
    assert steps(moves)[3:] == [Step.COMMIT, Step.COMMIT, Step.COMMIT, Step.ACTIVATE]


def test_an_object_that_is_elsewhere_is_neither_resumed_nor_activated() -> None:
    stale = EpochStale("moved by somebody else")
    moves = run(Succeeded(), Succeeded(), Succeeded(), Failed(stale, elsewhere=True), Succeeded(), Succeeded())
    assert steps(moves)[3:] == [Step.COMMIT, Step.DROP, Step.RELEASE, Step.END] and moves[-1].error is stale


def test_a_target_that_cannot_be_told_activates_itself() -> None:
    moves = run(Succeeded(), Succeeded(), Succeeded(), Succeeded("record"), Failed(BROKEN), Succeeded())
    assert steps(moves)[-3:] == [Step.ACTIVATE, Step.RELEASE, Step.END] and moves[-1].error is None


def test_state_that_would_be_lost_stops_the_move_unless_allowed() -> None:
    refused = run(Succeeded(), Succeeded("state", lost=("self.socket",)), Succeeded())
    assert steps(refused)[-2:] == [Step.RESUME, Step.END]
    assert isinstance(refused[-1].error, StateNotCapturable) and "self.socket" in str(refused[-1].error)
    allowed = run(Succeeded(), Succeeded("state", lost=("self.socket",)), allow_lossy=True)
    assert allowed[-1].step is Step.RECEIVE and allowed[-1].lost == ("self.socket",)


EVENTS = st.one_of(
    st.just(Succeeded("x")),
    st.just(Failed(BROKEN)),
    st.just(Failed(BROKEN, unknown=True)),
    st.just(Failed(BROKEN, elsewhere=True)),
)


@given(st.lists(EVENTS, min_size=1, max_size=12))
def test_whatever_happens_the_object_is_on_one_side(events: list[Succeeded | Failed]) -> None:
    moves = run(*events)
    seen = steps(moves)
    committed = any(before.step is Step.COMMIT and after.committed for before, after in pairwise(moves))
    # After the commit the source never answers again; before it, it always does in the end.
    if committed:
        assert Step.RESUME not in seen
    if moves[-1].step is Step.END:
        assert (Step.RELEASE in seen) == committed
