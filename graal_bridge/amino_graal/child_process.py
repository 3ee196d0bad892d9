"""A child process that is started, heard and mourned without the event loop's help."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any


class ChildProcess:
    """A process that gets one order, says one line, and ends when its input ends: with this process, however that ends.

    Neither `asyncio.create_subprocess_exec` nor SIGCHLD, for both fail in a process with gRPC and a JVM: uvloop forks, so that gRPC's fork
    handlers start threads in the child, which at times crash before the program is executed; and the JVM's process class takes the handler
    of SIGCHLD away when it is first used, after which a loop hears of no death. `subprocess` executes without fork handlers, closes every
    other descriptor (the JVM's sockets would be inherited), and a thread waits for the end.
    """

    def __init__(self, command: Sequence[str], order: bytes, held: Sequence[int] = ()) -> None:
        """Starts the process; needs a running event loop.

        Args:
            command: Program and arguments.
            order: Bytes for its input, which then stays open.
            held: Descriptors that it inherits.
        """
        loop = asyncio.get_running_loop()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if sys.stderr else subprocess.DEVNULL,
            pass_fds=tuple(held),
        )
        self._line: asyncio.Future[bytes] = loop.create_future()
        self._status: asyncio.Future[int] = loop.create_future()
        follower = threading.Thread(target=self._follow, args=(loop, order), name=f"child {self._process.pid}", daemon=True)
        follower.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def line(self) -> bytes:
        """Answers its first line; a part of it when the process ended or closed its output before."""
        return await asyncio.shield(self._line)

    async def ended(self) -> int:
        """Waits until it has ended and answers the exit status, that of a signal negative."""
        return await asyncio.shield(self._status)

    def kill(self) -> None:
        """Ends it at once with SIGKILL; nothing happens when it has ended already."""
        self._process.kill()

    async def stop(self, seconds: float) -> int:
        """Asks it to end by closing its input, kills it when it takes longer than that, and answers the exit status."""
        self._close_input()
        try:
            return await asyncio.wait_for(self.ended(), seconds)
        except TimeoutError:
            self.kill()
            return await self.ended()

    def _follow(self, loop: asyncio.AbstractEventLoop, order: bytes) -> None:
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        # It may have ended without reading: then its status says so.
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(order)
            process.stdin.flush()
        with process.stdout as output:
            line = output.readline()
        _tell(loop, self._line.set_result, line)
        status = process.wait()
        self._close_input()
        _tell(loop, self._status.set_result, status)

    def _close_input(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()


def _tell(loop: asyncio.AbstractEventLoop, report: Callable[[Any], None], value: Any) -> None:
    # A loop that is closed has nobody left to tell.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(report, value)
