"""`policy=bandit`: a contextual bandit per class and member, which counts the cost of moves and tries what may be worth it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amino_oms.offloading.calls import Call, Measurement, Request
from amino_oms.offloading.choices import key_of
from amino_oms.offloading.estimates import Estimates
from amino_oms.offloading.hosts import Host, View
from amino_oms.offloading.mix import Mix
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.planning import Assignment, assignments, cheapest
from amino_oms.offloading.policy import Decision

Objects = tuple[str, ...]

NODES = ((-2.857, 0.01126), (-1.3556, 0.2221), (0.0, 0.5333), (1.3556, 0.2221), (2.857, 0.01126))
"""Standard deviations and weights of a Gauss-Hermite quadrature with five nodes."""


@dataclass(frozen=True, slots=True)
class BanditSettings:
    """Settings of the policy.

    Arguments:
        horizon: requests over which a move must have paid for itself.
        trying: requests that are thought to profit from what a trial on another host finds.
        hysteresis: the share of a request's cost that a change of place must save beyond what it costs.
        drift: the variance that a second adds to the logarithm of each host's slowness; it discounts what was measured long ago.
    """

    horizon: float = 10.0
    trying: float = 5.0
    hysteresis: float = 0.08
    drift: float = 3e-4


class Bandit:
    """Chooses places by expected costs, moves included, and tries a host where what it may find is worth more than the trial.

    The arms are hosts. The context of a call are the bytes of its arguments and of the object's state, round trip and bandwidth of the
    links, and the load of each host. Execution is regressed per class and member (`execution`), with priors that hosts of a kind
    share; bytes over links by what the links do (`links`). A trial is worth the improvement that the uncertainty allows, times the
    requests that profit. Members that may run twice are tried beside the answer, on several hosts at once where there are no data.
    """

    def __init__(self, hosts: Mapping[str, Host], objective: Objective, settings: BanditSettings | None = None) -> None:
        self._hosts = hosts
        self._objective = objective
        self._settings = settings or BanditSettings()
        self._estimates = Estimates(hosts, objective, self._settings.drift)
        self._mix = Mix()
        self._view: View | None = None
        self._usual: dict[tuple[Objects, Assignment], float] = {}
        self._following: dict[tuple[Objects, Assignment], float] = {}

    def learn(self, measured: Sequence[Measurement], view: View) -> None:
        """Takes measurements in."""
        self._estimates.learn(measured, view)
        for each in measured:
            if each.call.caller < 0 and not each.failed:
                self._mix.count(key_of(each.call, each.client))
        self._view = None

    def choose(self, request: Request, places: Mapping[str, str], view: View) -> Decision:
        """The places of a request's objects."""
        if view is not self._view:
            self._view = view
            self._usual.clear()
            self._following.clear()
        self._mix.remember(request)
        hosts = [host for host in self._hosts if view.reachable(host)] or [request.client]
        now = tuple(places.get(name, request.client) for name in request.objects)
        if not any(self._estimates.known(call) for call in request.calls):
            return self._without_data(request, now, hosts, view)
        best, least = cheapest(hosts, len(now), now, lambda places: self._total(request, now, places, hosts, view))
        if best != now and all(place in hosts for place in now):
            at_least = self._settings.hysteresis * self._request(request, now, view)
            if self._total(request, now, now, hosts, view) - least < at_least:
                best = now
        return self._with_trial(request, now, best, hosts, view)

    def _without_data(self, request: Request, now: Assignment, hosts: Sequence[str], view: View) -> Decision:
        """The paper's rule where nothing was measured: several hosts at once where calls may run twice, else the prior."""
        best, _ = cheapest(hosts, len(now), now, lambda places: self._total(request, now, places, hosts, view))
        also = tuple(host for host in hosts if host not in best) if request.repeatable else ()
        return Decision(self._named(request, best), also, "nothing was measured yet")

    def _total(self, request: Request, now: Assignment, then: Assignment, hosts: Sequence[str], view: View) -> float:
        """The cost of the way to places, of the request there, and of the requests that are expected after it."""
        return self._moves(request, now, then, view) + self._request(request, then, view) + self._after(request, then, hosts, view)

    def _request(self, request: Request, places: Assignment, view: View) -> float:
        return self._estimates.request(request, self._named(request, places), view)

    def _moves(self, request: Request, now: Assignment, then: Assignment, view: View) -> float:
        if now == then:
            return 0.0
        total = 0.0
        for call, source, target in zip(self._firsts(request), now, then, strict=True):
            if source != target:
                total += self._estimates.move(call, request.client, source, target, view)
        return total

    def _after(self, request: Request, places: Assignment, hosts: Sequence[str], view: View) -> float:
        """The expected cost of the next requests from these places: staying there, or moving at once to where they are cheapest."""
        key = (request.objects, places)
        found = self._following.get(key)
        if found is None:
            found = self._settings.horizon * self._usual_cost(request, places, view)
            candidates = assignments(hosts, len(places)) or []
            costs = [(self._settings.horizon * self._usual_cost(request, other, view), other) for other in candidates]
            for cost, other in sorted(costs)[:3]:
                found = min(found, cost + self._moves(request, places, other, view))
            self._following[key] = found
        return found

    def _usual_cost(self, request: Request, places: Assignment, view: View) -> float:
        """The mean cost of the requests to these objects lately, at these places."""
        key = (request.objects, places)
        found = self._usual.get(key)
        if found is None:
            named = self._named(request, places)
            found = self._mix.mean(request, lambda usual: self._estimates.request(usual, named, view))
            self._usual[key] = found
        return found

    def _with_trial(self, request: Request, now: Assignment, best: Assignment, hosts: Sequence[str], view: View) -> Decision:
        """The decision for the best places, or a trial elsewhere."""
        least = self._request(request, best, view)
        decision = Decision(self._named(request, best), (), f"expected cost {least:.4g}")
        gain, trial = 0.0, decision
        for number, call in enumerate(self._firsts(request)):
            for host in hosts:
                if host == best[number]:
                    continue
                there = (*best[:number], host, *best[number + 1 :])
                worth = self._settings.trying * self._improvement(request, call, host, there, least, view)
                if request.repeatable:
                    worth -= self._estimates.besides(request, host, view)
                    found = Decision(decision.places, (host,), f"{host} is tried beside it")
                else:
                    dearer = self._request(request, there, view) - least - self._moves(request, now, best, view)
                    dearer += self._moves(request, now, there, view) + self._moves(request, there, best, view)
                    # A place that is cheaper by expectation alone was not taken for the sake of hysteresis.
                    worth -= max(0.0, dearer)
                    found = Decision(self._named(request, there), (), f"{host} is tried")
                if worth > gain:
                    gain, trial = worth, found
        return trial

    def _improvement(self, request: Request, call: Call, host: str, there: Assignment, least: float, view: View) -> float:
        """How much cheaper than `least` the request is expected to be there where it is cheaper, by the uncertainty of one call."""
        named = self._named(request, there)
        client = request.client if call.caller < 0 else named[request.calls[call.caller].object_id]
        each = self._estimates.call(call, client, host, view)
        if each.deviation <= 0:
            return 0.0
        cost = self._estimates.request(request, named, view)
        expected = 0.0
        for deviations, weight in NODES:
            execution = each.execution * math.exp(each.deviation * deviations)
            other = self._estimates.with_execution(call, client, host, execution, each.deviation, view)
            changed = self._objective.cost(other.seconds - each.seconds, other.joules - each.joules) * call.times
            expected += weight * max(0.0, least - cost - changed)
        # A place that is better by expectation alone needs no trial: the plan has weighed it with its moves.
        return expected - max(0.0, least - cost)

    def _firsts(self, request: Request) -> tuple[Call, ...]:
        """The first call of each object."""
        return tuple({call.object_id: call for call in reversed(request.calls)}[name] for name in request.objects)

    def _named(self, request: Request, places: Assignment) -> dict[str, str]:
        return dict(zip(request.objects, places, strict=True))
