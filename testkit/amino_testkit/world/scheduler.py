"""Simulated time: what is due next happens next, so that hours pass in milliseconds, the same way each time."""

from __future__ import annotations

import asyncio
import gc
import heapq
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from itertools import count
from random import Random
from typing import Any, TypeVar, cast

from amino_wire.errors import AminoError

from amino_testkit.world.clock import MachineClock
from amino_testkit.world.logs import logs_of
from amino_testkit.world.process_loop import ProcessLoop

T = TypeVar("T")
PATIENCE = 7200.0
"""Simulated seconds that a scenario may wait for one thing."""
_LAST_TURNS = 100


class Stuck(RuntimeError):
    """Nothing will come that the scenario waits for: somebody waits for ever."""


class Unexpected(AssertionError):
    """Something raised in a process, and nobody awaited it."""


class Scheduler:
    """True time, and whose turn it is."""

    def __init__(self) -> None:
        self.now = 0.0
        self.over = False
        self._ready: deque[ProcessLoop] = deque()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._loops: list[ProcessLoop] = []
        self._failures: list[dict[str, Any]] = []
        self.outside = self.new_loop(MachineClock(self))
        """The loop of the scenario itself, which no fault reaches."""

    def new_loop(self, clock: MachineClock) -> ProcessLoop:
        """A loop for a process."""
        loop = ProcessLoop(self, clock)
        self._loops.append(loop)
        return loop

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Does something, outside of all processes, at a moment of true time."""
        if not self.over:
            heapq.heappush(self._due, (when, next(self._numbers), act))

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Does something, outside of all processes, after so many true seconds."""
        self.at(self.now + seconds, act)

    def ready(self, loop: ProcessLoop) -> None:
        """The loop has something to run."""
        self._ready.append(loop)

    def failed(self, context: dict[str, Any]) -> None:
        """Something raised that nobody awaited."""
        self._failures.append(context)

    def run(self, scenario: Awaitable[T]) -> T:
        """Runs a scenario to its end.

        Raises:
            Stuck: it waits for ever.
            Unexpected: something raised in a process, and nobody awaited it.
            Exception: what the scenario raised.
        """
        task = self.outside.create_task(scenario)
        last = self.now
        while not task.done():
            if self._ready:
                loop = self._ready.popleft()
                last = self.now if loop is self.outside else last
                loop.run_ready()
            elif not self._due or self.now - last > PATIENCE:
                raise Stuck(f"the scenario waits for ever, at {self.now:.3f} s: nothing will come that it waits for")
            else:
                when, _, act = heapq.heappop(self._due)
                self.now = max(self.now, when)
                act()
        self._complain()
        return cast("T", task.result())

    def finish(self) -> None:
        """Ends all tasks of all processes, when the simulation is over."""
        self.over = True
        self._due.clear()
        self._ready.clear()
        for loop in self._loops:
            loop.end()
            loop.revive()
        for loop in self._loops:
            self._end(loop)
        self._ready.clear()

    def _end(self, loop: ProcessLoop) -> None:
        for _ in range(_LAST_TURNS):
            if loop.idle:
                tasks = loop.unfinished()
                if not tasks:
                    return
                for task in tasks:
                    task.cancel()
            loop.run_ready()
        loop.abandon()

    def _complain(self) -> None:
        for loop in self._loops:
            loop.unfinished()
        for context in self._failures:
            error = context.get("exception")
            if isinstance(error, BaseException):
                raise Unexpected(f"{context.get('message')}: {error!r}") from error
            raise Unexpected(str(context))


def simulate(scenario: Callable[[Random], Awaitable[T]], seed: int, *, announced: bool = True) -> T:
    """Runs a scenario in simulated time.

    Arguments:
        scenario: gets the source of all chance.
        seed: the same seed gives the same run. It is noted on whatever is raised.
        announced: the seed is printed before the scenario begins, for where it does not end.

    Raises:
        Stuck: somebody waits for ever.
        Unexpected: something raised in a process, and nobody awaited it.
    """
    if announced:
        print(f"seed {seed}", file=sys.stderr)
    scheduler = Scheduler()
    with _uncollected(), logs_of(scheduler):
        try:
            return scheduler.run(_begun(scenario, Random(seed)))
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
        finally:
            scheduler.finish()


@contextmanager
def _uncollected() -> Generator[None]:
    """Without collections of garbage: one could end what is left of a killed process, and run its `finally` in another one's turn."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


async def _begun(scenario: Callable[[Random], Awaitable[T]], random: Random) -> T:
    return await scenario(random)


def current_scheduler() -> Scheduler:
    """The scheduler of the simulation that is running."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, ProcessLoop) or not isinstance(loop.turns, Scheduler):
        raise RuntimeError("this needs a simulation: run the scenario with `simulate`")
    return loop.turns


def elapsed() -> float:
    """True seconds since the simulation began."""
    return current_scheduler().now


async def error_of(call: Awaitable[Any]) -> AminoError | None:
    """What a call raises."""
    try:
        await call
    except AminoError as error:
        return error
    return None
