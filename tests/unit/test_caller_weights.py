"""Where an object should be by its callers: the decision alone, in simulated hours."""

from __future__ import annotations

from random import Random

import pytest
from amino_dms.api import Node
from amino_dms.mobility.caller_weights import FEWEST, MOST_CALLS, MOST_NODES, CallerWeights, Inertia

A, B, C = Node("a", {"region": "east"}), Node("b", {"region": "east"}), Node("c", {"region": "west"})
NODES = (A, B, C)
INERTIA = Inertia(settle=10.0, window=30.0, gain=0.3)


def weights() -> CallerWeights:
    return CallerWeights(INERTIA, 0.0)


def test_too_few_calls_move_nothing() -> None:
    heard = weights()
    heard.heard("c", int(FEWEST) - 1, 0.0)
    assert heard.wanted("a", NODES, NODES, 0.0) == "a"
    heard.heard("c", 1, 0.0)
    assert heard.wanted("a", NODES, NODES, 0.0) == "c"


def test_a_call_counts_half_after_the_window_and_is_forgotten_in_the_end() -> None:
    heard = weights()
    heard.heard("c", 64, 0.0)
    assert heard.weights(30.0) == {"c": 32.0}
    heard.heard("b", 40, 30.0)
    assert list(heard.weights(30.0)) == ["b", "c"]
    assert not heard.is_at_rest(60.0)
    assert heard.is_at_rest(600.0) and heard.weights(600.0) == {}


def test_callers_of_one_region_weigh_together() -> None:
    heard = weights()
    for node, calls in (("a", 30), ("b", 31), ("c", 35)):
        heard.heard(node, calls, 0.0)
    assert heard.wanted("c", NODES, NODES, 0.0) == "b"


def test_a_move_that_saves_little_is_not_made() -> None:
    heard = weights()
    heard.heard("a", 100, 0.0)
    heard.heard("b", 130, 0.0)
    assert heard.wanted("a", NODES, NODES, 0.0) == "a"
    heard.heard("b", 20, 0.0)
    assert heard.wanted("a", NODES, NODES, 0.0) == "b"


def test_it_rests_after_a_move() -> None:
    heard = weights()
    heard.heard("c", 100, 0.0)
    assert heard.wanted("a", NODES, NODES, 0.0) == "c"
    heard.moved(0.0)
    heard.heard("a", 1000, 1.0)
    assert heard.wanted("c", NODES, NODES, 9.9) == "c"
    assert heard.wanted("c", NODES, NODES, 10.0) == "a"


def test_it_goes_only_where_it_may_and_heeds_only_nodes_that_live() -> None:
    heard = weights()
    heard.heard("c", 100, 0.0)
    heard.heard("gone", 1000, 0.0)
    assert heard.wanted("a", (A, B), NODES, 0.0) == "a"
    assert heard.wanted("a", NODES, NODES, 0.0) == "c"
    assert heard.wanted("a", (), NODES, 0.0) == "a"
    assert heard.wanted("gone", NODES, NODES, 0.0) == "gone"


def test_reports_without_sense_cost_nothing() -> None:
    heard = weights()
    for number in range(2 * MOST_NODES):
        heard.heard(f"made up {number}", 1, 0.0)
    heard.heard("a", -5, 0.0)
    heard.heard("c", 10**30, 0.0)
    known = heard.weights(0.0)
    assert len(known) <= MOST_NODES and known["c"] == MOST_CALLS


@pytest.mark.parametrize("seed", range(3))
def test_two_places_that_call_alike_have_it_move_seldom(seed: int) -> None:
    random, heard, present, moves, now = Random(seed), weights(), "a", 0, 0.0
    while now < 3600.0:
        now += 1.0
        for node in ("a", "c"):
            heard.heard(node, max(0, round(random.gauss(20, 8))), now)
        wanted = heard.wanted(present, NODES, NODES, now)
        if wanted != present:
            moves, present = moves + 1, wanted
            heard.moved(now)
    assert moves <= 3


@pytest.mark.parametrize("period", [5.0, 20.0, 120.0, 1800.0])
def test_callers_that_take_turns_cost_a_move_a_turn_at_most(period: float) -> None:
    heard, present, moves, now, right = weights(), "a", 0, 0.0, 0
    while now < 7200.0:
        now += 1.0
        caller = "ac"[int(now / period) % 2]
        heard.heard(caller, 20, now)
        right += caller == present
        wanted = heard.wanted(present, NODES, NODES, now)
        if wanted != present:
            moves, present = moves + 1, wanted
            heard.moved(now)
    assert moves <= 7200.0 / max(period, INERTIA.settle) + 1
    if period > 4 * INERTIA.window:
        assert right > 0.9 * 7200.0
