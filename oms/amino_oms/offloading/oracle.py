"""The oracle: it knows all costs of a recording, moves included, and plans by dynamic programming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from amino_wire.errors import ArgumentInvalid

from amino_oms.offloading.calls import Call
from amino_oms.offloading.ledger import Ledger
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.planning import Assignment
from amino_oms.offloading.recording import Recording

MOST_ASSIGNMENTS = 4096
Plan = tuple[dict[str, str], ...]
"""For each request the places of its objects."""


def groups_of(recording: Recording) -> list[tuple[str, ...]]:
    """Objects that are called in one request, directly or by others between, in groups that cost nothing to one another."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            name = parents[name]
        return name

    for each in recording.requests:
        first, *others = each.request.objects
        for other in others:
            parents[root(other)] = root(first)
        root(first)
    groups: dict[str, list[str]] = {}
    for name in sorted(parents):
        groups.setdefault(root(name), []).append(name)
    return [tuple(names) for names in groups.values()]


def plan(recording: Recording, ledgers: Sequence[Ledger]) -> Plan:
    """The places with the least cost of all requests and moves together.

    Raises ArgumentInvalid where a group of objects that call one another has too many places to plan for.
    """
    placed: list[dict[str, str]] = [{} for _ in recording.requests]
    for group in groups_of(recording):
        if len(recording.hosts) ** len(group) > MOST_ASSIGNMENTS:
            raise ArgumentInvalid(
                f"{len(group)} objects call one another on {len(recording.hosts)} hosts: the oracle plans for at most "
                f"{MOST_ASSIGNMENTS} assignments; record fewer objects or hosts"
            )
        numbers = [number for number, each in enumerate(recording.requests) if each.request.objects[0] in group]
        for number, assignment in zip(numbers, _plan_group(recording, ledgers, group, numbers), strict=True):
            places = dict(zip(group, assignment, strict=True))
            placed[number] = {name: places[name] for name in recording.requests[number].request.objects}
    return tuple(placed)


class _Group:
    """The states of one group, which are the places of its objects, and the steps between them."""

    def __init__(self, recording: Recording, group: tuple[str, ...]) -> None:
        self.objective: Objective = recording.objective
        self.group = group
        self.states: list[Assignment] = list(product(recording.hosts, repeat=len(group)))
        self.numbers = {state: number for number, state in enumerate(self.states)}
        homes = recording.homes
        self.start = self.numbers[tuple(homes[name] for name in group)]
        hosts = list(recording.hosts)
        self.others: list[list[list[int]]] = [
            [[self.numbers[(*state[:place], host, *state[place + 1 :])] for host in hosts] for state in self.states]
            for place in range(len(group))
        ]
        """For each object and state, the states that differ in this object's place alone."""
        self.hosts = hosts

    def step(self, costs: list[float], ledger: Ledger) -> tuple[list[float], list[int]]:
        """The least costs of all states after a request, and from which state each comes."""
        origins = list(range(len(self.states)))
        calls: dict[str, Call] = {call.object_id: call for call in reversed(ledger.recorded.request.calls)}
        for place, name in enumerate(self.group):
            if name in calls:
                costs, origins = self._moved(costs, origins, place, calls[name], ledger)
        gone = ledger.recorded.gone
        called = [place for place, name in enumerate(self.group) if name in calls]
        after: list[float] = []
        for number, state in enumerate(self.states):
            if any(state[place] in gone for place in called):
                after.append(float("inf"))
            else:
                after.append(costs[number] + ledger.judged(dict(zip(self.group, state, strict=True))))
        return after, origins

    def _moved(self, costs: list[float], origins: list[int], place: int, call: Call, ledger: Ledger) -> tuple[list[float], list[int]]:
        moves = {
            (source, target): self.objective.cost(*ledger.move(call, source, target))
            for source in self.hosts
            for target in self.hosts
            if target not in ledger.recorded.gone
        }
        after: list[float] = []
        came: list[int] = []
        for number, state in enumerate(self.states):
            best, least = number, float("inf")
            if state[place] not in ledger.recorded.gone:
                for other, source in zip(self.others[place][number], self.hosts, strict=True):
                    cost = costs[other] + moves[source, state[place]]
                    if cost < least or (cost == least and other == number):
                        best, least = other, cost
            after.append(least)
            came.append(origins[best])
        return after, came


def _plan_group(recording: Recording, ledgers: Sequence[Ledger], group: tuple[str, ...], numbers: Sequence[int]) -> list[Assignment]:
    states = _Group(recording, group)
    costs = [float("inf")] * len(states.states)
    costs[states.start] = 0.0
    history: list[list[int]] = []
    for number in numbers:
        costs, origins = states.step(costs, ledgers[number])
        history.append(origins)
    at = min(range(len(costs)), key=costs.__getitem__)
    found: list[Assignment] = []
    for origins in reversed(history):
        found.append(states.states[at])
        at = origins[at]
    return found[::-1]


class Oracle:
    """A plan as a policy: it answers the requests of its recording in their order."""

    def __init__(self, planned: Plan) -> None:
        self._planned = planned

    def places(self, number: int) -> Mapping[str, str]:
        """The places of a request's objects."""
        return self._planned[number]
