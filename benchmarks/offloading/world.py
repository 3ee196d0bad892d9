"""A simulated world of a phone, an edge and a cloud: a script of what changes, played by seed into a recording."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from amino_oms.offloading.calls import Call, Request
from amino_oms.offloading.energy import EnergyModel
from amino_oms.offloading.hosts import Host, HostView, LinkView, View
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.recording import Recorded, Recording

from benchmarks.offloading.applications import Application, Member
from benchmarks.offloading.links import Access, Trace

PHONE, EDGE, CLOUD = "phone", "edge", "cloud"
HOSTS = (PHONE, EDGE, CLOUD)
BEYOND = {EDGE: 0.002, CLOUD: 0.030}
"""Seconds of round trip beyond the access network."""
CORE_BANDWIDTH = 12.5e6
BETWEEN = LinkView(0.030, CORE_BANDWIDTH)
SLOWNESS = {PHONE: (0.0, 0.0), EDGE: (-1.1, 0.3), CLOUD: (-1.6, 0.3)}
"""The logarithm of a class's execution beside a phone: mean and spread. The cloud's mean is the Amino paper's factor of 5."""
HOST_JITTER = 0.08
MEAN_INTERVAL = 2.0
REQUESTS = 900
READING_SECONDS = 10.0
READING_NOISE = 0.25
HEARTBEAT_NOISE = 0.08
NOTICED_AFTER, BACK_AFTER = 3.0, 1.0
"""Seconds until the detector of failures knows that a host is gone, and that it is back."""
LOAD_EXPONENT = 1.0

Span = tuple[float, float]
OBJECTIVE = Objective(latency=1.0, energy=0.1)


def _always_one(host: str, now: float) -> float:
    return 1.0


def _idle(host: str, now: float) -> float:
    return 0.15


def _constant(now: float) -> float:
    return 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """An object of a script.

    Arguments:
        name: of the object.
        application: its class.
        begins: seconds from which on it is called.
    """

    name: str
    application: Application
    begins: float = 0.0


@dataclass(frozen=True, slots=True)
class Inner:
    """A call that an object of a script makes inside each of its calls: to which part, by which number of the caller, how often."""

    part: Part
    caller: int
    times: int


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a world.

    Arguments:
        access: the phone's link, by time.
        parts: the objects that the client calls, each as often as the others.
        inner: calls that are made inside those of the client's.
        slow: a factor on each execution, by host and time, which no load shows.
        load: the load of a host by time, which is reported, and slows it.
        gone: when hosts do not answer.
        growth: a factor on the states of objects, by time.
        steps: times after which it is counted how long a policy takes to be good again.
        requests: how many there are.
    """

    access: Callable[[float], Access]
    parts: tuple[Part, ...]
    inner: tuple[Inner, ...] = ()
    slow: Callable[[str, float], float] = _always_one
    load: Callable[[str, float], float] = _idle
    gone: Mapping[str, tuple[Span, ...]] = field(default_factory=dict[str, tuple[Span, ...]])
    growth: Callable[[float], float] = _constant
    steps: tuple[float, ...] = ()
    requests: int = REQUESTS


def end_of(requests: int = REQUESTS) -> float:
    """About when the last request comes."""
    return requests * MEAN_INTERVAL


def phone_energy(joules: float) -> EnergyModel:
    """2.5 W of a busy processor and 0.9 W while waiting, of the size that Carroll and Heiser (USENIX ATC 2010) and later studies of
    phones give; the energy of the network is the access link's."""
    return EnergyModel(processor=2.5, network=joules, waiting=0.9)


class World:
    """Plays a script.

    Arguments:
        script: what happens.
        seed: the same seed gives the same world, whatever policy is tried in it.
    """

    def __init__(self, script: Script, seed: int) -> None:
        self._script = script
        self._chance = random.Random(seed)
        self._trace = Trace(random.Random(seed + 1_000_003))
        self._slowness: dict[tuple[str, str], float] = {}
        self._reading_at = -math.inf
        self._reading = 1.0
        self._hosts = {
            PHONE: Host(PHONE, PHONE, phone_energy(script.access(0.0).joules)),
            EDGE: Host(EDGE, EDGE, EnergyModel(processor=15.0, counted=0.0)),
            CLOUD: Host(CLOUD, CLOUD, EnergyModel(processor=30.0, counted=0.0)),
        }

    def record(self) -> Recording:
        """All requests with their costs on all hosts."""
        found: list[Recorded] = []
        now = 0.0
        while len(found) < self._script.requests:
            now += self._chance.expovariate(1 / MEAN_INTERVAL)
            there = [part for part in self._script.parts if part.begins <= now]
            found.append(self._recorded(now, self._chance.choice(there)))
        return Recording(self._hosts, OBJECTIVE, tuple(found))

    def _recorded(self, now: float, part: Part) -> Recorded:
        calls: list[Call] = []
        executions: list[dict[str, float]] = []
        results: list[float] = []
        for each, caller, times in [(part, -1, 1), *((inner.part, inner.caller, inner.times) for inner in self._script.inner)]:
            member = each.application.member(self._chance)
            size = member.arguments(self._chance)
            state = each.application.state * self._script.growth(now)
            calls.append(Call(each.name, each.application.name, member.name, size, state, member.repeatable, caller, times))
            executions.append(self._executions(each.application, member, size, now))
            results.append(member.result)
        access = self._script.access(now)
        bandwidth, round_trip, plain = self._trace.at(now, access)
        gone = frozenset(host for host, spans in self._script.gone.items() if any(a <= now < b for a, b in spans))
        view = self._view(now, bandwidth, plain)
        links = {(EDGE, CLOUD): BETWEEN}
        for host in (EDGE, CLOUD):
            links[PHONE, host] = LinkView(round_trip + BEYOND[host], min(bandwidth, CORE_BANDWIDTH))
        return Recorded(now, Request(PHONE, tuple(calls)), tuple(executions), tuple(results), links, gone, view)

    def _executions(self, application: Application, member: Member, size: float, now: float) -> dict[str, float]:
        work = member.seconds(size, self._chance)
        found: dict[str, float] = {}
        for host in HOSTS:
            slowness = self._slowness.get((application.name, host))
            if slowness is None:
                slowness = self._slowness[application.name, host] = math.exp(self._chance.gauss(*SLOWNESS[host]))
            busy = 1 / (1 - self._script.load(host, now)) ** LOAD_EXPONENT
            jitter = self._chance.lognormvariate(0.0, HOST_JITTER)
            found[host] = work * slowness * busy * self._script.slow(host, now) * jitter
        return found

    def _view(self, now: float, bandwidth: float, round_trip: float) -> View:
        """What kernels know: round trips of heartbeats, now and then a coarse reading of the rate, loads, and who is gone a bit late."""
        if now - self._reading_at >= READING_SECONDS:
            self._reading_at = now
            self._reading = bandwidth * self._chance.lognormvariate(0.0, READING_NOISE)
        hosts: dict[str, HostView] = {}
        links = {(EDGE, CLOUD): BETWEEN}
        for host in HOSTS:
            spans = self._script.gone.get(host, ())
            away = any(a + NOTICED_AFTER <= now < b + BACK_AFTER for a, b in spans)
            load = self._script.load(host, now) * self._chance.lognormvariate(0.0, 0.05)
            hosts[host] = HostView(not away, min(0.95, load))
            if host != PHONE:
                seen = (round_trip + BEYOND[host]) * self._chance.lognormvariate(0.0, HEARTBEAT_NOISE)
                links[PHONE, host] = LinkView(seen, self._reading)
        return View(now, hosts, links)
