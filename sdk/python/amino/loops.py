"""Event loops: the fast one where it is installed, and one in a thread for callers without async."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from amino_wire.errors import ArgumentInvalid, Cancelled, KernelUnavailable, Outcome

T = TypeVar("T")


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """How to make a loop: uvloop's where it is installed (calls cost half as much on it)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that runs in this thread; None where none does."""
    return asyncio._get_running_loop()  # pyright: ignore[reportPrivateUsage] - the public function raises where none runs, which costs more


def run(main: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`, on the fastest loop there is."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(main)


_OWN_LOOP = "a blocking client cannot be used on its own loop's thread; use the client with async there"


class Ticket:
    """A call that another thread waits for: started on the loop, finished by its future, collected by the thread.

    Arguments:
        start: makes the call, on the loop.
    """

    __slots__ = ("_error", "_future", "_lock", "_result", "_start")

    def __init__(self, start: Callable[[], asyncio.Future[Any]]) -> None:
        self._start = start
        self._future: asyncio.Future[Any] | None = None
        self._result: Any = None
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self._lock.acquire()

    def begin(self) -> None:
        """On the loop: makes the call."""
        try:
            self._future = self._start()
        except BaseException as error:
            self.refuse(error)
        else:
            self._future.add_done_callback(self._finish)

    def _finish(self, future: asyncio.Future[Any]) -> None:
        if future.cancelled():
            self._error = Cancelled("the call was cancelled")
        else:
            self._error = future.exception()
            if self._error is None:
                self._result = future.result()
        self._lock.release()

    def refuse(self, error: BaseException) -> None:
        """The call is not made; nothing happens if it was."""
        if self._future is None and self._error is None:
            self._error = error
            self._lock.release()

    def cancel(self) -> None:
        """On the loop: nobody waits any more."""
        if self._future is not None:
            self._future.cancel()

    def wait(self) -> Any:
        """In the thread: the result, or the error is raised."""
        self._lock.acquire()
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None  # else the error and this frame would keep each other alive
        return self._result


class BackgroundLoop:
    """A loop in a daemon thread of its own. `run` blocks the calling thread until a coroutine is done there.

    Calls of many threads that come while the loop is busy are begun together, and so leave in one frame.
    """

    def __init__(self) -> None:
        self._tickets: deque[tuple[Ticket, Callable[[], None]]] = deque()
        self._kept: list[asyncio.Task[None]] = []
        self._ended = False
        self._woken = False
        self.loop = loop_factory()()
        self._thread = threading.Thread(target=self._serve, name="amino-client", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.loop.run_until_complete(self._finish())
            self.loop.close()

    async def _finish(self) -> None:
        self._ended = True
        self._refuse_rest()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self.loop.shutdown_asyncgens()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Waits for a coroutine; an interrupt of the waiting thread cancels it."""
        if threading.current_thread() is self._thread:
            work.close()
            raise ArgumentInvalid(_OWN_LOOP)
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise
        except BaseException:
            future.cancel()
            raise

    def call(self, start: Callable[[], asyncio.Future[Any]]) -> Any:
        """Makes a call on the loop and waits for it; cheaper than `run`, as no task is made. An interrupt cancels the call."""
        if threading.current_thread() is self._thread:
            raise ArgumentInvalid(_OWN_LOOP)
        ticket = Ticket(start)
        self._submit(ticket, ticket.begin)
        try:
            return ticket.wait()
        except KeyboardInterrupt:
            self._submit(ticket, ticket.cancel)
            raise

    def _submit(self, ticket: Ticket, work: Callable[[], None]) -> None:
        self._tickets.append((ticket, work))
        if self._ended:
            self._refuse_rest()
            return
        # Appending and reading the flag are each atomic: at worst the loop is woken once too often.
        if not self._woken:
            self._woken = True
            self.loop.call_soon_threadsafe(self._begin)

    def begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Has the loop do something for which nobody waits; nothing happens where it has ended."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(lambda: self._kept.append(self.loop.create_task(work())))

    def _begin(self) -> None:
        self._woken = False
        tickets = self._tickets
        while tickets:
            tickets.popleft()[1]()

    def _refuse_rest(self) -> None:
        while self._tickets:
            self._tickets.popleft()[0].refuse(KernelUnavailable("this client was closed before the call was made", outcome=Outcome.NOT_RUN))

    def close(self) -> None:
        """Ends the loop and waits for its thread. Safe to repeat."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(timeout=10)
