"""Scenarios in a simulated cluster: how the tests of deployment managers run one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from amino_dms.testkit import SimulatedCluster, simulate
from amino_wire.errors import (
    AminoError,
)

T = TypeVar("T")
SEEDS = range(4)


def run(scenario: Callable[[SimulatedCluster], Awaitable[T]], seed: int) -> T:
    """Runs a scenario in a fresh cluster."""
    return simulate(lambda random: scenario(SimulatedCluster(random)), seed)


async def error_of(call: Awaitable[Any]) -> AminoError | None:
    """What a call raises."""
    try:
        await call
    except AminoError as error:
        return error
    return None


def elapsed() -> float:
    """Simulated seconds since the beginning."""
    return asyncio.get_running_loop().time()
