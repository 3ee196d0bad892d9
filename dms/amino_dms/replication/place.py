"""Where a replica stands in the log of its group, whichever log that is."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, Protocol

from amino_wire.errors import AminoError, KernelUnavailable, Outcome

from amino_dms.api import Arrival, InstanceKernel, Next, within
from amino_dms.api.delegation import Ending
from amino_dms.replication.ahead_entries import Ahead, Answered
from amino_dms.replication.batched_reads import BatchedReads
from amino_dms.replication.captures import Captures
from amino_dms.replication.entries import LoggedCall
from amino_dms.replication.group import Group
from amino_dms.replication.machine import Machine
from amino_dms.replication.poison import Poison
from amino_dms.replication.waiting import ending_of

LOOK_SECONDS: Final = 0.25
"""How long a call waits for news of the log before it looks who leads."""


class Over(Exception):
    """The log has ended for this manager, which leaves the chain."""


class GroupMember(Protocol):
    """The part of a place that goes through the log: `Member`, or `KernelMember`."""

    position: int

    @property
    def leads(self) -> bool: ...

    def want(self, call: LoggedCall, tell: Callable[[Ending | AminoError], None]) -> Callable[[], None]: ...

    def reading(self) -> AbstractAsyncContextManager[None]: ...

    def fail(self, error: Callable[[], AminoError]) -> None: ...

    async def run(self) -> None: ...


class Place(ABC):
    """Where the manager of one replica stands in the log. One entry is applied at a time, and each once.

    Arguments:
        kernel: of the instance manager.
        machine: the state that the log is applied to.
        every: after how many entries its state is captured, to go back to.
        unsaved: what becomes of the object while its state cannot be captured, for people.
    """

    def __init__(self, kernel: InstanceKernel, machine: Machine, every: int, unsaved: str) -> None:
        self._kernel, self._machine = kernel, machine
        self._applying = asyncio.Lock()
        self.captures = Captures(lambda: kernel.title, kernel.clock, unsaved)
        """Takes its state for others."""
        self.reads = BatchedReads(self._applying, kernel.spawn)
        """Reads of the state as it is."""
        self._awaited: list[tuple[int, asyncio.Future[None]]] = []
        self._loaded = self._over = self._detaching = False
        self._news = asyncio.Event()
        self.poison = Poison(kernel, machine, self, every)
        """Runs what stands in the log."""

    @property
    @abstractmethod
    def _through(self) -> GroupMember:
        """Its member."""

    @property
    @abstractmethod
    def group(self) -> Group:
        """The epoch, and the replica that leads in it, as far as this replica knows."""

    @property
    def leads(self) -> bool:
        """Whether this replica orders calls."""
        return self._through.leads

    @property
    def position(self) -> int:
        """The last position that is applied."""
        return self._through.position

    @abstractmethod
    async def begin(self, arrival: Arrival) -> None:
        """To be awaited in the manager's `on_create`."""

    @abstractmethod
    async def detach(self) -> None:
        """Applies the log to its end, which is the same for all replicas."""

    async def run(self) -> None:
        """Applies the log, until it is cancelled. Raises Over, and why this replica is of no use any more."""
        if not self._over:
            await self._through.run()

    def want(self, call: LoggedCall, tell: Callable[[Ending | AminoError], None]) -> Callable[[], None]:
        """Has a call put into the log; see `Member.want`. Raises KernelUnavailable where the replica has ended."""
        if self._over:
            raise self.group.elsewhere(self._kernel.title)
        return self._through.want(call, tell)

    async def ending(self, call: LoggedCall) -> Ending:
        """How a call ends; raises why nobody knows."""
        return await ending_of(self.want, call)

    def lends(self) -> None:  # noqa: B027
        """A read is answered by the manager: further ones may be lent to the object's gate, where the place does that."""

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[None]:
        """A block for a read; see `Member.reading`. Raises KernelUnavailable where the replica has ended."""
        if self._over:
            raise self.group.elsewhere(self._kernel.title)
        async with self._through.reading():
            yield

    @property
    def over(self) -> bool:
        """Whether this replica has ended."""
        return self._over

    @property
    def epoch(self) -> int:
        """That of the group, as far as this replica knows."""
        return self.group.epoch

    @abstractmethod
    async def put(self, entry: Ahead) -> None:
        """Has an entry appended, soon, if this replica leads; see `outside_calls.Line`."""

    async def look(self) -> None:
        """Returns when something was heard ahead, or after a moment."""
        self._news.clear()
        try:
            await within(self._kernel.clock, LOOK_SECONDS, self._news.wait())
        except TimeoutError:
            return

    def hear(self, entry: Ahead) -> None:
        """The log has an entry that calls wait for."""
        if not isinstance(entry, Answered):
            self.poison.hear(entry)
        elif self._machine.outside is not None:
            self._machine.outside.hear(entry)
        self._news.set()

    @abstractmethod
    async def point(self) -> int:
        """A position up to which everything is that has been answered to anybody before. Raises AminoError where nobody knows."""

    async def reached(self, position: int, seconds: float) -> None:
        """Returns when everything up to a position is applied here. Raises KernelUnavailable where it takes longer than so many seconds."""
        awaited = asyncio.get_running_loop().create_future()
        self._awaited.append((position, awaited))
        self._tell_awaiting()
        try:
            await within(self._kernel.clock, seconds, awaited)
        except TimeoutError:
            raise KernelUnavailable(
                f"this replica of {self._kernel.title} is at {self.position} and not yet at {position}; call again", outcome=Outcome.NOT_RUN
            ) from None
        finally:
            self._awaited = [each for each in self._awaited if each[1] is not awaited]

    def _tell_awaiting(self) -> None:
        for position, awaited in self._awaited:
            if awaited.done():
                continue
            if self._over:
                awaited.set_exception(self.group.elsewhere(self._kernel.title))
            elif position <= self.position:
                awaited.set_result(None)

    def end(self, error: AminoError | None = None) -> None:
        """The replica ends; calls that wait get the error, or hear that they may have run."""
        self._over = True
        self._through.fail(self._doubtful if error is None else lambda: error)
        self._tell_awaiting()

    def save(self) -> dict[str, Any]:
        """As `Part.save`."""
        return {"position": self.position, "over": self._over, "machine": self._machine.to_value()}

    def load(self, saved: dict[str, Any]) -> None:
        """As `Part.load`."""
        self._loaded = True
        self._through.position, self._over = saved["position"], saved["over"]
        self._machine.take_over(saved["machine"])
        self.poison.way_back.forget()

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[Next]:
        """Within the block this replica's state is the caller's; its value runs calls of the log."""
        async with self._kernel.applying(frozen=self._detaching) as next, self._applying:
            yield next
        if self._awaited:
            self._tell_awaiting()

    def _doubtful(self) -> AminoError:
        """The error for calls that wait when the replica ends."""
        return KernelUnavailable(f"a replica of {self._kernel.title} has ended; the call may have run, or run yet: call again")
