"""The calls of one transaction, and what each came to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from amino_wire.errors import AminoError, from_payload, to_payload
from amino_wire.frames import Invocation

from amino_dms.api import did_not_run, outcome_of

Known = list[Any]


class CallsOnce:
    """Runs each call once, however often its message comes: as part of a transaction it must not count twice."""

    def __init__(self) -> None:
        self._ended: dict[str, tuple[Any, AminoError | None]] = {}
        self._running: dict[str, asyncio.Future[None]] = {}

    async def run(self, call: Invocation, run: Callable[[Invocation], Awaitable[Any]]) -> Any:
        """The outcome of a call; raises what it raises."""
        name = call.request_id
        while (running := self._running.get(name)) is not None:
            await asyncio.shield(running)
        if name not in self._ended:
            running = self._running[name] = asyncio.get_running_loop().create_future()
            try:
                self._ended[name] = (await run(call), None)
            except BaseException as error:
                if not did_not_run(error):
                    self._ended[name] = (None, outcome_of(error, call))
                raise
            finally:
                del self._running[name]
                running.set_result(None)
        value, failed = self._ended[name]
        if failed is not None:
            raise failed
        return value

    def saved(self) -> dict[str, Known]:
        """The outcomes, for the next place."""
        return {name: [value, to_payload(error) if error else None] for name, (value, error) in self._ended.items()}

    def load(self, saved: dict[str, Known]) -> None:
        """The outcomes of the place before."""
        self._ended = {name: (value, from_payload(error) if error else None) for name, (value, error) in saved.items()}
