"""One log for all members of this kernel: what gathers while the disk is at work goes to it at once, with one sync."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

import structlog
from amino_dms.api import Clock
from amino_kernel.replication import log_items
from amino_kernel.replication.log_file import LogFile
from amino_kernel.replication.log_folder import LogFolder
from amino_kernel.replication.log_items import Item, StoredLog
from amino_kernel.replication.stored_snapshots import StoredSnapshot, StoredSnapshots
from amino_replication.state import Stored
from amino_wire.errors import KernelUnavailable, Outcome

log = structlog.get_logger(__name__)

T = TypeVar("T")
FILE_BYTES = 32 << 20
"""From this size on a file is followed by another one, into which all that counts is copied."""
_COPY_BYTES = 1 << 18
"""About so much is copied with the writes of a turn, so that no turn takes long."""
_RETRY_SECONDS = 0.5


class Disk(Protocol):
    """Where the log lies, and how its blocking work is done beside the loop."""

    @property
    def folder(self) -> LogFolder:
        """The files."""
        ...

    async def run(self, work: Callable[[], T]) -> T:
        """Does something to the log that blocks, one thing after another."""
        ...

    async def run_beside(self, work: Callable[[], T]) -> T:
        """Does something to snapshots that blocks: the log does not wait for it, however large they are."""
        ...

    def close(self) -> None:
        """Nothing is done any more."""
        ...


class Running(NamedTuple):
    """What the log asks of the members that run.

    Arguments:
        written: is told the number of the last record that the disk has.
        log_of: the log of a member, with all that its turns have written.
    """

    written: Callable[[int], None]
    log_of: Callable[[str], Stored]


class KernelLog:
    """See the file's docstring.

    Arguments:
        disk: where it lies.
        clock: of the kernel.
        file_bytes: from which size on a file is followed by another one.

    Raises:
        FrameInvalid: the log is damaged, or of a newer version.
    """

    def __init__(self, disk: Disk, clock: Clock, file_bytes: int = FILE_BYTES) -> None:
        self._disk, self._clock, self._file_bytes = disk, clock, file_bytes
        self._file = LogFile(disk.folder)
        self._snapshots = StoredSnapshots(disk.folder)
        self._resting: dict[str, StoredLog] = self._file.read()
        self._left = set(self._resting)
        self._unsure: set[str] = set()
        self._running: dict[str, int] = {}
        self._members: Running | None = None
        self._trouble = ""
        self._items: list[Item] = []
        self._added = 0
        self._number = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._removing: set[asyncio.Task[None]] = set()
        self._to_copy: deque[str] = deque(self._resting)
        self._copies_into = -1 if self._file.number else 0
        self._copied = 0
        self._copies = self._anew = False

    def use(self, members: Running) -> None:
        """The members that run are asked and told by these."""
        self._members = members

    @property
    def trouble(self) -> str:
        """Why the disk takes nothing now; empty: it does."""
        return self._trouble

    def begins(self, group: str, incarnation: int) -> None:
        """A member begins with nothing."""
        self._resting.pop(group, None)
        self._unsure.discard(group)
        self._running[group] = incarnation
        self._add(log_items.begins(group, incarnation))

    def goes_on(self, group: str, incarnation: int) -> None:
        """A member begins with what `stored` has given."""
        self._left.discard(group)
        self._resting.pop(group, None)
        self._running[group] = incarnation

    def rests(self, group: str, stored: Stored) -> None:
        """A member does not run any more, and may go on later."""
        incarnation = self._running.pop(group, None)
        if incarnation is not None:
            self._resting[group] = StoredLog(incarnation, stored)
            self._unsure.add(group)

    def forget(self, group: str) -> int:
        """No member of a group is here any more. The incarnation of that which was; 0: there was none."""
        resting = self._resting.pop(group, None)
        incarnation = self._running.pop(group, None) if resting is None else resting.incarnation
        self._unsure.discard(group)
        if incarnation is not None:
            self._add(log_items.forgotten(group))
            self._flush()
            task = asyncio.get_running_loop().create_task(self._removed(group, incarnation))
            self._removing.add(task)
            task.add_done_callback(self._removing.discard)
        return incarnation or 0

    def resting(self, group: str) -> StoredLog | None:
        """The log of a member that does not run; None: there is none."""
        return self._resting.get(group)

    def groups(self) -> list[str]:
        """Of all members that do not run and have run in this life of the kernel. The objects of others may be those of another store
        than the one which answers now, and nobody may take their logs for useless."""
        return [group for group in self._resting if group not in self._left]

    def write(self, number: int, record: bytes) -> None:
        """The record of a turn; `Running.written` is told when the disk has it."""
        self._add(log_items.record(record))
        self._number = number
        self._copy_some()
        self._flush()

    async def stored(self, group: str) -> tuple[StoredLog, StoredSnapshot] | None:
        """What the disk has of a member that does not run; None: nothing that it could go on with.

        Raises:
            KernelUnavailable: the disk cannot be read.
        """
        resting = self._resting.get(group)
        if resting is None:
            return None
        if group in self._unsure:
            for item in log_items.copied(group, resting):
                self._add(item)
            await self._all_kept()
            self._unsure.discard(group)
        snapshot = await self._run(partial(self._snapshots.newest, group, resting.incarnation))
        return None if snapshot is None else (resting, snapshot)

    async def found(self, group: str, incarnation: int, snapshot: StoredSnapshot) -> None:
        """As `keep`, of a founder: it counts as soon as the group is formed, before it has written anything."""
        if group not in self._running and group not in self._resting:
            self._resting[group] = StoredLog(incarnation, Stored())
            self._add(log_items.begins(group, incarnation))
            await self._all_kept()
        await self.keep(group, incarnation, snapshot)

    async def keep(self, group: str, incarnation: int, snapshot: StoredSnapshot) -> None:
        """Returns when the disk has a snapshot of a member that it knows.

        Raises:
            KernelUnavailable: it does not take it, or the member has been forgotten.
        """
        resting = self._resting.get(group)
        if incarnation != self._running.get(group, 0 if resting is None else resting.incarnation):
            raise refused("the member was forgotten meanwhile")
        await self._run(partial(self._snapshots.keep, group, incarnation, snapshot))

    def close(self) -> None:
        """Nothing is written any more."""
        for task in (self._task, *self._removing):
            if task is not None:
                task.cancel()
        self._disk.close()
        self._file.close()

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await self._disk.run_beside(work)
        except OSError as error:
            raise refused(str(error)) from error

    async def _removed(self, group: str, incarnation: int) -> None:
        with contextlib.suppress(OSError):
            await self._disk.run_beside(partial(self._snapshots.remove, group, incarnation))

    def _add(self, item: Item) -> None:
        self._items.append(item)
        self._added += 1

    def _all_kept(self) -> Awaitable[None]:
        waits = asyncio.get_running_loop().create_future()
        self._waiting.append((self._added, waits))
        self._flush()
        return waits

    def _flush(self) -> None:
        if self._task is None and self._items:
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._items:
                await self._append()
        finally:
            self._task = None

    async def _append(self) -> None:
        items, self._items = self._items, []
        while True:
            added, number = self._added - len(self._items), self._number
            try:
                await self._disk.run(partial(self._file.append, items, anew=self._anew))
                break
            except (OSError, MemoryError) as error:
                if not self._trouble:
                    log.error("the disk does not take the log of replicated objects; trying again", error=str(error))
                self._trouble = str(error)
                await self._clock.sleep(_RETRY_SECONDS)
                items, self._items = [*items, *self._items], []
        if self._trouble:
            self._trouble = ""
            log.warning("the disk takes the log of replicated objects again")
            if not self._copies_into:
                # Each failure begins another file: those before would gather.
                self._copies_into, self._to_copy = -1, deque([*self._running, *self._resting])
        self._anew = False
        if self._members is not None and number:
            self._members.written(number)
        while self._waiting and self._waiting[0][0] <= added:
            _, waits = self._waiting.popleft()
            if not waits.done():
                waits.set_result(None)
        await self._after(items)

    # old files

    async def _after(self, items: list[Item]) -> None:
        """Has files removed that are not needed any more, and another one begun where the last one has become large."""
        if self._copies_into < 0:
            self._copies_into, self._copied, self._copies = self._file.number, 0, True
        elif self._copies_into and log_items.whole_from(items) == self._copies_into:
            number, self._copies_into = self._copies_into, 0
            with contextlib.suppress(OSError):  # they go with the next ones
                await self._disk.run(partial(self._file.drop_before, number))
        elif not self._copies_into and self._file.length > max(self._file_bytes, 2 * self._copied):
            self._anew, self._copies_into = True, -1
            self._to_copy = deque([*self._running, *self._resting])

    def _copy_some(self) -> None:
        """Adds some of the members' logs as a whole, so that the files before are not needed any more."""
        if not self._copies:
            return
        size = 0
        while self._to_copy and size < _COPY_BYTES:
            group = self._to_copy.popleft()
            stored = self._now(group)
            if stored is not None:
                for item in log_items.copied(group, stored):
                    self._add(item)
                size += 64 + sum(16 + len(entry.data or b"") for entry in stored.log.entries)
        self._copied += size
        if not self._to_copy:
            self._copies = False
            self._add(log_items.whole(self._copies_into))

    def _now(self, group: str) -> StoredLog | None:
        incarnation = self._running.get(group)
        if incarnation is None or self._members is None:
            return self._resting.get(group)
        return StoredLog(incarnation, self._members.log_of(group))


def refused(reason: str) -> KernelUnavailable:
    """The error for what a disk does not take."""
    return KernelUnavailable(
        f"the disk of this kernel does not take the log of its replicated objects ({reason}): make room; the kernel goes on by itself",
        outcome=Outcome.NOT_RUN,
    )
