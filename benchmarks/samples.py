"""Calls made one after the other, and what stands for all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

Call = Callable[[], Awaitable[Any]]


async def sequential(call: Call, seconds: float) -> list[float]:
    """Microseconds of each of the calls made one after the other; at least one."""
    samples: list[float] = []
    end = time.perf_counter() + seconds
    while (before := time.perf_counter()) < end or not samples:
        await call()
        samples.append((time.perf_counter() - before) * 1e6)
    return samples


def lower_quartile(samples: list[float]) -> float:
    """A quick one among them; of a single one, itself."""
    return statistics.quantiles([*samples, samples[-1]], n=4)[0]
