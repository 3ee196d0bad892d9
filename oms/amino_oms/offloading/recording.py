"""A recording of a program: its requests, and what each of their calls costs on each host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amino_oms.offloading.calls import Request
from amino_oms.offloading.hosts import Host, LinkView, View
from amino_oms.offloading.objective import Objective


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request with its true costs.

    Arguments:
        at: seconds by the clock of the recording.
        request: the request.
        executions: for each call, the seconds of one of its executions on each host.
        results: for each call, the bytes of a result.
        links: what each link really did during this request, by both ends.
        gone: hosts that did not answer then.
        view: what the scheduler knew before it.
        taken: the places at which the request ran when it was recorded; empty where no program ran it.
    """

    at: float
    request: Request
    executions: tuple[Mapping[str, float], ...]
    results: tuple[float, ...]
    links: Mapping[tuple[str, str], LinkView]
    gone: frozenset[str]
    view: View
    taken: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Recording:
    """Requests in the order of their times.

    Arguments:
        hosts: all hosts, by id.
        objective: what was to be made small.
        requests: what was asked for.
        filled: the share of executions that was not measured but filled in from neighbours.
    """

    hosts: Mapping[str, Host]
    objective: Objective
    requests: tuple[Recorded, ...]
    filled: float = 0.0

    @property
    def homes(self) -> dict[str, str]:
        """Where each object is first: at the client that calls first."""
        found: dict[str, str] = {}
        for each in self.requests:
            for name in each.request.objects:
                found.setdefault(name, each.request.client)
        return found
