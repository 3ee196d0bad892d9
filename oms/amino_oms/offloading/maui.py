"""MAUI's 0/1 program: each method at the device or at the server, by a profile, solved anew from time to time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amino_oms.offloading.calls import Call, Measurement, Request
from amino_oms.offloading.declared import declared_slowness
from amino_oms.offloading.hosts import Host, View
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.planning import Assignment, cheapest
from amino_oms.offloading.policy import Decision


@dataclass(frozen=True, slots=True)
class MauiSettings:
    """Settings of the policy.

    Arguments:
        every: seconds between two solutions.
        server: the kind of host that is the server.
        past: so many executions make the profile of a method.
    """

    every: float = 2.0
    server: str = "cloud"
    past: int = 60


class Maui:
    """MAUI (MobiSys 2010): a profiler of methods, network and device, and a 0/1 linear program over the graph of calls.

    The program minimizes the objective over all assignments of the request's objects to device or server, and counts the bytes that
    cross between them. It is small, so all assignments are tried instead of calling a solver. A method that ran only on one side is
    thought to differ on the other by the declared speeds.
    """

    def __init__(self, hosts: Mapping[str, Host], objective: Objective, settings: MauiSettings | None = None) -> None:
        self._hosts = hosts
        self._objective = objective
        self._settings = settings or MauiSettings()
        self._profile: dict[tuple[str, str, str], list[tuple[float, float, float]]] = {}
        self._solved: dict[tuple[tuple[str, ...], str, tuple[str, ...]], tuple[float, dict[str, str]]] = {}

    def learn(self, measured: Sequence[Measurement], view: View) -> None:
        """Adds executions to the profile."""
        for each in measured:
            if not each.failed:
                past = self._profile.setdefault((each.call.class_name, each.call.member, each.host), [])
                past.append((each.call.argument_bytes, each.execution, each.result_bytes))
                del past[: -self._settings.past]

    def choose(self, request: Request, places: Mapping[str, str], view: View) -> Decision:
        """The last solution, or a new one where it is old or its server is gone."""
        root = request.calls[0]
        servers = [h for h, facts in self._hosts.items() if facts.kind == self._settings.server and view.reachable(h)]
        key = (request.objects, root.member, tuple(servers))
        known = self._solved.get(key)
        if known is not None and view.now - known[0] < self._settings.every:
            return Decision(known[1], (), "the last solution of the program")
        sides = [request.client, *servers[:1]]
        objects = request.objects
        start: Assignment = tuple(places.get(name, request.client) for name in objects)
        best, _ = cheapest(sides, len(objects), start, lambda each: self._cost(request, objects, each, places, view))
        found = dict(zip(objects, best, strict=True))
        self._solved[key] = (view.now, found)
        return Decision(found, (), "a new solution of the program")

    def _cost(self, request: Request, objects: Sequence[str], each: Assignment, before: Mapping[str, str], view: View) -> float:
        places = dict(zip(objects, each, strict=True))
        seconds = joules = 0.0
        for call in request.calls:
            client = request.client if call.caller < 0 else places[request.calls[call.caller].object_id]
            host = places[call.object_id]
            execution, result = self._expected(call, host)
            joules += self._hosts[host].energy.running(execution, 0.0) * call.times
            link = 0.0
            if client != host:
                seen = view.link(client, host)
                size = call.argument_bytes + result
                link = seen.round_trip + size / seen.bandwidth
                joules += self._hosts[client].energy.calling(size, link + execution) * call.times
            seconds += (execution + link) * call.times
        for call in {call.object_id: call for call in request.calls}.values():
            if before.get(call.object_id, request.client) != places[call.object_id]:
                # MAUI sends the state that a method needs along with each call.
                seconds += call.state_bytes / view.link(request.client, places[call.object_id]).bandwidth
        return self._objective.judged(seconds, joules)

    def _expected(self, call: Call, host: str) -> tuple[float, float]:
        """Seconds and result's bytes, by the profile, in proportion to the arguments."""
        own = self._profile.get((call.class_name, call.member, host))
        factor = 1.0
        if not own:
            for other, facts in self._hosts.items():
                own = self._profile.get((call.class_name, call.member, other))
                if own:
                    factor = declared_slowness(self._hosts[host].kind) / declared_slowness(facts.kind)
                    break
        if not own:
            return 0.1 * declared_slowness(self._hosts[host].kind), 0.0
        seconds, slope = fitted([(size, execution) for size, execution, _ in own])
        result = sum(each[2] for each in own) / len(own)
        return max(1e-6, seconds + slope * call.argument_bytes) * factor, result


def fitted(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The straight line through points by least squares: its value at 0, and its slope."""
    count = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if spread <= 1e-9 * max(1.0, mean_x * mean_x):
        return mean_y, 0.0
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return mean_y - slope * mean_x, slope
