"""Histories with times, and their judge: writes are linearizable, reads are old at most by a bound, and no client goes back in time. Pure.

All clients add positive amounts to one counter, so that its values are its versions: a higher one is a later one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from amino_testkit.histories.history import History, Operation
from amino_testkit.histories.linearizability import is_linearizable

FOREVER: Final = float("inf")


@dataclass(eq=False, slots=True)
class Span:
    """An operation, and when it was asked and told, in seconds of one clock that all share."""

    operation: Operation
    begun: float
    ended: float = FOREVER

    @property
    def value(self) -> int | None:
        """The counter's value that its client was told; None: none."""
        return self.operation.out if self.operation.status == "ok" else None


class TimedHistory(History):
    """Operations with their times.

    Arguments:
        now: seconds.
        doubled: as of `History`.
    """

    def __init__(self, now: Callable[[], float], *, doubled: bool = False) -> None:
        super().__init__(doubled=doubled)
        self.spans: list[Span] = []
        self._seconds = now

    @asynccontextmanager
    async def operation(self, client: int, key: str, f: str, arg: Any = None) -> AsyncGenerator[Operation]:
        """See `History.operation`."""
        begun = self._seconds()
        async with super().operation(client, key, f, arg) as operation:
            span = Span(operation, begun)
            self.spans.append(span)
            try:
                yield operation
            finally:
                span.ended = self._seconds()

    def of(self, f: str) -> list[Span]:
        """Those that were told, in the order in which they were asked."""
        return [span for span in self.spans if span.operation.f == f and span.value is not None]

    def writes(self) -> History:
        """The additions alone."""
        found = History(doubled=self.doubled)
        found.operations = [operation for operation in self.operations if operation.f == "add"]
        return found


def faults_of(history: TimedHistory, stale: float) -> list[str]:
    """Why a history of one counter is wrong; empty: it is right.

    Arguments:
        history: of operations `add` and `read`.
        stale: how many seconds old a read may be.
    """
    found = [] if is_linearizable(history.writes(), "counter") else ["the additions are not linearizable"]
    for read in history.of("read"):
        found += _faults_of_read(history, read, stale)
    return found


def _faults_of_read(history: TimedHistory, read: Span, stale: float) -> list[str]:
    assert read.value is not None
    value, client, found = read.value, read.operation.client, list[str]()
    what = f"client {client} read {value} at {read.begun:.3f}"
    adds = history.of("add")
    made = {add.value: add for add in adds}
    unknown = any(span.operation.f == "add" and span.operation.status == "info" and span.begun <= read.ended for span in history.spans)
    if value not in made and value and not unknown:
        found.append(f"{what}, which never was")
    if value in made and made[value].begun > read.ended:
        found.append(f"{what}, which was added later")
    missed = [add for add in adds if add.ended <= read.begun - stale and (add.value or 0) > value]
    if missed:
        found.append(f"{what}, and {missed[-1].value} was told at {missed[-1].ended:.3f}, more than {stale:g} s before")
    own = [span for span in (*adds, *history.of("read")) if span.operation.client == client and span.ended <= read.begun]
    later = [span for span in own if (span.value or 0) > value]
    if later:
        found.append(f"{what}, and had been told {max(span.value or 0 for span in later)} before")
    return found
