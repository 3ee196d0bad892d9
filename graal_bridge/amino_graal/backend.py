"""The requests of a kernel to a JVM: start the JVM half, and stop it. Everything else goes over the lane that it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from amino_graal.machine import JavaMachine

ENTRY_CLASS = "org.amino.runtime.Runtime"


@dataclass(frozen=True, slots=True)
class JvmOptions:
    """The facts with which a JVM is started.

    `class_path` holds the guests' jars and our own; `compiler_path` the JIT's jars, empty for an interpreter; `heap_mb` 0 leaves the
    heap to the JVM; `archive` holds classes of the guests' jars, `crash_folder` takes the JVM's report of its own crash (None: the working
    folder), `extra` the operator's own options.
    """

    machine: JavaMachine
    class_path: Sequence[Path]
    compiler_path: Sequence[Path] = ()
    heap_mb: int = 0
    archive: Path | None = None
    extra: Sequence[str] = ()
    crash_folder: Path | None = None


class RuntimeHandle(Protocol):
    """A running JVM half."""

    @property
    def socket_path(self) -> str:
        """The Unix socket on which it listens for the bridge."""
        ...

    def kill(self) -> bool:
        """Ends the process it runs in at once, if it has not ended yet; answers False when that is ours, or a host program's."""
        ...

    async def ended(self) -> int:
        """Waits until its process has ended and answers the exit status; for a JVM in this process it never returns."""
        ...

    async def stop(self) -> None:
        """Lets go of it, after the bridge's `shutdown`; a process of its own is ended, and killed when it does not end."""
        ...


class JvmBackend(Protocol):
    """A way to get a JVM half."""

    async def start_runtime(self, socket_path: str, token: str, kernel_id: str) -> RuntimeHandle:
        """Starts the JVM half.

        Args:
            socket_path: The Unix socket on which it is to listen, in a folder that only its owner can read.
            token: The kernel will show it on that socket.
            kernel_id: The kernel's id, which the lane's hello tells.

        Raises:
            JvmUnusable: The JVM did not start, or the JVM half failed in it.
        """
        ...
