"""All members of groups on this kernel, a turn at a time: one frame for each other kernel, whatever the number of groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog
from amino_dms.api import Clock
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.replication.kernel_log import Disk, KernelLog, Running
from amino_kernel.replication.leftovers import Leftovers
from amino_replication.effects import Effect, Removed
from amino_replication.events import Event
from amino_replication.identity import MemberId
from amino_replication.leader import Lease
from amino_replication.member import Member
from amino_replication.settings import Settings
from amino_replication.state import Start, Stored
from amino_replication.turns import Done, Turns
from amino_wire.errors import ArgumentInvalid

log = structlog.get_logger(__name__)

Listener = Callable[[Effect], None]
"""Hears of the effects of its member, in their order; it only takes note of them."""


class FrameSender(Protocol):
    """Brings frames to other kernels."""

    def send(self, kernel_id: str, frame: bytes) -> None:
        """Begins to send a frame. It may be lost."""
        ...


class Groups:
    """Serves the members of this kernel.

    Arguments:
        clock: the kernel's.
        sender: brings frames to other kernels.
        disk: where durable members write; None: this kernel can have none.

    Raises:
        FrameInvalid: the log on the disk is damaged.
    """

    def __init__(self, clock: Clock, sender: FrameSender, disk: Disk | None = None) -> None:
        self._clock, self._sender = clock, sender
        self.log = None if disk is None else KernelLog(disk, clock)
        if self.log is not None:
            self.log.use(Running(self._written, self._log_of))
        self._turns = Turns()
        self._listeners: dict[str, Listener] = {}
        self._resting: dict[str, _Resting] = {}
        self._paths: dict[str, str] = {}
        self._finishing = False
        self._gathering: list[Callable[[], None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due = 0.0

    def join(self, group: str, path: str, me: MemberId, settings: Settings, start: Start, listener: Listener) -> Seat:
        """A member begins to live here; a member that rests goes on with another listener. Another member of the replica ends with that.

        Arguments:
            group: whose.
            path: of the replica.
            me, settings, start: see `Member`.
            listener: takes note of its effects.

        Raises:
            ArgumentInvalid: a member of another replica of the same group lives here.
        """
        if self._turns.member(group) is not None:
            self._check(group, path)
        self._paths[group] = path
        resting = self._resting.pop(group, None)
        if resting is not None and resting.me == me:
            self._listeners[group] = listener
            for effect in resting.undone:
                listener(effect)
            return Seat(self, group, me, resting.member)
        self._turns.remove(group)
        if settings.durable:
            self._begins_on_disk(group, me, start)
        member = Member(me, settings, start, self._clock.now())
        self._turns.add(group, me, member)
        self._listeners[group] = listener
        self._soon()
        return Seat(self, group, me, member)

    def now(self) -> float:
        """The kernel's clock, in seconds."""
        return self._clock.now()

    def rest(self, group: str, me: MemberId, member: Member, undone: list[Effect]) -> None:
        """The listener of a member has ended, and another one comes."""
        if self._turns.member(group) is member:
            self._resting[group] = resting = _Resting(me, member, list(undone))
            self._listeners[group] = resting.undone.append

    def leave(self, group: str, member: Member, *, forgets: bool = False) -> None:
        """The member does not live here any more. With `forgets` it never goes on; without, a durable one may."""
        if self._turns.member(group) is member:
            self._stop(group, member)
        if forgets and self.log is not None and self._turns.member(group) is None:
            self.log.forget(group)

    @property
    def trouble(self) -> str:
        """Why the disk takes nothing of durable members now; empty: it does."""
        return "" if self.log is None else self.log.trouble

    async def tidy(self, oms: OmsClient) -> None:
        """Has the disk forget objects that are gone; runs until cancelled."""
        await Leftovers(self.log, oms, self._clock).run()

    def disk_log(self) -> KernelLog:
        """Where durable members write. Raises ArgumentInvalid where this kernel can have none."""
        if self.log is None:
            raise ArgumentInvalid("this kernel has no disk for the logs of durable groups: start it with a data folder")
        return self.log

    def stop(self, group: str, path: str) -> None:
        """A replica is to begin: a member of an earlier instance of it ends, and may go on with what it has written.

        Raises:
            ArgumentInvalid: a member of another replica of the same group lives here.
        """
        member = self._turns.member(group)
        if member is None:
            return
        self._check(group, path)
        self._stop(group, member)

    def _stop(self, group: str, member: Member) -> None:
        self._turns.remove(group)
        self._listeners.pop(group, None)
        self._paths.pop(group, None)
        self._resting.pop(group, None)
        if self.log is not None:
            self.log.rests(group, _stored(member))

    def _begins_on_disk(self, group: str, me: MemberId, start: Start) -> None:
        disk_log = self.disk_log()
        if isinstance(start, Stored):
            disk_log.goes_on(group, me.incarnation)
        else:
            disk_log.begins(group, me.incarnation)

    def _written(self, number: int) -> None:
        self._turns.written(number, self._clock.now())
        self._soon()

    def _log_of(self, group: str) -> Stored:
        member = self._turns.member(group)
        return Stored() if member is None else _stored(member)

    def _check(self, group: str, path: str) -> None:
        if self._paths[group] != path:
            raise ArgumentInvalid(f"this kernel has replica {self._paths[group]} of the object {group}: replica {path} has no place here")

    def handle(self, group: str, member: Member, event: Event) -> None:
        """Something has happened to a member."""
        if self._turns.member(group) is member:
            self._turns.handle(group, event, self._clock.now())
            self._soon()

    def soon(self, gather: Callable[[], None]) -> None:
        """Something has gathered for a member: `gather` hands it over at the end of this turn."""
        self._gathering.append(gather)
        self._soon()

    def received(self, frame: bytes) -> None:
        """A frame of another kernel has come. Raises FrameInvalid where it cannot be read."""
        self._turns.received(frame, self._clock.now())
        self._soon()

    def unreachable(self, kernel_id: str) -> None:
        """No frame gets to a kernel."""
        self._turns.unreachable(kernel_id, False, self._clock.now())
        self._soon()

    def close(self) -> None:
        """Nothing happens any more."""
        self._listeners.clear()
        self._turns = Turns()
        if self._timer is not None:
            self._timer.cancel()
        if self.log is not None:
            self.log.close()

    def _soon(self) -> None:
        if not self._finishing:
            self._finishing = True
            asyncio.get_running_loop().call_soon(self._finish)

    def _finish(self) -> None:
        gathering, self._gathering = self._gathering, []
        for gather in gathering:
            try:
                gather()
            except Exception as error:  # the other groups go on
                log.error("calls that had gathered for a member of a replicated object are lost", error=repr(error))
        self._finishing = False
        try:
            self._do(self._turns.finish(self._clock.now()))
        finally:
            self._wake_at(self._turns.due)

    def _do(self, done: Done) -> None:
        for kernel_id, frames in done.frames.items():
            for frame in frames:
                self._sender.send(kernel_id, frame)
        if done.write is not None and self.log is not None:
            self.log.write(*done.write)
        for group, error in done.failed:
            log.error("a member of a replicated object stops", object=group, error=error.message)
            listener = self._listeners.pop(group, None)
            self._paths.pop(group, None)
            if self.log is not None:
                self.log.forget(group)
            if listener is not None:
                listener(Removed(0))
        for group, effect in done.effects:
            listener = self._listeners.get(group)
            if listener is not None:
                listener(effect)

    def _wake_at(self, due: float) -> None:
        if self._timer is not None:
            # Each turn of a busy group moves its time a little: a timer that is early looks again.
            if self._timer_due <= due:
                return
            self._timer.cancel()
            self._timer = None
        if due < float("inf"):
            self._timer_due = due
            self._timer = asyncio.get_running_loop().call_later(max(0.0, due - self._clock.now()) + 1e-4, self._timed)

    def _timed(self) -> None:
        self._timer = None
        self._soon()


