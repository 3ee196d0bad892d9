"""The JVM in this process, through JPype."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from amino_wire.errors import JvmUnusable

from amino_graal.backend import ENTRY_CLASS, JvmOptions, RuntimeHandle
from amino_graal.flags import jvm_flags

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InProcessRuntime:
    """The JVM half in this process."""

    socket_path: str

    def kill(self) -> bool:
        return False

    async def ended(self) -> int:
        import asyncio  # only where a loop runs: the JVM is started before it is imported

        never: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        return await never

    async def stop(self) -> None:
        """Nothing to do: the bridge's `shutdown` ended the JVM half, and the JVM ends with the process."""


class JPypeBackend:
    """Starts the JVM in this process. One per process, once in its life."""

    def __init__(self, options: JvmOptions) -> None:
        self._options = options
        self._guests: Any = None

    async def start_runtime(self, socket_path: str, token: str, kernel_id: str) -> RuntimeHandle:
        """See `JvmBackend`. The event loop goes on while the JVM starts."""
        import asyncio

        return await asyncio.to_thread(self._start, socket_path, token, kernel_id)

    def start_jvm(self, languages: Sequence[str] = ()) -> None:
        """Starts the JVM, which goes on to load languages while this process does something else. Blocks for half a second.

        `start_runtime` does it too; a process with time before that may call this first.

        Raises:
            JvmUnusable: As `start_runtime`.
        """
        self._ask(lambda jpype: self._load(jpype, languages))

    def _start(self, socket_path: str, token: str, kernel_id: str) -> RuntimeHandle:
        if self._guests is None:
            self.start_jvm()
        return self._ask(lambda jpype: InProcessRuntime(str(jpype.JClass(ENTRY_CLASS).start(socket_path, token, kernel_id, self._guests))))

    def _load(self, jpype: Any, languages: Sequence[str]) -> None:
        import jpype.config as configuration

        options = self._options
        # Guests leave non-daemon threads behind, and destroying the JVM would wait for them for ever.
        configuration.destroy_jvm = False
        if not jpype.isJVMStarted():
            collectors = list(gc.callbacks)
            jpype.startJVM(
                str(options.machine.library),
                *jvm_flags(
                    options.machine,
                    options.compiler_path,
                    heap_mb=options.heap_mb,
                    archive=options.archive,
                    crash_folder=options.crash_folder,
                    extra=options.extra,
                ),
                classpath=[str(path) for path in options.class_path],
                convertStrings=False,
                # The JVM's own signal handlers would end the process instead of the loop's.
                interrupt=False,
            )
            # JPype would have the JVM collect all its garbage, on this thread, when Python collects and the process has grown.
            gc.callbacks[:] = collectors
        self._guests = jpype.JClass(ENTRY_CLASS).guests(*languages)

    def _ask(self, ask: Callable[[Any], T]) -> T:
        options = self._options
        try:
            return ask(_jpype())
        except Exception as error:
            raise JvmUnusable(
                f"The JVM at {options.machine.home} (Java {options.machine.version}) did not start the runtime: {type(error).__name__}: "
                f"{error}. "
                "`amino doctor` says what it finds; AMINO_JAVA_HOME names another JVM."
            ) from error


def _jpype() -> Any:
    """JPype without numpy, which it imports where it is installed, for arrays that nobody passes here: a tenth of a second."""
    modules: dict[str, Any] = sys.modules
    hidden = "jpype" not in modules and "numpy" not in modules
    if hidden:
        modules["numpy"] = None
    try:
        return importlib.import_module("jpype")
    finally:
        if hidden:
            del modules["numpy"]
