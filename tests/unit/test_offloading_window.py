"""The Amino paper's V over a sliding window, the energy model and the objective."""

from __future__ import annotations

import pytest
from amino_oms.offloading.calls import size_class
from amino_oms.offloading.energy import EnergyModel, Resources
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.window import Window, WindowSettings
from amino_wire.errors import ArgumentInvalid

from tests.unit.offloading_world import CLOUD, EDGE, HOSTS, OBJECTIVE, PHONE, call, measured, request, view


def test_energy_is_linear_in_what_was_used() -> None:
    model = EnergyModel(processor=2, memory=3, disk=5, network=7, waiting=11, counted=0.5)
    assert model.joules(Resources(1, 1e9, 1e6, 1e6, 1)) == pytest.approx(0.5 * (2 + 3 + 5 + 7 + 11))
    assert model.joules(Resources(processor=2, network=3e6)) == model.running(2, 3e6) == pytest.approx(0.5 * (4 + 21))
    assert model.joules(Resources(network=3e6, waiting=2)) == model.calling(3e6, 2) == pytest.approx(0.5 * (21 + 22))


@pytest.mark.parametrize("coefficients", [{"gpu": 1.0}, {"processor": -1.0}, {"processor": float("inf")}, {"processor": True}])
def test_a_model_of_other_coefficients_is_refused(coefficients: dict[str, float]) -> None:
    with pytest.raises(ArgumentInvalid, match=next(iter(coefficients))):
        EnergyModel.of(coefficients)


def test_a_request_within_its_budgets_is_better_than_any_beyond() -> None:
    objective = Objective(latency=1, energy=1, latency_budget=1.0, energy_budget=5.0)
    assert objective.judged(1.0, 5.0) == 6.0
    assert objective.judged(1.01, 0.0) > objective.judged(1.0, 5.0) < objective.judged(0.0, 5.1)
    assert objective.judged(3.0, 0.0) > objective.judged(2.0, 0.0)


def test_sizes_in_a_class_differ_by_less_than_four() -> None:
    assert [size_class(size) for size in (0, 1, 2, 7, 8, 31, 32, 1e6)] == [0, 0, 1, 1, 2, 2, 3, 10]
    assert size_class(1e6, 0) == size_class(1, 0)


def test_the_value_of_a_host_is_the_sum_of_the_paper() -> None:
    window = Window(HOSTS, OBJECTIVE)
    outer, inner = call(name="outer"), call(name="inner", caller=0, times=3)
    both = request(outer, inner)
    window.learn([measured(outer, CLOUD, 0.2), measured(outer, CLOUD, 0.4), measured(inner, CLOUD, 0.1)], view())
    assert window.value(both, PHONE, view()) is None
    link = 0.02 + 1000 / 1e6
    energy = 0.1 * ((0.001 + link + 0.3) + 3 * (0.001 + link + 0.1))
    assert window.value(both, CLOUD, view()) == pytest.approx(0.3 + link + 3 * 0.1 + energy)


def test_the_least_value_decides_for_all_objects_of_the_request() -> None:
    window = Window(HOSTS, OBJECTIVE)
    outer, inner = call(name="outer"), call(name="inner", caller=0)
    for host, seconds in ((PHONE, 0.5), (EDGE, 0.1), (CLOUD, 0.3)):
        window.learn([measured(each, host, seconds) for each in (outer, inner)], view())
    decision = window.choose(request(outer, inner), {"outer": PHONE, "inner": PHONE}, view())
    assert decision.places == {"outer": EDGE, "inner": EDGE} and decision.also == ()
    assert window.choose(request(outer, inner), {}, view(gone=(EDGE,))).places["outer"] == CLOUD


def test_measurements_outside_the_window_do_not_count() -> None:
    window = Window(HOSTS, OBJECTIVE, WindowSettings(window=60))
    window.learn([measured(call(), CLOUD, 1.0, at=0), measured(call(), CLOUD, 0.1, at=50)], view())
    link = 0.021
    assert window.value(request(), CLOUD, view(60)) == pytest.approx(0.55 + link + 0.1 * (0.001 + link + 0.55))
    assert window.value(request(), CLOUD, view(61)) == pytest.approx(0.1 + link + 0.1 * (0.001 + link + 0.1))
    assert window.value(request(), CLOUD, view(111)) is None


def test_without_data_a_request_that_may_run_twice_runs_on_all_hosts() -> None:
    window = Window(HOSTS, OBJECTIVE)
    first = window.choose(request(call(repeatable=True)), {"object": PHONE}, view())
    assert {first.places["object"], *first.also} == set(HOSTS)
    window.learn([measured(call(), PHONE, 0.5)], view())
    second = window.choose(request(call(repeatable=True)), {"object": PHONE}, view())
    assert second.places == {"object": PHONE} and set(second.also) == {EDGE, CLOUD}


def test_without_data_a_request_that_may_not_run_twice_runs_by_the_prior() -> None:
    window = Window(HOSTS, OBJECTIVE)
    window.learn([measured(call(), PHONE, 1.0)], view())
    decision = window.choose(request(), {"object": PHONE}, view())
    assert decision.places == {"object": CLOUD} and decision.also == ()


def test_old_measurements_stand_in_where_the_setting_says_so() -> None:
    slow = [measured(call(), PHONE, 0.5, at=100), measured(call(), CLOUD, 3.0, at=0)]
    places: list[str] = []
    for stale in (True, False):
        window = Window(HOSTS, OBJECTIVE, WindowSettings(window=60, stale=stale))
        window.learn(slow, view())
        places.append(window.choose(request(), {"object": PHONE}, view(100, gone=(EDGE,))).places["object"])
    assert places == [PHONE, CLOUD]


def test_budgets_rule_hosts_out() -> None:
    costs = ((PHONE, 0.5), (CLOUD, 0.3))
    for objective, best in ((Objective(energy=0, latency=1), CLOUD), (Objective(energy_budget=0.3, latency=0, energy=-1e-3), PHONE)):
        window = Window(HOSTS, objective)
        window.learn([measured(call(), host, seconds) for host, seconds in costs], view())
        found = window.choose(request(), {"object": PHONE}, view(gone=(EDGE,)))
        values = {host: window.value(request(), host, view()) for host, _ in costs}
        assert found.places["object"] == min(values, key=lambda host: values[host] or 0.0)
        if objective.latency == 1:
            assert found.places["object"] == best
