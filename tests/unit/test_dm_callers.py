"""What a coordinator knows of the nodes that call: bounded, and at a bounded rate of reports."""

from __future__ import annotations

from heapq import heapify, heapreplace
from random import Random

import pytest
from amino_dms.replication.callers import CAPACITY, HALF_LIFE, LEAST_PAUSE, REPORTS, Callers
from amino_dms.replication.placing import Place, Seen, Wish, exchange


def test_a_call_counts_half_after_a_while() -> None:
    callers = Callers()
    callers.heard("a", 8, 5.0, 100.0)
    assert callers.weights(100.0) == {"a": 8.0}
    callers.heard("a", 0, 5.0, 100.0 + HALF_LIFE / 2)
    assert callers.weights(100.0 + HALF_LIFE / 2)["a"] == pytest.approx(8 / 2**0.5)


def test_a_node_that_calls_no_more_is_gone_soon_however_much_it_called() -> None:
    callers = Callers()
    callers.heard("a", 1_000_000, 5.0, 0.0)
    assert callers.weights(20.0) == {}


def test_a_node_is_followed_once_it_has_gone_on_calling() -> None:
    callers = Callers()
    for second in (0.0, 4.0):
        callers.heard("a", 5, 5.0, second)
        assert callers.settled(second) == frozenset()
    callers.heard("a", 5, 5.0, 6.0)
    assert callers.settled(6.0) == {"a"}
    callers.heard("a", 5, 5.0, 60.0)
    assert callers.settled(60.0) == frozenset()


def test_memory_is_bounded_and_keeps_those_that_call_most() -> None:
    callers = Callers()
    for number in range(3 * CAPACITY):
        callers.heard(f"node {number}", 1000 if number % 3 == 0 else 1, 5.0, 0.001 * number)
    weights = callers.weights(3.0)
    assert len(weights) == CAPACITY
    assert sum(weight > 100 for weight in weights.values()) >= CAPACITY - 1


@pytest.mark.parametrize("many", [5, 100, 1000])
def test_reports_come_at_a_bounded_rate(many: int) -> None:
    """However many callers there are; few report often."""
    callers, random = Callers(), Random(many)
    due = [(random.uniform(0, LEAST_PAUSE), LEAST_PAUSE) for _ in range(many)]
    heapify(due)
    late = 0
    while due[0][0] < 300.0:
        now, waited = due[0]
        late += now >= 200.0
        pause = callers.heard("a", 1, waited, now) * random.uniform(0.75, 1.25)
        heapreplace(due, (now + pause, pause))
    assert late / 100.0 == pytest.approx(min(many / LEAST_PAUSE, REPORTS), rel=0.4)


def test_two_callers_that_take_turns_move_nothing() -> None:
    """A square wave: each calls for ten seconds, then the other."""
    callers, moved = Callers(), 0
    there = {0: "e1", 1: "e2", 2: "w1"}
    nodes = {name: name[0] for name in ("e1", "e2", "w1", "w2")}
    for second in range(0, 400, 2):
        now = float(second)
        callers.heard("e1", 100, 2.0, now)
        callers.heard("e2", 100, 2.0, now)
        callers.heard("w1" if second // 10 % 2 == 0 else "w2", 100, 2.0, now)
        seen = Seen(there, nodes, frozenset(nodes), 0, callers.weights(now), callers.settled(now))
        step = exchange(Wish(Place.CALLERS, 3), seen)
        if step is not None:
            moved += 1
            there[step.number] = min(step.nodes)
    assert moved <= 1
