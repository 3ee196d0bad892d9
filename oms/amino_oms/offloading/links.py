"""l(object, client, host): what a link costs, learned from calls, and from the heartbeats where no call tells it."""

from __future__ import annotations

import math

from amino_oms.offloading.calls import Measurement
from amino_oms.offloading.drifting import Drifting
from amino_oms.offloading.hosts import View

ENOUGH_BYTES = 20_000
"""A call with fewer bytes says little about bandwidth."""
LEAST_TRANSFER = 0.2
"""The share of l that bytes must have taken to say something about bandwidth."""
TRAFFIC_NOISE, READING_NOISE, FACTOR_NOISE = 0.04, 0.09, 0.1
DRIFT = 0.01
TROUBLE_SECONDS = 60.0
"""After that time a third of what is held against a host for a call without an answer is left."""


class Links:
    """The bandwidth of each link, and by what factor calls over it take longer than round trip and bytes explain."""

    def __init__(self) -> None:
        self._bandwidths: dict[tuple[str, str], Drifting] = {}
        self._factors: dict[tuple[str, str], Drifting] = {}
        self._readings: dict[tuple[str, str], float] = {}

    def learn(self, measured: Measurement) -> None:
        """A call between two hosts."""
        if measured.failed or measured.client == measured.host or measured.bandwidth <= 0:
            return
        size = measured.call.argument_bytes + measured.result_bytes
        link = self._pair(measured.client, measured.host)
        beyond = measured.link - measured.round_trip
        if size >= ENOUGH_BYTES and beyond > LEAST_TRANSFER * measured.link:
            bandwidth = self._bandwidths.get(link)
            if bandwidth is None:
                bandwidth = self._bandwidths[link] = Drifting(measured.bandwidth, 1.0, DRIFT)
            bandwidth.read(measured.at, size / beyond, TRAFFIC_NOISE)
        elif measured.link > 0:
            expected = measured.round_trip + size / measured.bandwidth
            factor = self._factors.get(link)
            if factor is None:
                factor = self._factors[link] = Drifting(1.0, 0.1, DRIFT / 10)
            factor.read(measured.at, measured.link / expected, FACTOR_NOISE)

    def look(self, view: View) -> None:
        """Takes the readings of a view in, each once."""
        for (one, other), seen in view.links.items():
            link = self._pair(one, other)
            if self._readings.get(link) == seen.bandwidth:
                continue
            self._readings[link] = seen.bandwidth
            bandwidth = self._bandwidths.get(link)
            if bandwidth is None:
                bandwidth = self._bandwidths[link] = Drifting(seen.bandwidth, 1.0, DRIFT)
            bandwidth.read(view.now, seen.bandwidth, READING_NOISE)

    def bandwidth(self, one: str, other: str, view: View) -> float:
        """Bytes a second between two hosts."""
        known = self._bandwidths.get(self._pair(one, other))
        return known.value if known is not None else view.link(one, other).bandwidth

    def seconds(self, one: str, other: str, size: float, view: View) -> float:
        """The seconds that a call with `size` bytes of arguments and result spends between two hosts."""
        if one == other:
            return 0.0
        factor = self._factors.get(self._pair(one, other))
        round_trip = view.link(one, other).round_trip * (factor.value if factor is not None else 1.0)
        return round_trip + size / self.bandwidth(one, other, view)

    def _pair(self, one: str, other: str) -> tuple[str, str]:
        return (one, other) if one < other else (other, one)


class Trouble:
    """How likely the next call to a host is to get no answer, from calls that got none lately."""

    def __init__(self) -> None:
        self._levels: dict[str, tuple[float, float]] = {}

    def learn(self, measured: Measurement) -> None:
        """A call that was answered or not."""
        before = self.of(measured.host, measured.at)
        if measured.failed:
            self._levels[measured.host] = (before + (1 - before) * 0.5, measured.at)
        elif measured.host in self._levels:
            self._levels[measured.host] = (before * 0.8, measured.at)

    def look(self, view: View) -> None:
        """A host that the detector of failures has found is not held against by past calls once it is back."""
        for host in [host for host in self._levels if not view.reachable(host)]:
            del self._levels[host]

    def of(self, host: str, now: float) -> float:
        """The probability, from 0 to 1."""
        level, at = self._levels.get(host, (0.0, now))
        return level * math.exp(-max(0.0, now - at) / TROUBLE_SECONDS)
