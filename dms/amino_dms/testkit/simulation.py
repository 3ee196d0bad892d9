"""Simulated time: an event loop whose clock jumps to what is due next, so that hours pass in milliseconds, the same way each time."""

from __future__ import annotations

import asyncio
import selectors
import sys
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, TypeVar

from amino_wire.errors import AminoError

T = TypeVar("T")


class Stuck(RuntimeError):
    """Nothing is due any more, and what was awaited has not come: somebody waits for ever."""


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stuck("the simulation waits for ever: nothing is due any more")
        self.now += max(0.0, timeout)
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop in simulated time, which begins at 0."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Simulated seconds."""
        return self._jumping.now


class SimulatedClock:
    """One machine's monotonic clock.

    Arguments:
        offset: its reading when the simulation begins; machines started at different times.
        rate: its seconds per simulated second; two machines run a little apart.
    """

    def __init__(self, offset: float = 0.0, rate: float = 1.0) -> None:
        self._offset = offset
        self._rate = rate

    def now(self) -> float:
        """Its reading."""
        return self._offset + asyncio.get_running_loop().time() * self._rate

    async def sleep(self, seconds: float) -> None:
        """Returns after so many of its seconds."""
        await asyncio.sleep(max(0.0, seconds) / self._rate)


def simulate(scenario: Callable[[Random], Awaitable[T]], seed: int) -> T:
    """Runs a scenario in simulated time.

    Arguments:
        scenario: gets the source of all chance.
        seed: the same seed gives the same run. It is printed, and noted on whatever is raised.

    Raises:
        Stuck: somebody waits for ever.
    """
    print(f"seed {seed}", file=sys.stderr)
    loop = SimulatedLoop()
    try:
        return loop.run_until_complete(_finishing(scenario, Random(seed)))
    except BaseException as error:
        error.add_note(f"seed {seed}")
        raise
    finally:
        _end(loop)
        loop.close()


async def _finishing(scenario: Callable[[Random], Awaitable[T]], random: Random) -> T:
    return await scenario(random)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    tasks: list[asyncio.Task[Any]] = list(asyncio.all_tasks(loop))
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


def elapsed() -> float:
    """Simulated seconds since the beginning."""
    return asyncio.get_running_loop().time()


async def error_of(call: Awaitable[Any]) -> AminoError | None:
    """What a call raises."""
    try:
        await call
    except AminoError as error:
        return error
    return None
