"""A linear model whose coefficients are known with a Gaussian uncertainty, one observation after the other."""

from __future__ import annotations

from collections.abc import Sequence

Features = Sequence[tuple[int, float]]
"""Coefficients by number and the values they are multiplied with; all others are multiplied with 0."""


class Gaussian:
    """Coefficients with their means and covariances.

    An observation moves each coefficient by its share of the uncertainty (recursive least squares, a Kalman filter without motion).
    `loosen` adds uncertainty to a coefficient that may have drifted: older observations count less by that.
    """

    def __init__(self) -> None:
        self.mean: list[float] = []
        self.covariance: list[list[float]] = []

    def add(self, mean: float, variance: float) -> int:
        """A further coefficient that depends on no other; its number."""
        for row in self.covariance:
            row.append(0.0)
        self.mean.append(mean)
        self.covariance.append([0.0] * (len(self.mean) - 1) + [variance])
        return len(self.mean) - 1

    def add_like(self, number: int, variance: float) -> int:
        """A further coefficient that is thought to differ from another one by a Gaussian of this variance; its number."""
        like = list(self.covariance[number])
        for row, shared in zip(self.covariance, like, strict=True):
            row.append(shared)
        self.mean.append(self.mean[number])
        self.covariance.append([*like, like[number] + variance])
        return len(self.mean) - 1

    def loosen(self, number: int, variance: float, most: float) -> None:
        """Adds variance to a coefficient, up to `most`."""
        row = self.covariance[number]
        row[number] = max(row[number], min(row[number] + variance, most))

    def predict(self, features: Features) -> tuple[float, float]:
        """The mean and the variance of the sum of products."""
        mean = variance = 0.0
        for number, value in features:
            mean += self.mean[number] * value
            row = self.covariance[number]
            for other, with_it in features:
                variance += value * with_it * row[other]
        return mean, variance

    def observe(self, features: Features, seen: float, noise: float) -> None:
        """Takes in that the sum of products was `seen`, with a variance of `noise`."""
        covariance = self.covariance
        spread = [sum(row[number] * value for number, value in features) for row in covariance]
        total = sum(spread[number] * value for number, value in features) + noise
        missed = (seen - sum(self.mean[number] * value for number, value in features)) / total
        for index, share in enumerate(spread):
            if share == 0.0:
                continue
            self.mean[index] += share * missed
            row = covariance[index]
            gain = share / total
            for other, more in enumerate(spread):
                row[other] -= gain * more
