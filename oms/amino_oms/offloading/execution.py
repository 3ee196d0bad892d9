"""t(object, host) of a class's member, as a regression over hosts, bytes and load whose older data count less."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from amino_oms.offloading.declared import declared_slowness
from amino_oms.offloading.gaussian import Features, Gaussian
from amino_oms.offloading.hosts import Host

SHORTEST = 1e-6
MOST_LOAD = 0.95
FIRST_SECONDS = 0.1
FIRST_NOISE = 0.04
LEAST_NOISE, MOST_NOISE = 0.003, 0.5
NOISE_RATE = 0.06
MOST_DRIFT, JUMP, MOST_JUMP = 0.6, 0.5, 1.0
"""Variances of a host's offset: the most that time and other classes' surprises make of it, what a surprise adds, and the most of that."""
ONE_SURPRISE, TWO_SURPRISES = 4.5, 2.3
"""Standard deviations by which one reading, or each of two in a row, must miss before the host is thought to have changed."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What the speed of a host is thought to be.

    Arguments:
        mean: the logarithm of its slowness beside a phone.
        variance: of that logarithm.
        like: a host of the same model that it is thought to be like, but for the variance.
    """

    mean: float
    variance: float
    like: str = ""


class ExecutionModel:
    """log t = work + slope * log(bytes) + load's slope * log(1 / (1 - load)) + the host's own offset, of one class and member.

    Arguments:
        drift: the variance that a second adds to each host's offset.
    """

    def __init__(self, drift: float) -> None:
        self._drift = drift
        self._beliefs = Gaussian()
        self._work = self._beliefs.add(math.log(FIRST_SECONDS), 4.0)
        self._by_bytes = self._beliefs.add(0.5, 0.25)
        self._by_load = self._beliefs.add(1.0, 0.25)
        self._offsets: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._missed: dict[str, float] = {}
        self._noise = FIRST_NOISE
        self._reference: float | None = None
        self._at: float | None = None

    @property
    def observations(self) -> int:
        """How many were taken in."""
        return sum(self._seen.values())

    def knows(self, host: str) -> bool:
        """Whether something was measured on a host."""
        return host in self._seen

    def offset(self, host: str) -> float | None:
        """The logarithm of a measured host's slowness; None for a host without measurements."""
        return self._beliefs.mean[self._offsets[host]] if host in self._seen else None

    def add_host(self, host: str, prior: Prior) -> None:
        """Gives a host that has none an offset."""
        if host not in self._offsets:
            if prior.like:
                self._offsets[host] = self._beliefs.add_like(self._offsets[prior.like], prior.variance)
            else:
                self._offsets[host] = self._beliefs.add(prior.mean, prior.variance)

    def has_host(self, host: str) -> bool:
        """Whether a host has an offset."""
        return host in self._offsets

    def advance(self, now: float) -> None:
        """Time has passed: each host may have drifted."""
        if self._at is not None and now > self._at:
            for number in self._offsets.values():
                self._beliefs.loosen(number, self._drift * (now - self._at), MOST_DRIFT)
        self._at = now

    def doubt(self, host: str, variance: float) -> None:
        """A host seems to have changed, as another class found out."""
        if host in self._offsets:
            self._beliefs.loosen(self._offsets[host], variance, MOST_DRIFT)

    def predict(self, host: str, size: float, load: float) -> tuple[float, float]:
        """The seconds that are expected, and the standard deviation of the belief about their logarithm, without the noise of a call."""
        mean, variance = self._beliefs.predict(self._features(host, size, load))
        # The mean of a number whose logarithm is Gaussian lies above its median.
        return math.exp(min(mean + self._noise / 2, 20.0)), math.sqrt(max(variance, 0.0))

    def observe(self, host: str, size: float, load: float, seconds: float) -> bool:
        """Takes a measurement in. Returns whether the host seems to have changed."""
        if self._reference is None:
            self._reference = max(size, 1.0)
        features = self._features(host, size, load)
        seen = math.log(max(seconds, SHORTEST))
        mean, variance = self._beliefs.predict(features)
        changed = self._is_surprised(host, (seen - mean) / math.sqrt(max(variance, 0.0) + self._noise))
        if changed:
            self._beliefs.loosen(self._offsets[host], JUMP, MOST_JUMP)
        elif self.observations > 2:
            excess = min((seen - mean) ** 2, 9 * (variance + self._noise)) - variance
            self._noise += NOISE_RATE * (excess - self._noise)
            self._noise = min(MOST_NOISE, max(LEAST_NOISE, self._noise))
        self._beliefs.observe(features, seen, self._noise)
        self._seen[host] = self._seen.get(host, 0) + 1
        return changed

    def _is_surprised(self, host: str, missed: float) -> bool:
        before = self._missed.get(host, 0.0)
        self._missed[host] = missed
        if host not in self._seen:
            return False
        again = abs(missed) > TWO_SURPRISES and abs(before) > TWO_SURPRISES and missed * before > 0
        if again or abs(missed) > ONE_SURPRISE:
            self._missed[host] = 0.0
            return True
        return False

    def _features(self, host: str, size: float, load: float) -> Features:
        reference = self._reference or max(size, 1.0)
        return (
            (self._work, 1.0),
            (self._by_bytes, math.log(max(size, 1.0) / reference)),
            (self._by_load, -math.log1p(-min(max(load, 0.0), MOST_LOAD))),
            (self._offsets[host], 1.0),
        )


SAME_MEMBER, SAME_CLASS, OTHER_CLASS, DECLARED = 0.1, 0.2, 0.3, 0.5
"""Variances of the logarithm of a slowness, by where the prior comes from."""


class ExecutionModels:
    """The models of all classes and members, which share what they know of kinds of hosts."""

    def __init__(self, hosts: Mapping[str, Host], drift: float) -> None:
        self._hosts = hosts
        self._drift = drift
        self._models: dict[tuple[str, str], ExecutionModel] = {}

    def of(self, class_name: str, member: str, host: str) -> ExecutionModel:
        """The model of a member, which knows the host or has a prior for it."""
        model = self._models.get((class_name, member))
        if model is None:
            model = self._models[class_name, member] = ExecutionModel(self._drift)
        if not model.has_host(host):
            model.add_host(host, self._prior(class_name, model, host))
        return model

    def advance(self, now: float) -> None:
        """Time has passed."""
        for model in self._models.values():
            model.advance(now)

    def doubt(self, host: str, variance: float) -> None:
        """A host seems to have changed: all classes know it less well."""
        for model in self._models.values():
            model.doubt(host, variance)

    def _prior(self, class_name: str, model: ExecutionModel, host: str) -> Prior:
        kind = self._hosts[host].kind
        alike = [other for other, facts in self._hosts.items() if facts.kind == kind]
        for other in alike:
            if model.knows(other):
                return Prior(0.0, SAME_MEMBER, other)
        steps = (
            (SAME_CLASS, [each for (name, _), each in self._models.items() if name == class_name]),
            (OTHER_CLASS, list(self._models.values())),
        )
        for variance, models in steps:
            known = [offset for each in models for other in alike if (offset := each.offset(other)) is not None]
            if known:
                return Prior(sum(known) / len(known), variance)
        return Prior(math.log(declared_slowness(kind)), DECLARED)
