"""Hosts, and what is known of them at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amino_oms.offloading.energy import EnergyModel

UNKNOWN_ROUND_TRIP = 0.1
UNKNOWN_BANDWIDTH = 1e6


@dataclass(frozen=True, slots=True)
class Host:
    """A kernel on a host, as it was registered.

    Arguments:
        host_id: the kernel's id.
        kind: the value of its label `device`: phone, edge, cloud, or another. Hosts of a kind are thought to be alike until measured.
        energy: its energy model.
    """

    host_id: str
    kind: str
    energy: EnergyModel = field(default_factory=EnergyModel)


@dataclass(frozen=True, slots=True)
class HostView:
    """Knowledge of a host now: whether the detector of failures thinks it alive, and its load from 0 to below 1."""

    reachable: bool = True
    load: float = 0.0


@dataclass(frozen=True, slots=True)
class LinkView:
    """Knowledge of a link now: the round trip in seconds, and bytes a second."""

    round_trip: float
    bandwidth: float


UNKNOWN_LINK = LinkView(UNKNOWN_ROUND_TRIP, UNKNOWN_BANDWIDTH)
UNKNOWN_HOST = HostView()


@dataclass(frozen=True, slots=True)
class View:
    """Knowledge at a moment.

    Arguments:
        now: seconds by the clock of the caller.
        hosts: by id.
        links: by the ids of both ends; a link is the same in both directions.
    """

    now: float
    hosts: Mapping[str, HostView]
    links: Mapping[tuple[str, str], LinkView]

    def reachable(self, host: str) -> bool:
        """Whether a host is thought to be alive. A host that nobody knows is not."""
        seen = self.hosts.get(host)
        return seen is not None and seen.reachable

    def load(self, host: str) -> float:
        """The load of a host, from 0 to below 1."""
        return self.hosts.get(host, UNKNOWN_HOST).load

    def link(self, one: str, other: str) -> LinkView:
        """The link between two hosts, a slow one where nothing is known of it."""
        return self.links.get((one, other)) or self.links.get((other, one)) or UNKNOWN_LINK
