"""Calls that fail on every replica, such as one with an endless loop: all skip them with one error, and the group goes on."""

from __future__ import annotations

import asyncio
import logging
from typing import Final, Protocol

from amino_wire.errors import AminoError, Outcome, as_error, to_payload

from amino_dms.api import InstanceKernel, Next
from amino_dms.replication.ahead_entries import Failed, Skipped
from amino_dms.replication.entries import Calls
from amino_dms.replication.group import Group
from amino_dms.replication.machine import CallFailed, Ended, Machine
from amino_dms.replication.outside_calls import Line
from amino_dms.replication.rewinding import Rewinding
from amino_dms.replication.verdicts import Fare, Key, Verdict, answered_nobody, verdict

_log = logging.getLogger(__name__)

_QUESTION_SECONDS: Final = 1.0
LONGER: Final = 4
"""So many times longer a call may run that a leader may have answered which has ended without a word."""


class GroupLine(Line, Protocol):
    """The log, and who leads."""

    @property
    def group(self) -> Group: ...

    @property
    def position(self) -> int:
        """The last position that is applied."""
        ...


class Poison:
    """Runs the entries of one replica. Where a call fails, the replica goes back to where it was before the entry, and waits for
    the verdict of the leader, which is an entry of the log: so a replica that comes later skips the call as well.

    Arguments:
        kernel, machine: of the replica.
        line: the log.
        every: after how many entries the state is captured anew.
    """

    def __init__(self, kernel: InstanceKernel, machine: Machine, line: GroupLine, every: int) -> None:
        self._kernel, self._machine, self._line = kernel, machine, line
        self.way_back = Rewinding(kernel, machine, every)
        self._running: int | None = None
        self._failed: dict[Key, AminoError] = {}
        self._notes: dict[Key, set[int]] = {}
        self._led: set[int] = set()

    def hear(self, entry: Skipped | Failed) -> None:
        """The log has a verdict, or a leader's word that it has failed."""
        key = entry.position, entry.session, entry.number
        if isinstance(entry, Skipped):
            self._machine.skips.setdefault(key, entry.ending())
        else:
            self._notes.setdefault(key, set()).add(entry.epoch)

    def leads_in(self, epoch: int) -> None:
        """This replica orders calls in an epoch."""
        self._led.add(epoch)

    async def run(self, entry: Calls, next: Next, ended: Ended, position: int) -> None:
        """Runs the calls of an entry; those that all skip end with the error of the verdict.

        Raises:
            AminoError: this replica is of no use.
        """
        await self.way_back.before(position)
        self._forget()
        self._running = position
        try:
            while not await self._ran(entry, next, ended, position):
                pass
        finally:
            self._running, self._machine.times = None, 1
        self._failed = {key: error for key, error in self._failed.items() if key[0] != position}
        self.way_back.after(position, entry)

    async def _ran(self, entry: Calls, next: Next, ended: Ended, position: int) -> bool:
        """Whether the entry is run; else this replica is back where it was before."""
        try:
            await self._machine.run(entry, next, ended, position)
        except CallFailed as failed:
            goes_on = await self._goes_on((position, *failed.call.key), entry.epoch, failed)
            if not goes_on or not await self.way_back.back(next):
                raise failed.error from None
            return False
        return True

    def check(self, entry: Skipped) -> None:
        """A verdict is applied, in its turn. Raises where this replica has run the call before it heard of that."""
        key = entry.position, entry.session, entry.number
        if not self._machine.has_skipped(key):
            raise as_error(
                RuntimeError(f"it has run a call at position {entry.position}, which failed on the others and is skipped by them")
            )

    def fared(self, key: Key) -> Fare:
        """What became of a call here."""
        if key in self._failed or self._machine.has_skipped(key):
            return Fare.FAILED
        if self._line.position >= key[0]:
            return Fare.RAN
        return Fare.RUNS if self._running == key[0] else Fare.BEFORE

    async def _goes_on(self, key: Key, entry_epoch: int, failed: CallFailed) -> bool:
        """Whether the entry is to be run again here: all skip the call, or it gets more time."""
        self._failed[key] = failed.error
        noted = -1
        while key not in self._machine.skips:
            line = self._line
            if line.over or self.way_back.floor < 0:
                return False
            if not line.leads:
                if await self._ask(line.group.leader, key) is Fare.RAN:
                    return False
            elif noted != line.epoch:
                self._led.add(line.epoch)
                noted = line.epoch
                await line.put(Failed(noted, *key))
            else:
                match await self._decided(key, entry_epoch):
                    case Verdict.SKIP:
                        await self._skip(key, failed)
                    case Verdict.GIVE_UP:
                        return False
                    case Verdict.LONGER:
                        self._machine.times = LONGER
                        return True
                    case Verdict.WAIT:
                        pass
            await line.look()
        return True

    async def _decided(self, key: Key, entry_epoch: int) -> Verdict:
        line = self._line
        others = [replica.number for replica in self._kernel.replicas() if replica.number != self._kernel.replica]
        found = verdict(await asyncio.gather(*(self._ask(number, key) for number in others)))
        sure = answered_nobody(entry_epoch, line.epoch, self._notes.get(key, ()), self._led)
        return Verdict.LONGER if found is Verdict.SKIP and not sure and self._machine.times < LONGER else found

    async def _ask(self, number: int, key: Key) -> Fare:
        if number < 0 or number == self._kernel.replica:
            return Fare.SILENT
        try:
            return Fare(await self._kernel.instance_manager(number).call("fared", *key, budget=_QUESTION_SECONDS))
        except AminoError:
            return Fare.SILENT

    async def _skip(self, key: Key, failed: CallFailed) -> None:
        position, method = key[0], failed.call.method
        error = skipping_error(failed.error, method, self._kernel.title, position)
        await self._line.put(Skipped(*key, to_payload(error)))
        _log.warning("%s", error.message)
        self._kernel.spawn(self._told(method, position, failed.error.message))

    async def _told(self, method: str, position: int, reason: str) -> None:
        try:
            await self._kernel.coordinator().call("skipped", method, position, reason)
        except AminoError:
            return  # the kernel's own log has it

    def _forget(self) -> None:
        floor = self.way_back.floor if self.way_back.floor >= 0 else self._line.position
        if self._machine.skips or self._notes or self._failed:
            self._machine.forget_skips(floor)
            self._notes = {key: epochs for key, epochs in self._notes.items() if key[0] > floor}
            self._failed = {key: error for key, error in self._failed.items() if key[0] > floor}
        if self._machine.outside is not None:
            self._machine.outside.forget(floor)


def skipping_error(error: AminoError, method: str, title: str, position: int) -> AminoError:
    """What the caller of such a call is told."""
    text = (
        f"{method} of {title}, at position {position} of its log, fails on every replica and is skipped by all; it has changed"
        f" nothing: {error.message}"
    )
    return type(error)(text, type=error.type, details=error.details, outcome=Outcome.RAN)
