"""The JVM half in a child process of its own: what happens to it happens to no other."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass

from amino_wire.errors import JvmUnusable

from amino_graal.backend import JvmOptions, RuntimeHandle

STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ChildRuntime:
    """The JVM half in a child process."""

    socket_path: str
    process: Process

    @property
    def process_id(self) -> int | None:
        return self.process.pid

    async def ended(self) -> int:
        return await self.process.wait()

    async def stop(self) -> None:
        """Asks the child to end by closing its input, and kills it when it does not."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGKILL)
            await self.process.wait()


class ProcessBackend:
    """Starts one child process per runtime, in which `amino_graal.worker` uses JPype."""

    def __init__(self, options: JvmOptions) -> None:
        self._options = options

    async def start_runtime(self, socket_path: str, token: str, kernel_id: str) -> RuntimeHandle:
        """See `JvmBackend`."""
        options = self._options
        order = {
            "home": str(options.machine.home),
            "class_path": [str(path) for path in options.class_path],
            "compiler_path": [str(path) for path in options.compiler_path],
            "heap_mb": options.heap_mb,
            "extra": list(options.extra),
            "socket_path": socket_path,
            "token": token,
            "kernel_id": kernel_id,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "amino_graal.worker", stdin=PIPE, stdout=PIPE, stderr=None if sys.stderr else DEVNULL
        )
        assert process.stdin is not None and process.stdout is not None
        # The token goes through the pipe: everybody may read a command line.
        process.stdin.write(json.dumps(order).encode() + b"\n")
        answer = await process.stdout.readline()
        if answer.strip() != b"ready":
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise JvmUnusable(f"A JVM process did not start: {answer.decode(errors='replace').strip() or 'it ended without a word'}")
        return ChildRuntime(socket_path, process)
