"""`policy=window`: the value of a host over a sliding window, as in section V of the Amino paper."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from amino_oms.offloading.calls import Call, Measurement, Request, size_class
from amino_oms.offloading.declared import declared_slowness
from amino_oms.offloading.hosts import Host, View
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.policy import Decision

Cell = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Settings of the policy.

    Arguments:
        window: seconds after which a measurement no longer counts.
        size_bits: how finely arguments are told apart by size (`size_class`).
        stale: where a host has no data in the window and calls may not run twice, its last measurement counts; else the prior does.
    """

    window: float = 300.0
    size_bits: int = 0
    stale: bool = False


class Samples:
    """Triples of t, l and e over a sliding window, with their means."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._kept: deque[tuple[float, float, float, float]] = deque()
        self.last: tuple[float, float, float] | None = None

    def add(self, at: float, execution: float, link: float, joules: float) -> None:
        """A sample of the moment `at`."""
        self._kept.append((at, execution, link, joules))
        self.last = (execution, link, joules)

    def mean(self, now: float) -> tuple[float, float, float] | None:
        """The means of the samples in the window that ends now; None where it has none."""
        kept = self._kept
        while kept and kept[0][0] < now - self._window:
            kept.popleft()
        if not kept:
            return None
        count = len(kept)
        return sum(each[1] for each in kept) / count, sum(each[2] for each in kept) / count, sum(each[3] for each in kept) / count


class Window:
    """The paper's rule.

    Section V, "Design of Code Offloading DM", steps 5 and 6: "For a given client and a set of Sapphire objects to be invoked, offloading
    algorithm in OMS calculates the offloading value for very host in Amino cluster:

        V(Host_i) = sum over k = 1..n of (t(Obj_k, Host_i) + l(Obj_k, Client, Host_i) + e(Obj_k, Host_i))

    For a given sliding time windows, GroupPolicy DM in OMS will make a decision where (which host) to create and run the Sapphire object,
    based on the values calculated for all hosts. [...] The decision making is based on past experience. If no data is available, objects
    will run simultaneously on all hosts (edge device or cloud server) to collect data needed."

    t, l and e are means over the window, by object, member and size; l is that of the call that the client makes, since all n objects
    are thought to be on Host_i. The objective weighs seconds against joules and may set a budget for either; a host beyond it is taken
    only where all are. Calls that may not run twice are not run on all hosts: there the host's last measurement or a prior stands in.
    """

    def __init__(self, hosts: Mapping[str, Host], objective: Objective, settings: WindowSettings | None = None) -> None:
        self._hosts = hosts
        self._objective = objective
        self._settings = settings or WindowSettings()
        self._samples: dict[Cell, Samples] = {}

    def learn(self, measured: Sequence[Measurement], view: View) -> None:
        """Adds measurements to the window."""
        for each in measured:
            if each.failed or each.host not in self._hosts or each.client not in self._hosts:
                continue
            joules = self._hosts[each.host].energy.joules(each.used) + self._hosts[each.client].energy.joules(each.client_used)
            self._at(each.call, each.host).add(each.at, each.execution, each.link, joules)

    def choose(self, request: Request, places: Mapping[str, str], view: View) -> Decision:
        """The host with the least V for all objects of the request."""
        reachable = [host for host in self._hosts if view.reachable(host)] or [request.client]
        values: dict[str, float] = {}
        unknown: list[str] = []
        for host in reachable:
            value = self.value(request, host, view)
            if value is not None:
                values[host] = value
            elif request.repeatable:
                unknown.append(host)
            else:
                values[host] = self._stand_in(request, host, view)
        if not values:
            best = min(unknown, key=lambda host: (declared_slowness(self._hosts[host].kind), host))
        else:
            best = min(values, key=lambda host: (values[host], host != places.get(request.objects[0]), host))
        also = tuple(host for host in unknown if host != best)
        return Decision(dict.fromkeys(request.objects, best), also, f"V = {values.get(best, math.nan):.4g} is the least")

    def value(self, request: Request, host: str, view: View) -> float | None:
        """V(host) for the objects of a request; None where the window has no data of one of them on that host."""
        return self._sum(request, (self._at(call, host).mean(view.now) for call in request.calls), host)

    def _sum(self, request: Request, means: Iterable[tuple[float, float, float] | None], host: str) -> float | None:
        seconds = joules = 0.0
        for call, mean in zip(request.calls, means, strict=True):
            if mean is None:
                return None
            seconds += mean[0] * call.times + (mean[1] * call.times if call.caller < 0 and host != request.client else 0.0)
            joules += mean[2] * call.times
        return self._objective.judged(seconds, joules)

    def _stand_in(self, request: Request, host: str, view: View) -> float:
        """V for a host without data in the window: by its last measurements, or by those of another host and the declared speeds."""
        if self._settings.stale:
            last = self._sum(request, (self._at(call, host).last for call in request.calls), host)
            if last is not None:
                return last
        seconds = joules = 0.0
        link = view.link(request.client, host)
        for call in request.calls:
            execution = self._execution_by_declared_speed(call, host)
            over = 0.0
            if call.caller < 0 and host != request.client:
                over = link.round_trip + call.argument_bytes / link.bandwidth
                joules += self._hosts[request.client].energy.calling(call.argument_bytes, over + execution) * call.times
            seconds += (execution + over) * call.times
            joules += self._hosts[host].energy.running(execution, 0.0) * call.times
        return self._objective.judged(seconds, joules)

    def _execution_by_declared_speed(self, call: Call, host: str) -> float:
        slowness = declared_slowness(self._hosts[host].kind)
        for other, facts in self._hosts.items():
            known = self._at(call, other).last
            if known is not None:
                return known[0] * slowness / declared_slowness(facts.kind)
        return slowness * 0.1

    def _at(self, call: Call, host: str) -> Samples:
        cell = (call.object_id, call.member, size_class(call.argument_bytes, self._settings.size_bits), host)
        found = self._samples.get(cell)
        if found is None:
            found = self._samples[cell] = Samples(self._settings.window)
        return found
