"""What a request and a move are expected to cost, by all that was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amino_oms.offloading.calls import Call, Measurement, Request
from amino_oms.offloading.execution import ExecutionModels
from amino_oms.offloading.hosts import Host, View
from amino_oms.offloading.links import Links, Trouble
from amino_oms.offloading.objective import Objective

PATIENCE = 2.0
"""Seconds until a caller gives up a host that does not answer, and runs the call again at its own host."""
RESTORE_SECONDS = 0.02
"""What a move takes besides its bytes."""
DOUBT = 0.15
"""The variance that a host's offsets in other classes get where one class finds it changed."""
RESULT_RATE = 0.2


@dataclass(frozen=True, slots=True)
class Estimate:
    """Arguments: seconds and joules that are expected, and the deviation of the logarithm of the execution."""

    seconds: float
    joules: float
    execution: float
    deviation: float


class Estimates:
    """Models of execution, links, results and failures, and the sums over them.

    Arguments:
        hosts: all that may be named; more may be added to the mapping later.
        drift: the variance that a second adds to the logarithm of each host's slowness.
    """

    def __init__(self, hosts: Mapping[str, Host], objective: Objective, drift: float) -> None:
        self._hosts = hosts
        self._objective = objective
        self._executions = ExecutionModels(hosts, drift)
        self._links = Links()
        self._trouble = Trouble()
        self._results: dict[tuple[str, str], float] = {}
        self._view: View | None = None
        self._calls: dict[tuple[str, str, float, str, str], Estimate] = {}
        """Estimates of the present view, since a plan asks for each many times."""

    def learn(self, measured: Sequence[Measurement], view: View) -> None:
        """Takes in measurements and what the view says of links."""
        self._view = None
        for each in measured:
            if each.host not in self._hosts:
                continue
            self._trouble.learn(each)
            if each.failed:
                continue
            self._executions.advance(each.at)
            self._links.learn(each)
            key = (each.call.class_name, each.call.member)
            before = self._results.get(key, each.result_bytes)
            self._results[key] = before + RESULT_RATE * (each.result_bytes - before)
            model = self._executions.of(*key, each.host)
            if model.observe(each.host, each.call.argument_bytes, each.load, each.execution):
                self._executions.doubt(each.host, DOUBT)
        self._executions.advance(view.now)
        self._links.look(view)
        self._trouble.look(view)

    def known(self, call: Call) -> bool:
        """Whether this member was measured on any host."""
        return any(self._executions.of(call.class_name, call.member, host).knows(host) for host in self._hosts)

    def call(self, call: Call, client: str, host: str, view: View) -> Estimate:
        """One of the times that a call is made, from `client` to `host`."""
        if view is not self._view:
            self._view = view
            self._calls.clear()
        key = (call.class_name, call.member, call.argument_bytes, client, host)
        found = self._calls.get(key)
        if found is None:
            model = self._executions.of(call.class_name, call.member, host)
            execution, deviation = model.predict(host, call.argument_bytes, view.load(host))
            found = self._calls[key] = self.with_execution(call, client, host, execution, deviation, view)
        return found

    def with_execution(self, call: Call, client: str, host: str, execution: float, deviation: float, view: View) -> Estimate:
        """The same, with another execution than the expected one."""
        if client == host:
            return Estimate(execution, self._hosts[host].energy.running(execution, 0.0), execution, deviation)
        size = call.argument_bytes + self._results.get((call.class_name, call.member), 0.0)
        link = self._links.seconds(client, host, size, view)
        joules = self._hosts[host].energy.running(execution, size)
        joules += self._hosts[client].energy.calling(size, link + execution)
        failing = self._trouble.of(host, view.now) * PATIENCE
        return Estimate(execution + link + failing, joules, execution, deviation)

    def request(self, request: Request, places: Mapping[str, str], view: View) -> float:
        """The cost of a request, its objects at `places`."""
        seconds = joules = 0.0
        calls = request.calls
        for call in calls:
            client = request.client if call.caller < 0 else places[calls[call.caller].object_id]
            each = self.call(call, client, places[call.object_id], view)
            seconds += each.seconds * call.times
            joules += each.joules * call.times
        return self._objective.judged(seconds, joules)

    def move(self, call: Call, client: str, source: str, target: str, view: View) -> float:
        """The cost of moving the object of a call; a source that is gone is replaced by the client's own copy of the state."""
        if not view.reachable(source):
            source = client
        if source == target or call.state_bytes <= 0:
            return 0.0
        seconds = self._links.seconds(source, target, call.state_bytes, view) + RESTORE_SECONDS
        ends = (self._hosts[source].energy, self._hosts[target].energy)
        return self._objective.cost(seconds, sum(energy.calling(call.state_bytes, 0.0) for energy in ends))

    def besides(self, request: Request, host: str, view: View) -> float:
        """The cost of running a request on one host more: energy there, and the bytes that go there."""
        seconds = joules = 0.0
        for call in request.calls:
            each = self.call(call, host, host, view)
            joules += each.joules * call.times
            if host != request.client:
                size = call.state_bytes + (call.argument_bytes * call.times if call.caller < 0 else 0.0)
                joules += self._hosts[request.client].energy.calling(size, 0.0)
                if call.caller < 0:
                    bandwidth = self._links.bandwidth(request.client, host, view)
                    seconds += call.argument_bytes * call.times / bandwidth
        return self._objective.cost(seconds, joules)
