"""Answers of a played object that wait until their state is stored (`docs/bridge.md`, section 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from amino_wire.errors import AminoError, KernelUnavailable, from_payload, to_payload
from amino_wire.unheard import may_be_unheard


class PlayedWithheld:
    """See the class `Withheld` of the JVM half."""

    def __init__(self) -> None:
        self.tell: Callable[[int], object] = _nobody
        """Says that something is withheld, up to a mark."""
        self.capture: Callable[[], None] | None = None
        """Has the gate capture the state; None: the Python half fetches it."""
        self._mark = self._stored = 0
        self._sent = 0
        self._told = self._over = self._queued = False
        self._failed, self._why = 0, AminoError("")
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    @property
    def open(self) -> int:
        """Marks whose changes are not stored."""
        return self._mark - self._stored

    def begin(self) -> None:
        """The Python half begins to withhold: all that has changed so far is stored."""
        self._told, self._sent = False, 0
        self.settle(None, None)

    def take(self, *, changes: bool) -> asyncio.Future[None] | None:
        """A call has run; what it waits for, or None where nothing is unsaved."""
        self._mark += changes
        if self._mark == self._stored and not self._over:
            return None
        waiting = asyncio.get_running_loop().create_future()
        waiting.add_done_callback(may_be_unheard)
        self._waiting.append((self._mark, waiting))
        if self._over:
            self.end()
        elif not changes and self._mark <= self._failed:
            # No save is under way that would cover what this one has read.
            waiting.set_exception(from_payload(to_payload(self._why)))
            self._waiting.pop()
        elif changes and not self._told:
            self._told = True
            if self.capture is None:
                self.tell(self._mark)
            else:
                self._capture_soon()
        return waiting

    def _capture_soon(self) -> None:
        if self.capture is not None and not self._queued and not self._sent:
            self._queued = True
            self.capture()

    def captures(self) -> int | None:
        """The gate captures the state now: its mark, or None where that need not be."""
        self._queued = False
        if not self._told or self._sent:
            return None
        self._told, self._sent = False, self._mark
        return self._mark

    def captured(self) -> int:
        """The state is captured; the mark of the last change that it has."""
        self._told = False
        return self._mark

    def settle(self, mark: int | None, error: AminoError | None) -> None:
        """The state of a mark is stored, or could not be; None: all that waits now."""
        up_to = self._mark if mark is None else mark
        if error is None:
            self._stored = max(self._stored, up_to)
            self._sent = 0 if up_to >= self._sent else self._sent
            if self._told:
                self._capture_soon()
        else:
            self._told, self._sent = False, 0
            self._failed, self._why = max(self._failed, min(up_to, self._mark)), error
        leaving = [waiting for each, waiting in self._waiting if each <= up_to]
        self._waiting = [(each, waiting) for each, waiting in self._waiting if each > up_to]
        for waiting in leaving:
            if not waiting.done():
                if error is None:
                    waiting.set_result(None)
                else:
                    waiting.set_exception(from_payload(to_payload(error)))

    def end(self) -> None:
        """The object is no more."""
        self._over = True
        self.settle(None, KernelUnavailable("the object has ended here before its state was stored; the call has run, and may be lost"))


def _nobody(_mark: int) -> None:
    """Nothing is withheld before the Python half asks for it."""
