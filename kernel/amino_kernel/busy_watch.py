"""Notes which guests are running, so that the log can name the one with which a process died."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from amino_wire.errors import AminoError

from amino_kernel.busy_file import BusyFile
from amino_kernel.object_table import ObjectTable
from amino_kernel.runtime import Runtime

LOOK_SECONDS = 1.0


class BusyWatch:
    """Asks every JVM half every second what is busy there. What ends a process (an endless native loop, a memory bomb) takes longer."""

    def __init__(self, runtimes: Callable[[], Sequence[Runtime]], table: ObjectTable, file: BusyFile) -> None:
        self._runtimes = runtimes
        self._table = table
        self._file = file
        self._busy: dict[int, list[str]] = {}

    async def run(self) -> None:
        """Runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for runtime in self._runtimes():
                try:
                    self._busy[runtime.number] = self._described((await runtime.bridge.stats()).get("running") or ())
                except AminoError:
                    continue
            main = next((runtime for runtime in self._runtimes() if not runtime.key), None)
            self._file.write(self._busy.get(main.number, []) if main is not None else [])

    def note(self, guest: str) -> None:
        """Keeps a guest that is known to be the cause of the process's end."""
        self._file.write([guest])

    def of(self, runtime: Runtime) -> list[str]:
        """What was busy in a JVM half when it was last asked."""
        return self._busy.get(runtime.number, [])

    def _described(self, busy: Sequence[Any]) -> list[str]:
        return [self._describe(str(each)) for each in busy]

    def _describe(self, call: str) -> str:
        object_id, _, method = call.partition(".")
        local = self._table.get(object_id)
        if local is None:
            return call
        name = local.record.name or object_id
        return f"{name}{'.' if method else ''}{method} ({local.record.artifact.language}, artifact {local.record.artifact.hash[:12]})"