@dataclass(frozen=True, slots=True)
class _Resting:
    me: MemberId
    member: Member
    undone: list[Effect]


def _stored(member: Member) -> Stored:
    log = member.log
    return Stored(member.epoch, log.base, log.base_epoch, log.between(log.base, log.last))


class Seat:
    """The place of one member on this kernel. See `amino_dms.api.Seat`."""

    def __init__(self, groups: Groups, group: str, me: MemberId, member: Member) -> None:
        self._groups, self._group, self._me, self._member = groups, group, me, member

    @property
    def leads(self) -> bool:
        return self._member.leads

    @property
    def leader(self) -> MemberId | None:
        return self._member.leader

    @property
    def epoch(self) -> int:
        return self._member.epoch

    def lease(self) -> Lease | None:
        return self._member.lease(self._groups.now())

    def lent(self, until: float) -> None:
        self._member.lent(until)

    def handle(self, event: Event) -> None:
        self._groups.handle(self._group, self._member, event)

    def soon(self, gather: Callable[[], None]) -> None:
        self._groups.soon(gather)

    def rest(self, undone: list[Effect]) -> None:
        self._groups.rest(self._group, self._me, self._member, undone)

    @property
    def trouble(self) -> str:
        return self._groups.trouble

    def leave(self, *, forgets: bool = False) -> None:
        self._groups.leave(self._group, self._member, forgets=forgets)
