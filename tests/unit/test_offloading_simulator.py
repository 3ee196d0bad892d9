"""The simulated world of `python -m benchmarks offloading`, and the figures that it judges policies by."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest
from amino_oms.offloading.policies import made
from amino_oms.offloading.replay import Outcome, Played, ledgers_of, replay, replay_oracle

from benchmarks.offloading.command import ALL, main, seeds_of
from benchmarks.offloading.contest import ENTRANTS, contest, summaries
from benchmarks.offloading.figures import RUN, WARM, best_static, figures, recovery
from benchmarks.offloading.links import LOSSY, LTE, RETRANSMISSION, Trace, outages
from benchmarks.offloading.scenarios import TUNED, Scenario
from benchmarks.offloading.world import BACK_AFTER, NOTICED_AFTER, World


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_scenario_is_a_world_that_depends_on_its_seed_alone(name: str) -> None:
    one, again, other = (World(replace(ALL[name](seed), requests=30), seed).record() for seed in (5, 5, 6))
    assert one == again != other
    times = [each.at for each in one.requests]
    assert times == sorted(times) and len(times) == 30
    for each in one.requests:
        assert all(seconds > 0 for call in each.executions for seconds in call.values())
        assert each.request.client not in each.gone


def test_hosts_that_go_are_noticed_a_little_later() -> None:
    script = TUNED["disconnection"](4)
    recording = World(script, 4).record()
    spans = script.gone["cloud"]
    late = 0
    for each in recording.requests:
        away = any(begin <= each.at < end for begin, end in spans)
        known = any(begin + NOTICED_AFTER <= each.at < end + BACK_AFTER for begin, end in spans)
        assert ("cloud" in each.gone) == away and each.view.reachable("cloud") == (not known)
        late += away and not known
    assert late > 0


def test_links_have_the_rate_and_the_losses_that_they_say() -> None:
    moments = [number * 60.0 for number in range(10_000)]
    mobile, lossy = Trace(random.Random(8)), Trace(random.Random(8))
    rates = sorted(mobile.at(at, LTE)[0] for at in moments)
    assert rates[len(rates) // 2] == pytest.approx(LTE.bandwidth, rel=0.02)
    # A sixth of all requests is in a burst, and two of five of those lose a packet.
    lost = sum(lossy.at(at, LOSSY)[1] > RETRANSMISSION for at in moments) / len(moments)
    assert lost == pytest.approx(0.4 / 6, rel=0.15)
    away = outages(random.Random(9), 1e6, 150, 40)
    assert all(begin < end for begin, end in away) and all(a[1] <= b[0] for a, b in itertools.pairwise(away))
    assert sum(end - begin for begin, end in away) / len(away) == pytest.approx(45, rel=0.1)


def played(cost: float, at: float = 0.0) -> Played:
    return Played(at, {"object": "phone"}, {"object": "phone"}, cost, cost, 0.0, cost, 0.0, cost, 0.0, False, True)


def test_recovery_counts_the_requests_until_a_policy_is_near_the_oracle() -> None:
    oracle = Outcome(tuple(played(1.0, at) for at in range(100)))
    late = Outcome(tuple(played(3.0 if 50 <= at < 57 else 1.05, at) for at in range(100)))
    assert recovery(late, oracle, 0.0) == 0
    assert recovery(late, oracle, 50.0) == 7
    never = Outcome(tuple(played(1.2, at) for at in range(100)))
    assert recovery(never, oracle, 50.0) == 50 > RUN


def test_requests_on_bad_hosts_are_counted_with_the_moves_that_better_ones_need() -> None:
    recording = World(replace(TUNED["stationary"](1), requests=WARM + 200), 1).record()
    ledgers = ledgers_of(recording)
    oracle = replay_oracle(recording, ledgers)
    local = replay(recording, ledgers, made("local", recording.hosts, recording.objective, {}, random.Random(1)))
    found = figures(local, oracle, ledgers, ())
    assert 0.1 < found.bad <= found.far and found.lost == 0 and found.moved == 0
    assert found.excess == pytest.approx(local.cost / oracle.cost - 1)
    assert figures(oracle, oracle, ledgers, ()).excess == 0


def test_the_best_static_places_are_as_good_as_any_host_for_all() -> None:
    for name in ("stationary", "calling", "churn"):
        recording = World(replace(TUNED[name](2), requests=120), 2).record()
        ledgers = ledgers_of(recording)
        best = best_static(recording, ledgers).cost
        for host in recording.hosts:
            policy = made(host, recording.hosts, recording.objective, recording.homes, random.Random(1))
            assert best <= replay(recording, ledgers, policy).cost + 1e-9
        assert best >= replay_oracle(recording, ledgers).cost - 1e-9


def _short(name: str) -> Scenario:
    return lambda seed: replace(TUNED[name](seed), requests=WARM + 20)


def test_the_contest_has_all_rows_and_loses_nothing() -> None:
    short = {name: _short(name) for name in ("disconnection", "calling")}
    found = summaries(contest(short, [1], ENTRANTS))
    for rows in found.values():
        assert set(rows) == set(ENTRANTS)
        assert all(row["lost"] == 0 and row["excess"] >= -1e-9 for row in rows.values())


def test_the_command_writes_a_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "trace.jsonl"
    main(["--record", str(path), "--scenario", "churn", "--seeds", "7"])
    assert len(path.read_text().splitlines()) == 901 and "900 requests" in capsys.readouterr().out
    assert seeds_of("3-5") == [3, 4, 5] and seeds_of("7") == [7]
