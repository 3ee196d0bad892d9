"""Empties a kernel that is to stop: instances that can live elsewhere are moved there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from amino_dms.api import Clock, within
from amino_kernel.instances.instance import Life
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.local_instance import LocalInstance
from amino_wire.errors import AminoError

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""How many moves go on beside one another."""
NAMED = 20
"""How many objects the log names."""


@dataclass(frozen=True, slots=True)
class Drained:
    """How many instances have moved, and why others stay, by their names."""

    moved: int
    stays: Mapping[str, str]


async def drain(table: InstanceTable, move: Callable[[LocalInstance], Awaitable[None]], clock: Clock, seconds: float) -> Drained:
    """Moves the instances of a kernel away, several at a time.

    Args:
        table: The instances.
        move: Moves one to wherever the OMS says; raises an AminoError where it cannot go.
        clock: Measures the time.
        seconds: After that many nothing more is begun or waited for.
    """
    limit = asyncio.Semaphore(AT_ONCE)
    stays: dict[str, str] = {}

    async def one(local: LocalInstance) -> None:
        async with limit:
            try:
                await move(local)
            except AminoError as error:
                stays[local.name] = error.message

    began = [local for local in table if local.state.life is not Life.PASSIVE]
    try:
        await within(clock, seconds, asyncio.gather(*(one(local) for local in began)))
    except TimeoutError:
        late = f"it had not moved after {seconds:g} s"
        stays.update({local.name: late for local in table if local.name not in stays and local.state.life is not Life.PASSIVE})
    if began:
        named = dict(list(stays.items())[:NAMED])
        log.info("objects were moved away", moved=len(began) - len(stays), stay=len(stays), reasons=named)
    return Drained(len(began) - len(stays), stays)
