"""What the bandit believes: regression, drift, links, priors of kinds, plans of places."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from amino_oms.offloading.drifting import Drifting
from amino_oms.offloading.execution import ExecutionModel, ExecutionModels, Prior
from amino_oms.offloading.gaussian import Gaussian
from amino_oms.offloading.hosts import Host, LinkView
from amino_oms.offloading.links import Links, Trouble
from amino_oms.offloading.planning import cheapest

from tests.unit.offloading_world import CLOUD, EDGE, PHONE, call, measured, view


def test_the_regression_finds_the_line_that_made_the_data() -> None:
    chance = random.Random(1)
    beliefs = Gaussian()
    numbers = [beliefs.add(0.0, 100.0) for _ in range(3)]
    for _ in range(300):
        features = [(number, chance.gauss(0, 1)) for number in numbers]
        beliefs.observe(features, sum((2.0, -1.0, 0.5)[n] * x for n, x in features) + chance.gauss(0, 0.1), 0.01)
    assert beliefs.mean == pytest.approx([2.0, -1.0, 0.5], abs=0.03)
    mean, variance = beliefs.predict([(numbers[0], 1.0), (numbers[2], 2.0)])
    assert mean == pytest.approx(3.0, abs=0.06) and 0 < variance < 0.001


def test_one_observation_divides_uncertainty_as_bayes_says() -> None:
    beliefs = Gaussian()
    one, other = beliefs.add(1.0, 3.0), beliefs.add(0.0, 1.0)
    beliefs.observe([(one, 1.0), (other, 1.0)], 6.0, 1.0)
    assert beliefs.mean == pytest.approx([1 + 3 / 5 * 5, 1.0])
    assert beliefs.covariance == [pytest.approx([3 - 9 / 5, -3 / 5]), pytest.approx([-3 / 5, 1 - 1 / 5])]


def test_a_coefficient_like_another_moves_with_it() -> None:
    beliefs = Gaussian()
    one = beliefs.add(0.0, 1.0)
    other = beliefs.add_like(one, 0.2)
    beliefs.observe([(one, 1.0)], 2.0, 1e-9)
    assert beliefs.predict([(other, 1.0)]) == pytest.approx((2.0, 0.2))
    assert beliefs.predict([(one, 1.0), (other, -1.0)]) == pytest.approx((0.0, 0.2))


def test_doubt_grows_up_to_the_prior_and_never_shrinks() -> None:
    beliefs = Gaussian()
    number = beliefs.add(0.0, 0.5)
    beliefs.observe([(number, 1.0)], 1.0, 0.01)
    before = beliefs.covariance[0][0]
    beliefs.loosen(number, 0.1, 0.5)
    assert beliefs.covariance[0][0] == pytest.approx(before + 0.1)
    beliefs.loosen(number, 9.0, 0.5)
    assert beliefs.covariance[0][0] == 0.5
    beliefs.loosen(number, 1.0, 0.2)
    assert beliefs.covariance[0][0] == 0.5


def model_of(*hosts: str, drift: float = 0.0) -> ExecutionModel:
    model = ExecutionModel(drift)
    for host in hosts:
        model.add_host(host, Prior(0.0, 0.5))
    return model


def test_execution_follows_bytes_and_load_on_every_host() -> None:
    chance = random.Random(2)
    model = model_of(PHONE, CLOUD)
    for _ in range(200):
        host = chance.choice((PHONE, CLOUD))
        size, load = math.exp(chance.uniform(5, 12)), chance.uniform(0, 0.8)
        seconds = 1e-4 * size**0.8 * (1 if host == PHONE else 0.2) / (1 - load)
        model.observe(host, size, load, seconds * chance.lognormvariate(0, 0.05))
    for size, load in ((1000, 0.0), (100_000, 0.5)):
        truth = 1e-4 * size**0.8 / (1 - load)
        assert model.predict(PHONE, size, load)[0] == pytest.approx(truth, rel=0.1)
        assert model.predict(CLOUD, size, load)[0] == pytest.approx(truth * 0.2, rel=0.1)


def test_a_host_that_changes_is_believed_after_two_calls() -> None:
    chance = random.Random(3)
    model = model_of(PHONE, CLOUD)
    for _ in range(100):
        for host in (PHONE, CLOUD):
            model.observe(host, 1000, 0.0, 0.1 * chance.lognormvariate(0, 0.1))
    changes = [model.observe(CLOUD, 1000, 0.0, 0.4 * chance.lognormvariate(0, 0.1)) for _ in range(2)]
    assert any(changes)
    assert model.predict(CLOUD, 1000, 0.0)[0] == pytest.approx(0.4, rel=0.3)
    assert model.predict(PHONE, 1000, 0.0)[0] == pytest.approx(0.1, rel=0.2)


def test_time_makes_a_host_uncertain_again() -> None:
    model = model_of(PHONE, CLOUD, drift=1e-4)
    model.advance(0.0)
    for _ in range(20):
        model.observe(CLOUD, 1000, 0.0, 0.1)
    _, before = model.predict(CLOUD, 1000, 0.0)
    model.advance(100.0)
    _, after = model.predict(CLOUD, 1000, 0.0)
    assert after**2 == pytest.approx(before**2 + 0.01)


def test_a_host_is_thought_to_be_like_hosts_of_its_kind() -> None:
    hosts = {name: Host(name, kind) for name, kind in (("a", "phone"), ("b", "box"), ("c", "box"))}
    models = ExecutionModels(hosts, 0.0)
    for _ in range(30):
        models.of("One", "work", "a").observe("a", 100, 0.0, 1.0)
        models.of("One", "work", "b").observe("b", 100, 0.0, 0.05)
    alike = models.of("One", "work", "c").predict("c", 100, 0.0)
    assert alike[0] == pytest.approx(0.05, rel=0.2) and alike[1] < 0.5
    other = models.of("Two", "work", "a")
    for _ in range(30):
        other.observe("a", 100, 0.0, 3.0)
    assert models.of("Two", "work", "c").predict("c", 100, 0.0)[0] == pytest.approx(0.15, rel=0.4)


def test_a_jump_is_followed_at_once_and_noise_is_not() -> None:
    number = Drifting(10.0, 1.0, 1e-4)
    for at in range(50):
        number.read(at, 10.0 * (1.2 if at % 2 else 1 / 1.2), 0.04)
    assert number.value == pytest.approx(10.0, rel=0.1)
    number.read(51, 1.0, 0.04)
    assert number.value == pytest.approx(1.0, rel=0.2)


def test_bandwidth_is_learned_from_traffic_and_else_from_readings() -> None:
    links = Links()
    links.look(view())
    assert links.bandwidth(CLOUD, PHONE, view()) == pytest.approx(1e6)
    large = call(size=500_000)
    for at in range(10):
        slow = measured(large, CLOUD, 0.1, at, LinkView(0.02, 1e5))
        links.learn(slow)
        links.look(view(at))
    assert links.bandwidth(PHONE, CLOUD, view()) == pytest.approx(1e5, rel=0.05)
    assert links.seconds(PHONE, CLOUD, 1e5, view()) == pytest.approx(1.02, rel=0.05)
    links.look(view(60.0, link=LinkView(0.02, 3e6)))
    assert links.bandwidth(PHONE, CLOUD, view()) == pytest.approx(3e6, rel=0.3)
    assert links.seconds(PHONE, PHONE, 1e9, view()) == 0.0


def test_a_host_that_did_not_answer_is_avoided_for_a_time() -> None:
    trouble = Trouble()
    trouble.learn(measured(call(), EDGE, 0.1, at=10, failed=True))
    assert trouble.of(EDGE, 10) == 0.5 > trouble.of(EDGE, 40) > trouble.of(EDGE, 200)
    trouble.look(view(12))
    assert trouble.of(EDGE, 12) > 0.4
    trouble.look(view(13, gone=(EDGE,)))
    assert trouble.of(EDGE, 14) == 0.0


def test_few_assignments_are_all_tried_and_many_are_improved_step_by_step() -> None:
    chance = random.Random(4)
    hosts = (PHONE, EDGE, CLOUD)
    for _ in range(20):
        costs = {each: chance.random() for each in itertools.product(hosts, repeat=3)}
        best, least = cheapest(hosts, 3, (PHONE,) * 3, costs.__getitem__)
        assert least == min(costs.values()) == costs[best]
    wanted = tuple(chance.choice(hosts) for _ in range(9))
    best, least = cheapest(hosts, 9, (PHONE,) * 9, lambda each: float(sum(a != b for a, b in zip(each, wanted, strict=True))))
    assert best == wanted and least == 0
    # A start on a host that is gone begins elsewhere.
    assert cheapest((PHONE,), 1, (CLOUD,), lambda each: 1.0) == ((PHONE,), 1.0)
