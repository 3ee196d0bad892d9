"""The bandit's choices: moves that pay, trials that may pay, several objects at once; and the table of choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amino_oms.offloading.bandit import Bandit, BanditSettings
from amino_oms.offloading.calls import Call, Measurement, Request
from amino_oms.offloading.choices import Scheduler
from amino_oms.offloading.hosts import LinkView, View
from amino_oms.offloading.policy import Decision

from tests.unit.offloading_world import CLOUD, EDGE, HOSTS, OBJECTIVE, PHONE, call, measured, request, view

NO_TRIALS = BanditSettings(trying=0.0)


def taught(costs: Mapping[str, float], each: Call, settings: BanditSettings = NO_TRIALS, rounds: int = 30) -> Bandit:
    bandit = Bandit(HOSTS, OBJECTIVE, settings)
    for at in range(rounds):
        bandit.choose(request(each), {each.object_id: PHONE}, view(at))
        bandit.learn([measured(each, host, seconds, at) for host, seconds in costs.items()], view(at))
    return bandit


ALL = {PHONE: 1.0, EDGE: 0.5, CLOUD: 0.2}


def test_the_cheapest_host_is_chosen() -> None:
    bandit = taught(ALL, call())
    assert bandit.choose(request(), {"object": PHONE}, view(31)).places == {"object": CLOUD}
    assert bandit.choose(request(), {"object": PHONE}, view(31, gone=(CLOUD,))).places == {"object": EDGE}
    assert bandit.choose(request(), {"object": PHONE}, view(31, gone=(CLOUD, EDGE))).places == {"object": PHONE}


def test_the_link_is_in_the_cost() -> None:
    bandit = taught(ALL, call(size=100_000))
    slow = view(32, link=LinkView(0.02, 1e4))
    bandit.learn([], slow)
    assert bandit.choose(request(call(size=100_000)), {"object": CLOUD}, slow).places == {"object": PHONE}


def test_reported_load_moves_a_request_away_before_it_was_measured() -> None:
    bandit = taught(ALL, call())
    busy = view(31, load={CLOUD: 0.9})
    assert bandit.choose(request(), {"object": CLOUD}, busy).places == {"object": EDGE}


def test_a_move_must_pay_within_the_horizon() -> None:
    small, large = call(state=1e6), call(state=1e9)
    assert taught(ALL, small).choose(request(small), {"object": PHONE}, view(31)).places == {"object": CLOUD}
    assert taught(ALL, large).choose(request(large), {"object": PHONE}, view(31)).places == {"object": PHONE}
    patient = taught(ALL, large, BanditSettings(trying=0.0, horizon=1e5))
    assert patient.choose(request(large), {"object": PHONE}, view(31)).places == {"object": CLOUD}


def test_a_small_gain_changes_nothing() -> None:
    costs = {PHONE: 3.0, EDGE: 0.5, CLOUD: 0.49}
    steady = taught(costs, call(), BanditSettings(trying=0.0, hysteresis=0.1))
    assert steady.choose(request(), {"object": EDGE}, view(31)).places == {"object": EDGE}
    hasty = taught(costs, call(), BanditSettings(trying=0.0, hysteresis=0.0))
    assert hasty.choose(request(), {"object": EDGE}, view(31)).places == {"object": CLOUD}


def test_without_data_only_requests_that_may_run_twice_run_on_several_hosts() -> None:
    bandit = Bandit(HOSTS, OBJECTIVE)
    twice = bandit.choose(request(call(repeatable=True)), {"object": PHONE}, view())
    assert {twice.places["object"], *twice.also} == set(HOSTS)
    once = Bandit(HOSTS, OBJECTIVE).choose(request(call()), {"object": PHONE}, view())
    assert once.also == ()


def test_a_host_that_was_not_measured_for_long_is_tried_beside_the_answer() -> None:
    each = call(repeatable=True)
    bandit = taught({PHONE: 1.0, EDGE: 0.2, CLOUD: 0.22}, each, BanditSettings(trying=50.0, drift=1e-3))
    fresh = view(31)
    assert bandit.choose(request(each), {"object": EDGE}, fresh).also == ()
    later = view(900)
    bandit.learn([measured(each, EDGE, 0.2, 899)], later)
    decision = bandit.choose(request(each), {"object": EDGE}, later)
    assert decision.places == {"object": EDGE} and decision.also == (CLOUD,)


def test_a_call_that_may_not_run_twice_is_tried_alone() -> None:
    each = call(repeatable=False)
    bandit = taught({PHONE: 1.0, EDGE: 0.2, CLOUD: 0.22}, each, BanditSettings(trying=50.0, drift=1e-3))
    later = view(900)
    bandit.learn([measured(each, EDGE, 0.2, 899)], later)
    decision = bandit.choose(request(each), {"object": EDGE}, later)
    assert decision.places == {"object": CLOUD} and decision.also == ()


def test_objects_that_talk_much_are_placed_together() -> None:
    outer, inner = call(name="outer"), call(name="inner", caller=0, times=20, member="inner")
    both = Request(PHONE, (outer, inner))
    bandit = Bandit(HOSTS, OBJECTIVE, NO_TRIALS)
    for at in range(30):
        bandit.choose(both, {"outer": PHONE, "inner": PHONE}, view(at))
        for host, seconds in ((PHONE, 0.2), (EDGE, 0.1), (CLOUD, 0.15)):
            bandit.learn([measured(outer, host, seconds, at), measured(inner, host, 0.002, at)], view(at))
    places = bandit.choose(both, {"outer": PHONE, "inner": PHONE}, view(31)).places
    assert places["outer"] == places["inner"] == EDGE
    near = {"outer": PHONE, "inner": PHONE}
    assert bandit.choose(both, near, view(31, link=LinkView(0.5, 1e6))).places == near


class Counted:
    """A policy that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.learned: list[Measurement] = []

    def learn(self, measured: Sequence[Measurement], view: View) -> None:
        self.learned.extend(measured)

    def choose(self, request: Request, places: Mapping[str, str], view: View) -> Decision:
        self.asked += 1
        return Decision({"object": CLOUD}, (EDGE,))


def test_a_choice_stands_until_something_is_learned() -> None:
    policy = Counted()
    scheduler = Scheduler(policy)
    assert scheduler.choice(call(), PHONE) is None
    assert scheduler.decide(request(), {}, view()).also == (EDGE,)
    known = scheduler.choice(call(), PHONE)
    assert known is not None and known.places == {"object": CLOUD} and known.also == ()
    assert scheduler.decide(request(), {}, view()).also == () and policy.asked == 1
    assert scheduler.choice(call(size=1e6), PHONE) is None and scheduler.choice(call(), EDGE) is None
    one = measured(call(), CLOUD, 0.1)
    scheduler.note(one)
    assert policy.learned == [] and scheduler.choice(call(), PHONE) is not None
    scheduler.learn(view())
    assert policy.learned == [one] and scheduler.choice(call(), PHONE) is None
    scheduler.decide(request(), {}, view())
    scheduler.decide(request(call(), call(name="inner", caller=0)), {}, view())
    assert policy.asked == 3
    scheduler.forget()
    assert scheduler.choice(call(), PHONE) is None
    scheduler.learn(view())
    assert policy.learned == [one]
