"""Two scenarios that were written after tuning had ended, and on which nothing was tuned."""

from __future__ import annotations

import random
from collections.abc import Mapping

from benchmarks.offloading.applications import CHESS, Application, Member
from benchmarks.offloading.links import LOSSY, LTE, WIFI, Access, outages
from benchmarks.offloading.scenarios import Scenario, objects_of
from benchmarks.offloading.world import CLOUD, EDGE, PHONE, Inner, Part, Script, end_of


def commute(seed: int) -> Script:
    """The phone goes from one network to the next: Wi-Fi with an edge near by, LTE without, a lossy train; each change is an outage."""
    chance = random.Random(seed + 8_000_009)
    end = end_of()
    stages: list[tuple[float, Access]] = []
    at = 0.0
    while at < end:
        stages.append((at, chance.choice((WIFI, LTE, LOSSY))))
        at += 60.0 + chance.expovariate(1 / 200)

    def access(now: float) -> Access:
        return next(stage for begin, stage in reversed(stages) if begin <= now or begin == 0.0)

    changes = [begin for begin, _ in stages[1:]]
    between = tuple((begin, begin + chance.uniform(2.0, 15.0)) for begin in changes)
    without_edge = tuple((begin, until) for (begin, kind), until in zip(stages, [*changes, end * 2], strict=True) if kind is not WIFI)
    return Script(access, objects_of(chance, 3), gone={EDGE: between + without_edge, CLOUD: between})


def rush_hour(seed: int) -> Script:
    """Waves of load, which is reported, come over the edge and the cloud; the phone saves its battery for a time, at a third of its
    speed, which nobody reports; a camera, and later a chess engine, call the same reader."""
    chance = random.Random(seed + 9_000_011)
    end = end_of()
    saver = chance.uniform(0.3, 0.5) * end
    waves = {EDGE: outages(chance, end, 200, 120), CLOUD: outages(chance, end, 300, 90)}

    def load(host: str, now: float) -> float:
        return 0.75 if any(begin <= now < until for begin, until in waves.get(host, ())) else 0.1

    def slow(host: str, now: float) -> float:
        return 3.0 if host == PHONE and saver <= now < saver + 0.3 * end else 1.0

    camera = Application("Camera", 50e3, (Member("look", 1, 20e3, 200e3, 0.05, 0.3, 1e3, 0.2, False),))
    reader = Application("Reader", 400e3, (Member("read", 1, 5e3, 40e3, 0.15, 1.0, 500, 0.3, True),))
    parts = (Part("camera", camera), Part("chess", CHESS, begins=0.25 * end))
    inner = (Inner(Part("reader", reader), 0, 2),)
    return Script(lambda now: WIFI if seed % 2 else LTE, parts, inner=inner, load=load, slow=slow, requests=450)


HELD_OUT: Mapping[str, Scenario] = {"commute": commute, "rush hour": rush_hour}
