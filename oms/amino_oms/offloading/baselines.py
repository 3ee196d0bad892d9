"""Policies that others use, to compare with: fixed places, epsilon-greedy, Sapphire's Q-learning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from amino_oms.offloading.calls import Measurement, Request, size_class
from amino_oms.offloading.hosts import Host, View
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.policy import Decision


class Chance(Protocol):
    """Randomness, as `random.Random` gives it."""

    def random(self) -> float:
        """A number from 0 to below 1."""
        ...

    def choice(self, seq: Sequence[str], /) -> str:
        """Any of a sequence."""
        ...


Arm = tuple[str, str, int, str]


class Fixed:
    """Objects stay where they were put: always at the client, always in the cloud, or any other fixed places.

    Arguments:
        places: hosts by object; an object without one, and one whose host is gone, is at the client.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def learn(self, measured: Sequence[Measurement], view: View) -> None:
        """Fixed places learn nothing."""

    def choose(self, request: Request, places: Mapping[str, str], view: View) -> Decision:
        """The fixed places of the objects."""
        found: dict[str, str] = {}
        for name in request.objects:
            place = self._places.get(name, request.client)
            found[name] = place if view.reachable(place) else request.client
        return Decision(found, (), "the places are fixed")


@dataclass(frozen=True, slots=True)
class LearnerSettings:
    """Settings of both learners.

    Arguments:
        rate: the weight of the newest cost in a value; 0: the mean of all costs.
        trial: for epsilon-greedy the probability of a random host; for Q-learning after so many calls the other side is tested again.
        kinds: the kinds of hosts to choose from besides the client; none: all.
    """

    rate: float = 0.1
    trial: float = 0.05
    kinds: tuple[str, ...] = ()


class Values:
    """The cost of each host by object, member and size, as a moving mean."""

    def __init__(self, hosts: Mapping[str, Host], objective: Objective, rate: float) -> None:
        self._hosts = hosts
        self._objective = objective
        self._rate = rate
        self._costs: dict[Arm, float] = {}
        self._counts: dict[Arm, int] = {}

    def learn(self, measured: Sequence[Measurement]) -> None:
        """Takes in what calls cost."""
        for each in measured:
            if each.failed or each.host not in self._hosts:
                continue
            joules = self._hosts[each.host].energy.joules(each.used) + self._hosts[each.client].energy.joules(each.client_used)
            cost = self._objective.judged(each.execution + each.link, joules)
            arm = (each.call.object_id, each.call.member, size_class(each.call.argument_bytes), each.host)
            count = self._counts[arm] = self._counts.get(arm, 0) + 1
            before = self._costs.get(arm, cost)
            self._costs[arm] = before + (self._rate or 1 / count) * (cost - before)

    def of(self, request: Request, name: str, host: str) -> float | None:
        """The cost of an object's calls on a host; None where one of them was not measured there."""
        total = 0.0
        for call in request.calls:
            if call.object_id == name:
                cost = self._costs.get((name, call.member, size_class(call.argument_bytes), host))
                if cost is None:
                    return None
                total += cost * call.times
        return total


class EpsilonGreedy:
    """The host with the least mean cost for each object, and now and then any host."""

    def __init__(self, hosts: Mapping[str, Host], objective: Objective, settings: LearnerSettings, chance: Chance) -> None:
        self._hosts = hosts
        self._settings = settings
        self._values = Values(hosts, objective, settings.rate)
        self._chance = chance

    def learn(self, measured: Sequence[Measurement], view: View) -> None:
        """Takes in what calls cost."""
        self._values.learn(measured)

    def choose(self, request: Request, places: Mapping[str, str], view: View) -> Decision:
        """Hosts that were not tried come first, then the best, or by chance any."""
        hosts = [host for host in self._hosts if view.reachable(host)] or [request.client]
        found: dict[str, str] = {}
        for name in request.objects:
            costs = {host: self._values.of(request, name, host) for host in hosts}
            untried = [host for host, cost in costs.items() if cost is None]
            if untried:
                found[name] = untried[0]
            elif self._chance.random() < self._settings.trial:
                found[name] = self._chance.choice(hosts)
            else:
                found[name] = min(hosts, key=lambda host: (costs[host] or 0.0, host != places.get(name), host))
        return Decision(found, (), "the least mean cost, or chance")


class QLearning:
    """Sapphire's CodeOffloading (section 5 of its paper: "An adaptive algorithm, based on Q-learning, gradually chooses the lowest-cost
    option for each RPC. Periodically, the DM retests the alternatives").

    It runs calls at the client and at one other side, first both in turn, then by the lower value, and tests the other side again after
    `trial` calls of the same kind.
    """

    FIRST = 2
    """So many calls run on each side before values count."""

    def __init__(self, hosts: Mapping[str, Host], objective: Objective, settings: LearnerSettings) -> None:
        self._hosts = hosts
        self._settings = settings
        self._values = Values(hosts, objective, settings.rate)
        self._asked: dict[tuple[str, str, int], int] = {}

    def learn(self, measured: Sequence[Measurement], view: View) -> None:
        """Takes in what calls cost."""
        self._values.learn(measured)

    def choose(self, request: Request, places: Mapping[str, str], view: View) -> Decision:
        """For each object the side with the lower value, or the side that is due for a test."""
        kinds = self._settings.kinds or ("cloud",)
        sides = [host for host, facts in self._hosts.items() if facts.kind in kinds and view.reachable(host)]
        other = sides[0] if sides else request.client
        found: dict[str, str] = {}
        for call in request.calls:
            name = call.object_id
            if name in found:
                continue
            kind = (name, call.member, size_class(call.argument_bytes))
            asked = self._asked[kind] = self._asked.get(kind, 0) + 1
            here, there = self._values.of(request, name, request.client), self._values.of(request, name, other)
            if here is None or there is None or asked <= 2 * self.FIRST:
                found[name] = request.client if asked % 2 else other
                continue
            best, second = (request.client, other) if here <= there else (other, request.client)
            found[name] = second if asked % max(2, int(self._settings.trial)) == 0 else best
        return Decision(found, (), "the lower value of both sides, or a test of the other")
