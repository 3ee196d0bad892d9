"""The JVM half in a child process of its own: its end is the end of no other."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from amino_wire.errors import JvmUnusable

from amino_graal.backend import JvmOptions, RuntimeHandle
from amino_graal.child_process import ChildProcess

STOP_SECONDS = 5.0
READY = b"ready"


@dataclass(frozen=True, slots=True)
class ChildRuntime:
    """The JVM half in a child process."""

    socket_path: str
    process: ChildProcess

    def kill(self) -> bool:
        self.process.kill()
        return True

    async def ended(self) -> int:
        return await self.process.ended()

    async def stop(self) -> None:
        """Asks the child to end by closing its input, and kills it when it does not."""
        await self.process.stop(STOP_SECONDS)


class ProcessBackend:
    """Starts one child process per runtime, in which `amino_graal.worker` uses JPype.

    Arguments:
        options: With what the JVM is started.
        held: Descriptors that the child inherits and keeps open until it ends.
    """

    def __init__(self, options: JvmOptions, held: Sequence[int] = ()) -> None:
        self._options, self._held = options, tuple(held)

    async def start_runtime(self, socket_path: str, token: str, kernel_id: str) -> RuntimeHandle:
        """See `JvmBackend`."""
        options = self._options
        order = {
            "home": str(options.machine.home),
            "class_path": [str(path) for path in options.class_path],
            "compiler_path": [str(path) for path in options.compiler_path],
            "heap_mb": options.heap_mb,
            "archive": str(options.archive or ""),
            "extra": list(options.extra),
            "crash_folder": str(options.crash_folder or ""),
            "socket_path": socket_path,
            "token": token,
            "kernel_id": kernel_id,
        }
        # The token goes through the pipe: everybody may read a command line.
        process = ChildProcess([sys.executable, "-m", "amino_graal.worker"], json.dumps(order).encode() + b"\n", self._held)
        try:
            answer = (await process.line()).strip()
        except BaseException:
            process.kill()
            raise
        if answer != READY:
            process.kill()
            status = await process.ended()
            said = answer.decode(errors="replace") or f"it ended with status {status} before it said anything"
            raise JvmUnusable(f"A JVM process did not start: {said}. Its output is in the kernel's log; another try starts a new one.")
        return ChildRuntime(socket_path, process)
