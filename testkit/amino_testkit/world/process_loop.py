"""The event loop of one simulated process. All loops of a simulation take turns in one thread; see `scheduler`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import TYPE_CHECKING, Any, Protocol

from amino_testkit.world.clock import MachineClock

_PRUNE = 512
_SLACK = 1e-9
_set_running_loop: Callable[[asyncio.AbstractEventLoop | None], None] = asyncio._set_running_loop  # pyright: ignore[reportPrivateUsage]


class Turns(Protocol):
    """The scheduler, which gives loops their turns."""

    @property
    def now(self) -> float: ...

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Does something at a moment of true time."""
        ...

    def ready(self, loop: ProcessLoop) -> None:
        """The loop has something to run."""
        ...

    def failed(self, context: dict[str, Any]) -> None:
        """Something raised that nobody awaited."""
        ...


if TYPE_CHECKING:
    # What the interface has besides, such as sockets and signals, no simulated process may use: each method raises NotImplementedError.
    _Loop = Any
else:
    _Loop = asyncio.AbstractEventLoop


class ProcessLoop(_Loop):  # type: ignore[misc]
    """Runs the callbacks and tasks of one process by its machine's clock.

    Arguments:
        turns: who lets it run.
        clock: of its machine.
    """

    def __init__(self, turns: Turns, clock: MachineClock) -> None:
        self._turns = turns
        self._clock = clock
        self._ready: deque[asyncio.Handle] = deque()
        self._overslept: list[asyncio.TimerHandle] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self._unrun: list[asyncio.Handle] = []
        self._announced = False
        self._standing = False
        self._ended = False

    @property
    def turns(self) -> Turns:
        """The scheduler that lets it run."""
        return self._turns

    @property
    def idle(self) -> bool:
        """Whether it has nothing to run just now."""
        return not self._ready

    def stand(self) -> None:
        """Runs nothing until `go_on`; work that is due meanwhile waits."""
        self._standing = True

    def go_on(self) -> None:
        """Runs again, with what has become due meanwhile."""
        self._standing = False
        overslept, self._overslept = self._overslept, []
        for handle in overslept:
            self._schedule(handle)
        self._announce()

    def end(self) -> None:
        """Runs nothing any more, not even what a task does when it is cancelled: as a process that was killed."""
        self._ended = True
        self._unrun += self._ready
        self._ready.clear()

    def revive(self) -> None:
        """Runs again, so that what is left of its tasks can be cancelled when the simulation is over."""
        self._ended = self._standing = False
        unrun, self._unrun = self._unrun, []
        self._ready.extend(unrun)

    def unfinished(self) -> list[asyncio.Task[Any]]:
        """The tasks that have not ended. Those that have are let go, which complains of errors that nobody looked at."""
        self._tasks = [task for task in self._tasks if not task.done()]
        return list(self._tasks)

    def abandon(self) -> None:
        """Lets go of tasks that do not end although they are cancelled."""
        for task in self.unfinished():
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

    def run_ready(self) -> None:
        """Runs what is ready now; what becomes ready meanwhile comes with the next turn."""
        self._announced = False
        if self._standing or self._ended:
            return
        _set_running_loop(self)
        try:
            for _ in range(len(self._ready)):
                if self._standing or self._ended:
                    return
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()  # pyright: ignore[reportPrivateUsage]
        finally:
            _set_running_loop(None)
            if self._ready:
                self._announce()

    def time(self) -> float:
        """Seconds of the machine's clock."""
        return self._clock.now()

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        if self._ended:
            self._unrun.append(handle)
        else:
            self._ready.append(handle)
            self._announce()
        return handle

    call_soon_threadsafe = call_soon

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._schedule(handle)
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None) -> asyncio.Task[Any]:
        # Held fast: a task that only its own future refers to would be collected, and run its `finally` at a moment of chance.
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, name=name, context=context)
        self._tasks.append(task)
        if len(self._tasks) % _PRUNE == 0:
            self.unfinished()
        return task

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self._turns.failed(context)

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        self._turns.failed(context)

    def get_task_factory(self) -> None:
        return None

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Asked for by asyncio; a cancelled handle is passed over when it is due."""

    def _schedule(self, handle: asyncio.TimerHandle) -> None:
        left = max(0.0, handle.when() - self.time())
        self._turns.at(self._turns.now + self._clock.true_seconds(left), lambda: self._due(handle))

    def _due(self, handle: asyncio.TimerHandle) -> None:
        if self._ended or handle.cancelled():
            return
        if self.time() < handle.when() - _SLACK * max(1.0, abs(handle.when())):
            # The clock stood still, or runs at another rate since.
            if self._standing:
                self._overslept.append(handle)
            else:
                self._schedule(handle)
            return
        self._ready.append(handle)
        self._announce()

    def _announce(self) -> None:
        if self._ready and not self._announced and not self._standing and not self._ended:
            self._announced = True
            self._turns.ready(self)
