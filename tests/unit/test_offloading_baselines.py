"""The policies of others: fixed places, epsilon-greedy, Q-learning, MAUI's program; and all policies by name."""

from __future__ import annotations

import random

import pytest
from amino_oms.offloading.bandit import Bandit
from amino_oms.offloading.baselines import EpsilonGreedy, Fixed, LearnerSettings, QLearning
from amino_oms.offloading.hosts import LinkView
from amino_oms.offloading.maui import Maui, MauiSettings, fitted
from amino_oms.offloading.policies import MAKERS, made, names
from amino_oms.offloading.policy import Policy
from amino_oms.offloading.window import Window
from amino_wire.errors import ArgumentInvalid

from tests.unit.offloading_world import CLOUD, EDGE, HOSTS, OBJECTIVE, PHONE, call, measured, request, view

COSTS = {PHONE: 1.0, EDGE: 0.5, CLOUD: 0.2}


def teach(policy: Policy, costs: dict[str, float] = COSTS, times: int = 5) -> None:
    for at in range(times):
        policy.learn([measured(call(), host, seconds, at) for host, seconds in costs.items()], view(at))


def test_fixed_places_are_left_only_while_their_host_is_gone() -> None:
    fixed = Fixed({"object": CLOUD})
    assert fixed.choose(request(), {}, view()).places == {"object": CLOUD}
    assert fixed.choose(request(), {}, view(gone=(CLOUD,))).places == {"object": PHONE}
    assert Fixed({}).choose(request(), {}, view()).places == {"object": PHONE}


def test_epsilon_greedy_tries_all_then_takes_the_best_but_for_chance() -> None:
    greedy = EpsilonGreedy(HOSTS, OBJECTIVE, LearnerSettings(trial=0.25), random.Random(5))
    tried: set[str] = set()
    for _ in HOSTS:
        (place,) = greedy.choose(request(), {}, view()).places.values()
        tried.add(place)
        greedy.learn([measured(call(), place, COSTS[place])], view())
    assert tried == set(HOSTS)
    taken = [greedy.choose(request(), {}, view()).places["object"] for _ in range(1000)]
    assert 0.78 < taken.count(CLOUD) / 1000 < 0.88
    assert greedy.choose(request(), {}, view(gone=(CLOUD, EDGE))).places == {"object": PHONE}


def test_q_learning_takes_the_lower_side_and_tests_the_other_after_some_calls() -> None:
    learning = QLearning(HOSTS, OBJECTIVE, LearnerSettings(rate=0.5, trial=10))
    first = [learning.choose(request(), {}, view()).places["object"] for _ in range(4)]
    assert first == [PHONE, CLOUD, PHONE, CLOUD]
    teach(learning)
    taken = [learning.choose(request(), {}, view()).places["object"] for _ in range(5, 31)]
    assert [number for number, place in enumerate(taken, 5) if place == PHONE] == [10, 20, 30]
    assert set(taken) == {PHONE, CLOUD}
    teach(learning, {PHONE: 0.1, CLOUD: 0.9}, 10)
    assert learning.choose(request(), {}, view()).places == {"object": PHONE}


def test_the_program_divides_the_graph_of_calls_where_it_is_cheapest() -> None:
    light, heavy = call(name="light", size=50, member="light"), call(name="heavy", size=50, caller=0, member="heavy")
    maui = Maui(HOSTS, OBJECTIVE, MauiSettings(every=10))
    both = request(light, heavy)
    maui.learn([measured(light, PHONE, 0.01), measured(light, CLOUD, 0.01)], view())
    maui.learn([measured(heavy, PHONE, 2.0), measured(heavy, CLOUD, 0.1)], view())
    near = maui.choose(both, {}, view()).places
    assert near["heavy"] == CLOUD
    far = view(5, link=LinkView(30.0, 1e6))
    assert maui.choose(both, {}, far).places == near
    assert maui.choose(both, {}, view(11, link=LinkView(30.0, 1e6))).places == {"light": PHONE, "heavy": PHONE}
    assert maui.choose(both, {}, view(12, gone=(CLOUD,))).places == {"light": PHONE, "heavy": PHONE}


def test_the_profile_is_a_line_over_bytes() -> None:
    assert fitted([(0, 1.0), (10, 2.0), (20, 3.0)]) == pytest.approx((1.0, 0.1))
    assert fitted([(5, 1.0), (5, 3.0)]) == (2.0, 0.0)


def policy(written: str) -> Policy:
    return made(written, HOSTS, OBJECTIVE, {"object": PHONE}, random.Random(1))


def test_policies_are_made_by_name_with_settings() -> None:
    assert isinstance(policy("bandit"), Bandit) and isinstance(policy("window(window=60, stale=false)"), Window)
    assert policy(CLOUD).choose(request(), {}, view()).places == {"object": CLOUD}
    assert policy("local").choose(request(), {}, view()).places == {"object": PHONE}
    chosen = policy("q-learning(kinds=edge, trial=10)")
    assert EDGE in {chosen.choose(request(), {}, view()).places["object"] for _ in range(2)}
    for name in (*MAKERS, *names(HOSTS)):
        assert policy(name).choose(request(), {"object": PHONE}, view()).places["object"] in HOSTS


@pytest.mark.parametrize("written", ["best", "window(size=1)", "window(window)", "window(window=soon)", "window(stale=no)", "window(", ""])
def test_policies_and_settings_that_do_not_exist_are_refused(written: str) -> None:
    with pytest.raises(ArgumentInvalid):
        policy(written)
