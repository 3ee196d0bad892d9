"""What a recorded request and its moves really cost, wherever its objects are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amino_oms.offloading.calls import Call
from amino_oms.offloading.energy import Resources
from amino_oms.offloading.estimates import PATIENCE, RESTORE_SECONDS
from amino_oms.offloading.hosts import UNKNOWN_LINK, Host, LinkView
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.planning import Assignment, cheapest
from amino_oms.offloading.recording import Recorded


@dataclass(frozen=True, slots=True)
class CallCost:
    """Arguments: seconds and joules of a call with its repetitions, execution and link of one, and what it took of both hosts."""

    seconds: float
    joules: float
    execution: float
    link: float
    used: Resources
    client_used: Resources


class Ledger:
    """The true costs of one recorded request. Each is worked out once, however many policies ask."""

    __slots__ = ("_calls", "_hosts", "_least", "_moves", "_objective", "recorded")

    def __init__(self, recorded: Recorded, hosts: Mapping[str, Host], objective: Objective) -> None:
        self.recorded = recorded
        self._hosts = hosts
        self._objective = objective
        self._calls: dict[tuple[int, str, str], CallCost] = {}
        self._moves: dict[tuple[float, str, str], tuple[float, float]] = {}
        self._least: dict[Assignment | None, float] = {}

    def link(self, one: str, other: str) -> LinkView:
        """What a link really did."""
        links = self.recorded.links
        return links.get((one, other)) or links.get((other, one)) or UNKNOWN_LINK

    def call(self, number: int, client: str, host: str) -> CallCost:
        """A call from one host to another, both alive."""
        found = self._calls.get((number, client, host))
        if found is None:
            found = self._calls[number, client, host] = self._work_out(number, client, host)
        return found

    def move(self, call: Call, source: str, target: str) -> tuple[float, float]:
        """Seconds and joules of moving the object of a call. Where the source is gone, the client's copy of the state moves."""
        if source in self.recorded.gone:
            source = self.recorded.request.client
        if source == target or call.state_bytes <= 0:
            return 0.0, 0.0
        key = (call.state_bytes, source, target)
        found = self._moves.get(key)
        if found is None:
            link = self.link(source, target)
            seconds = link.round_trip + call.state_bytes / link.bandwidth + RESTORE_SECONDS
            ends = (self._hosts[source].energy, self._hosts[target].energy)
            found = seconds, sum(energy.calling(call.state_bytes, 0.0) for energy in ends)
            self._moves[key] = found
        return found

    def sending(self, call: Call) -> tuple[float, float]:
        """Joules and bytes of sending a call's arguments and its object's state from the client to a further host."""
        size = call.state_bytes + (call.argument_bytes * call.times if call.caller < 0 else 0.0)
        return self._hosts[self.recorded.request.client].energy.calling(size, 0.0), size

    def lost_time(self) -> tuple[float, float]:
        """Seconds and joules of a call that gets no answer, at the caller."""
        energy = self._hosts[self.recorded.request.client].energy
        return PATIENCE, energy.calling(0.0, PATIENCE)

    def request(self, places: Mapping[str, str]) -> tuple[float, float]:
        """Seconds and joules of the calls at places that are all alive."""
        seconds = joules = 0.0
        request = self.recorded.request
        for number, call in enumerate(request.calls):
            client = request.client if call.caller < 0 else places[request.calls[call.caller].object_id]
            cost = self.call(number, client, places[call.object_id])
            seconds += cost.seconds
            joules += cost.joules
        return seconds, joules

    def judged(self, places: Mapping[str, str]) -> float:
        """The cost of the calls at places that are all alive, without moves."""
        return self._objective.judged(*self.request(places))

    def least(self) -> float:
        """The cost of the calls at the places where they are cheapest, without moves."""
        return self._cheapest(None)

    def least_from(self, before: Mapping[str, str]) -> float:
        """The least cost of the calls and of the moves to them, from places."""
        return self._cheapest(tuple(before[name] for name in self.recorded.request.objects))

    def _cheapest(self, before: Assignment | None) -> float:
        found = self._least.get(before)
        if found is None:
            alive = [host for host in self._hosts if host not in self.recorded.gone]
            objects = self.recorded.request.objects
            firsts = {call.object_id: call for call in reversed(self.recorded.request.calls)}

            def cost(places: Assignment) -> float:
                total = self.judged(dict(zip(objects, places, strict=True)))
                for name, source, target in zip(objects, before or (), places, strict=before is not None):
                    total += self._objective.cost(*self.move(firsts[name], source, target))
                return total

            _, found = cheapest(alive, len(objects), (alive[0],) * len(objects), cost)
            self._least[before] = found
        return found

    def _work_out(self, number: int, client: str, host: str) -> CallCost:
        call = self.recorded.request.calls[number]
        execution = self.recorded.executions[number][host]
        if client == host:
            used, client_used, link = Resources(processor=execution), Resources(), 0.0
        else:
            size = call.argument_bytes + self.recorded.results[number]
            over = self.link(client, host)
            link = over.round_trip + size / over.bandwidth
            used = Resources(processor=execution, network=size)
            client_used = Resources(network=size, waiting=link + execution)
        joules = self._hosts[host].energy.joules(used) + self._hosts[client].energy.joules(client_used)
        times = call.times
        return CallCost((execution + link) * times, joules * times, execution, link, used, client_used)
