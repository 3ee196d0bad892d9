"""A simulated process: it can be paused, killed, and asked to run something."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any, TypeVar

from amino_testkit.world.clock import MachineClock
from amino_testkit.world.scheduler import Scheduler

T = TypeVar("T")


class ProcessEnded(Exception):
    """The process ended before it had done what it was asked to do."""


class Process:
    """A process on a machine, with an event loop of its own.

    Arguments:
        scheduler: who lets it run.
        name: for people, and for the network.
        clock: of its machine.
        random: its own chance.
    """

    def __init__(self, scheduler: Scheduler, name: str, clock: MachineClock, random: Random) -> None:
        self.name = name
        self.clock = clock
        self.random = random
        self.loop = scheduler.new_loop(clock)
        self.alive = True
        self._asked: dict[asyncio.Future[Any], asyncio.AbstractEventLoop] = {}
        self._at_end: list[Callable[[], None]] = []

    def at_end(self, act: Callable[[], None]) -> None:
        """Does something, outside of the process, when the process has ended."""
        self._at_end.append(act)

    def pause(self) -> None:
        """Stops it as SIGSTOP does: it runs nothing, what is sent to it waits, its clock runs on."""
        self.loop.stand()

    def resume(self) -> None:
        """Lets it go on as SIGCONT does."""
        if self.alive:
            self.loop.go_on()

    def suspend(self) -> None:
        """Suspends its machine: it runs nothing, and its monotonic clock stands still."""
        self.loop.stand()
        self.clock.suspend()

    def wake(self) -> None:
        """The machine goes on."""
        self.clock.resume()
        self.resume()

    def kill(self) -> None:
        """Ends it at once: nothing of it runs any more."""
        if not self.alive:
            return
        self.alive = False
        self.loop.end()
        for answer, loop in self._asked.items():
            loop.call_soon(_settle, answer, None, ProcessEnded(f"{self.name} ended before it had answered"))
        self._asked.clear()
        for act in self._at_end:
            act()

    def spawn(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs something in the process, for which nobody waits."""
        self.loop.call_soon(lambda: self.loop.create_task(work()))

    async def ask(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Runs something in the process, for a caller in another one.

        Raises:
            ProcessEnded: it ended meanwhile, or had ended before.
            Exception: what the work raised.
        """
        caller = asyncio.get_running_loop()
        answer: asyncio.Future[T] = caller.create_future()
        if not self.alive:
            raise ProcessEnded(f"{self.name} has ended")
        self._asked[answer] = caller
        tasks: list[asyncio.Task[T]] = []

        def finished(task: asyncio.Task[T]) -> None:
            self._asked.pop(answer, None)
            error = asyncio.CancelledError() if task.cancelled() else task.exception()
            caller.call_soon(_settle, answer, task.result() if error is None else None, error)

        def start() -> None:
            task = self.loop.create_task(work())
            tasks.append(task)
            task.add_done_callback(finished)

        self.loop.call_soon(start)
        try:
            return await answer
        except asyncio.CancelledError:
            self._asked.pop(answer, None)
            self.loop.call_soon(_cancel, tasks)
            raise


def _settle(answer: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(result)
    elif isinstance(error, asyncio.CancelledError):
        answer.cancel()
    else:
        answer.set_exception(error)


def _cancel(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
