"""The scenarios on which policies are tuned (seeds 1 to 30) and judged (1001 to 1030)."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from benchmarks.offloading.applications import ALL, STATEFUL, Application, Member
from benchmarks.offloading.links import ACCESSES, LTE, WIFI, Access, outages
from benchmarks.offloading.world import CLOUD, EDGE, Inner, Part, Script, end_of

Scenario = Callable[[int], Script]


def objects_of(chance: random.Random, number: int, among: tuple[Application, ...] = ALL) -> tuple[Part, ...]:
    """That many objects of different classes."""
    return tuple(Part(application.name.lower(), application) for application in chance.sample(among, number))


def _chance(seed: int) -> random.Random:
    return random.Random(seed + 7_000_003)


def _steady(seed: int) -> Callable[[float], Access]:
    access = ACCESSES[seed % len(ACCESSES)]
    return lambda now: access


def stationary(seed: int) -> Script:
    """Nothing changes but the noise of links and inputs."""
    return Script(_steady(seed), objects_of(_chance(seed), 3))


def bandwidth_step(seed: int) -> Script:
    """The rate falls to an eighth after a third, and comes back after two thirds."""
    first, second = end_of() / 3, end_of() * 2 / 3
    access = ACCESSES[seed % len(ACCESSES)]
    slow = replace(access, bandwidth=access.bandwidth / 8)
    return Script(lambda now: slow if first <= now < second else access, objects_of(_chance(seed), 3), steps=(first, second))


def hidden_drift(seed: int) -> Script:
    """The cloud, later the edge, becomes four times as slow and fast again, which no load shows; of odd seeds within a minute."""
    end = end_of()
    times = ((CLOUD, 0.2 * end, 0.45 * end), (EDGE, 0.55 * end, 0.8 * end))
    ramp = 60.0 if seed % 2 else 1.0

    def slow(host: str, now: float) -> float:
        factor = 1.0
        for which, begin, until in times:
            if which == host and begin <= now < until:
                factor *= 1 + 3 * min(1.0, (now - begin) / ramp)
            elif which == host and now >= until:
                factor *= 1 + 3 * max(0.0, 1 - (now - until) / ramp)
        return factor

    return Script(_steady(seed), objects_of(_chance(seed), 3), slow=slow)


def churn(seed: int) -> Script:
    """The edge comes and goes, the cloud seldom goes; the load of the edge goes up and down, and is reported."""
    chance = _chance(seed)
    end = end_of()
    gone = {EDGE: tuple(outages(chance, end, 150, 60)), CLOUD: tuple(outages(chance, end, 500, 40))}
    parts = objects_of(chance, 3)

    def load(host: str, now: float) -> float:
        return 0.7 if host == EDGE and int(now / 120) % 3 == 1 else 0.15

    return Script(_steady(seed), parts, gone=gone, load=load)


def disconnection(seed: int) -> Script:
    """The phone has no network again and again."""
    chance = _chance(seed)
    away = tuple(outages(chance, end_of(), 150, 40))
    return Script(_steady(seed), objects_of(chance, 3), gone={EDGE: away, CLOUD: away})


def cold_start(seed: int) -> Script:
    """A new object of an unknown class begins every seventh of the time."""
    chance = _chance(seed)
    parts = objects_of(chance, 6)
    return Script(_steady(seed), tuple(replace(part, begins=n * end_of() / 7) for n, part in enumerate(parts)))


def growing_state(seed: int) -> Script:
    """States grow a hundredfold, while the network changes between Wi-Fi and LTE, so that moves cost more and more."""
    chance = _chance(seed)
    end = end_of()
    switches = sorted(chance.uniform(0.1, 0.9) * end for _ in range(4))

    def access(now: float) -> Access:
        return WIFI if sum(now >= at for at in switches) % 2 == 0 else LTE

    def slow(host: str, now: float) -> float:
        return 3.0 if host == CLOUD and 0.4 * end <= now < 0.6 * end else 1.0

    return Script(access, objects_of(chance, 2, STATEFUL), growth=lambda now: 1 + 99 * now / end, slow=slow)


def calling(seed: int) -> Script:
    """A page of an application calls an index several times, which calls a store: the sum over k."""
    chance = _chance(seed)
    page = Application("Page", 10e3, (Member("show", 1, 1e3, 4e3, 0.02, 0, 20e3, 0.2, False),))
    heavy = chance.uniform(0.02, 0.15)
    index = Application("Index", 300e3, (Member("search", 1, 300, 800, heavy, 0, 5e3, 0.2, False),))
    store = Application("Store", 2e6, (Member("load", 1, 200, 400, 0.01, 0, chance.choice((2e3, 50e3)), 0.2, False),))
    inner = (Inner(Part("index", index), 0, 3), Inner(Part("store", store), chance.choice((0, 1)), 6))
    end = end_of()

    def slow(host: str, now: float) -> float:
        return 4.0 if host == EDGE and 0.5 * end <= now < 0.75 * end else 1.0

    return Script(_steady(seed), (Part("page", page),), inner=inner, slow=slow, requests=450)


TUNED: Mapping[str, Scenario] = {
    "stationary": stationary,
    "bandwidth step": bandwidth_step,
    "hidden drift": hidden_drift,
    "churn": churn,
    "disconnection": disconnection,
    "cold start": cold_start,
    "growing state": growing_state,
    "calling": calling,
}
