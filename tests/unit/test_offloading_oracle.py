"""The oracle against all plans there are, and replays: nothing is lost when a host goes, and nothing is cheaper than the oracle."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence

import pytest
from amino_oms.offloading.calls import Call, Measurement, Request
from amino_oms.offloading.hosts import HostView, LinkView, View
from amino_oms.offloading.ledger import Ledger
from amino_oms.offloading.oracle import groups_of, plan
from amino_oms.offloading.policies import MAKERS, made
from amino_oms.offloading.policy import Decision
from amino_oms.offloading.recording import Recorded, Recording
from amino_oms.offloading.replay import REPORT_SECONDS, Outcome, ledgers_of, play, replay, replay_oracle
from amino_wire.errors import ArgumentInvalid

from tests.unit.offloading_world import CLOUD, EDGE, HOSTS, OBJECTIVE, PHONE, call, view


def recorded(chance: random.Random, at: float, calls: tuple[Call, ...], gone: tuple[str, ...] = (), noticed: bool = True) -> Recorded:
    links = {
        pair: LinkView(chance.uniform(0.001, 0.2), chance.uniform(1e4, 1e6)) for pair in ((PHONE, EDGE), (PHONE, CLOUD), (EDGE, CLOUD))
    }
    executions = tuple({host: chance.uniform(0.01, 1.0) for host in HOSTS} for _ in calls)
    hosts = {host: HostView(not (noticed and host in gone)) for host in HOSTS}
    seen = View(at, hosts, links)
    results = tuple(chance.uniform(0, 1e4) for _ in calls)
    return Recorded(at, Request(PHONE, calls), executions, results, links, frozenset(gone), seen)


def some_recording(seed: int, requests: int, objects: int) -> Recording:
    chance = random.Random(seed)
    found: list[Recorded] = []
    for number in range(requests):
        names = [f"object-{n}" for n in range(objects)]
        called = names[: chance.randint(1, objects)]
        calls = tuple(
            call(
                size=chance.uniform(0, 1e5),
                state=chance.choice((0.0, 1e4, 1e5)),
                repeatable=chance.random() < 0.5,
                name=name,
                caller=place - 1,
                times=chance.randint(1, 3),
            )
            for place, name in enumerate(called)
        )
        gone = tuple(host for host in (EDGE, CLOUD) if chance.random() < 0.2)
        found.append(recorded(chance, float(number), calls, gone, noticed=chance.random() < 0.5))
    return Recording(HOSTS, OBJECTIVE, tuple(found))


def played(recording: Recording, ledgers: Sequence[Ledger], places: Sequence[Mapping[str, str]]) -> Outcome:
    return play(recording, ledgers, lambda number, _recorded, _before: Decision(places[number]), lambda _measured: None)


@pytest.mark.parametrize(("seed", "requests", "objects"), [*((seed, 5, 1) for seed in range(20)), *((seed, 3, 2) for seed in range(20))])
def test_no_plan_is_cheaper_than_the_oracles(seed: int, requests: int, objects: int) -> None:
    recording = some_recording(seed, requests, objects)
    ledgers = ledgers_of(recording)
    plans = itertools.product(
        *(
            [dict(zip(each.request.objects, hosts, strict=True)) for hosts in itertools.product(HOSTS, repeat=len(each.request.objects))]
            for each in recording.requests
        )
    )
    least = min(played(recording, ledgers, places).cost for places in plans)
    assert replay_oracle(recording, ledgers).cost == pytest.approx(least), f"seed {seed}"


def test_objects_that_do_not_call_one_another_are_planned_apart() -> None:
    chance = random.Random(1)
    one, two, three = (call(name=name) for name in ("one", "two", "three"))
    inner = call(name="three", caller=0)
    requests = [(one,), (two, inner), (three,), (one,)]
    recording = Recording(HOSTS, OBJECTIVE, tuple(recorded(chance, at, calls) for at, calls in enumerate(requests)))
    assert sorted(sorted(group) for group in groups_of(recording)) == [["one"], ["three", "two"]]
    assert [set(places) for places in plan(recording, ledgers_of(recording))] == [{"one"}, {"two", "three"}, {"three"}, {"one"}]


def test_more_objects_than_can_be_planned_are_refused() -> None:
    calls = tuple(call(name=f"object-{n}", caller=n - 1) for n in range(8))
    recording = Recording(HOSTS, OBJECTIVE, (recorded(random.Random(1), 0.0, calls),))
    with pytest.raises(ArgumentInvalid, match="8 objects"):
        plan(recording, ledgers_of(recording))


@pytest.mark.parametrize("policy", [*MAKERS, "local", CLOUD, EDGE])
@pytest.mark.parametrize("seed", range(3))
def test_no_call_is_lost_and_nothing_is_cheaper_than_the_oracle(policy: str, seed: int) -> None:
    recording = some_recording(seed, 60, 2)
    ledgers = ledgers_of(recording)
    outcome = replay(recording, ledgers, made(policy, HOSTS, OBJECTIVE, recording.homes, random.Random(seed)))
    oracle = replay_oracle(recording, ledgers)
    assert outcome.lost == oracle.lost == 0, f"seed {seed}"
    assert len(outcome.played) == 60 and any(each.recorded.gone for each in ledgers)
    assert outcome.cost >= oracle.cost - 1e-9


def test_a_host_that_is_gone_costs_the_time_until_the_caller_gives_up() -> None:
    chance = random.Random(2)
    one = call(state=1e5)
    there = recorded(chance, 0.0, (one,))
    away = recorded(chance, 10.0, (one,), gone=(CLOUD,), noticed=False)
    recording = Recording(HOSTS, OBJECTIVE, (there, away))
    ledgers = ledgers_of(recording)
    outcome = played(recording, ledgers, [{"object": CLOUD}] * 2)
    first, second = outcome.played
    assert first.places == {"object": CLOUD} and first.moved == 1e5 and not first.repeated
    assert second.places == {"object": PHONE} and second.repeated and second.answered
    # The state is at the client already: only the wait of two seconds is added to the call there.
    assert second.moved == 1e5 and second.cost == pytest.approx(ledgers[1].judged({"object": PHONE}) + 2.0 + 0.1 * 2.0)


def test_measurements_come_with_the_next_report() -> None:
    class Listening:
        def __init__(self) -> None:
            self.heard: list[tuple[float, int]] = []

        def learn(self, measured: Sequence[Measurement], seen: View) -> None:
            self.heard.append((seen.now, len(measured)))

        def choose(self, request: Request, places: Mapping[str, str], seen: View) -> Decision:
            return Decision({"object": CLOUD}, (EDGE,))

    chance = random.Random(3)
    times = (0.0, 0.5, 1.0, REPORT_SECONDS, REPORT_SECONDS + 0.1)
    recording = Recording(HOSTS, OBJECTIVE, tuple(recorded(chance, at, (call(),)) for at in times))
    policy = Listening()
    replay(recording, ledgers_of(recording), policy)
    # The run on a further host comes once with each choice: at first, again since the object has moved, and with the report.
    assert policy.heard == [(0.0, 0), (REPORT_SECONDS, 5)]


def test_a_run_on_a_further_host_is_paid_for() -> None:
    recording = Recording(HOSTS, OBJECTIVE, (recorded(random.Random(4), 0.0, (call(size=1e5, state=1e4, repeatable=True),)),))
    ledgers = ledgers_of(recording)
    heard: list[Measurement] = []
    plain = played(recording, ledgers, [{"object": PHONE}])
    both = play(recording, ledgers, lambda *_: Decision({"object": PHONE}, (CLOUD,)), heard.append)
    assert [each.host for each in heard] == [PHONE, CLOUD]
    sent = 1e5 / ledgers[0].link(PHONE, CLOUD).bandwidth
    assert both.played[0].seconds == pytest.approx(plain.played[0].seconds + sent)
    assert both.played[0].joules == pytest.approx(plain.played[0].joules + 1.0 * 0.11)
    assert both.played[0].calls == plain.played[0].calls and both.played[0].places == {"object": PHONE}
    away = played(recording, ledgers, [{"object": CLOUD}])
    both = play(recording, ledgers, lambda *_: Decision({"object": CLOUD}, (PHONE,)), heard.append)
    at_home = recording.requests[0].executions[0][PHONE]
    assert both.played[0].joules == pytest.approx(away.played[0].joules + 2.0 * at_home)
    assert both.played[0].seconds == away.played[0].seconds


def test_views_name_whom_the_detector_thinks_alive() -> None:
    assert view().reachable(CLOUD) and not view(gone=(CLOUD,)).reachable(CLOUD) and not view().reachable("nobody")
