"""A number that drifts, followed by noisy readings."""

from __future__ import annotations

import math

SURPRISE = 3.0
"""A reading so many standard deviations off says that the number has jumped."""


class Drifting:
    """The logarithm of a positive number that drifts, known with a Gaussian uncertainty (a Kalman filter of one dimension).

    Arguments:
        guess: what it is thought to be first.
        variance: how uncertain the guess is, of the logarithm.
        drift: the variance that a second adds.
    """

    def __init__(self, guess: float, variance: float, drift: float) -> None:
        self._mean = math.log(guess)
        self._variance = variance
        self._most = variance
        self._drift = drift
        self._at: float | None = None

    def read(self, at: float, value: float, noise: float) -> None:
        """A reading at a moment; `noise` is the variance of its logarithm."""
        if self._at is not None:
            self._variance = min(self._most, self._variance + self._drift * max(0.0, at - self._at))
        self._at = at
        missed = math.log(max(value, 1e-9)) - self._mean
        if missed * missed > SURPRISE * SURPRISE * (self._variance + noise):
            self._variance = self._most
        gain = self._variance / (self._variance + noise)
        self._mean += gain * missed
        self._variance *= 1 - gain

    @property
    def value(self) -> float:
        """What it is now thought to be."""
        return math.exp(self._mean)
