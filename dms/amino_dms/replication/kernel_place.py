"""A replica's place in a log that the kernels of its group keep among themselves."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from amino_replication.configuration import Configuration
from amino_replication.identity import MemberId
from amino_replication.settings import Settings
from amino_replication.state import Blank, Founding, Start
from amino_wire.errors import AminoError, KernelUnavailable, Outcome
from amino_wire.values import decode, encode

from amino_dms.api import Arrival, InstanceKernel, Snapshot, StoredMember
from amino_dms.replication.ahead_entries import Ahead, Skipped
from amino_dms.replication.entries import Calls, End, Entry, LoggedCall
from amino_dms.replication.group import Group
from amino_dms.replication.group_snapshot import GroupSnapshot, store_snapshot, stored_snapshot
from amino_dms.replication.kernel_member import KernelMember
from amino_dms.replication.lent_reads import LentReads
from amino_dms.replication.machine import Machine
from amino_dms.replication.member_work import Around
from amino_dms.replication.newer_disks import details
from amino_dms.replication.place import Over, Place
from amino_dms.replication.reading import Reading

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig

_log = logging.getLogger(__name__)

_LIVES = 1 << 16
"""How many members an instance may be, one after another: each chain of it has the next."""
_SETTINGS = Settings(heartbeat=0.1, suspect_after=0.6, lease=0.5)
"""Longer than the protocol's own: a busy machine of two cores lets a process wait for tenths of a second."""
_PAUSE = 0.5
_UNSAVED = "no replica can get it that does not have it; the others go on"
_UNSAVED_ON_DISK = f"{_UNSAVED}, and the log on their disks grows with each call"
_CHECKS = 100
"""Of how many checks it is remembered which members were called before them."""
_POINT_SECONDS = 2.0
"""How long the leader may take to say how far everything is."""
_HEARTBEATS = 4
"""So many heartbeats the leader stays after the log's end, so that the others hear of it."""


class KernelPlace(Place):
    """See `Place`. The coordinator has it begin, as a founder of the group or as a member that joins it."""

    def __init__(self, config: ConsensusConfig, kernel: InstanceKernel, machine: Machine) -> None:
        super().__init__(kernel, machine, config.compare, _UNSAVED_ON_DISK if config.durable else _UNSAVED)
        self._config = config
        around = Around(
            entry=self._calls,
            not_leading=lambda: self.group.elsewhere(kernel.title),
            doubtful=self._doubtful,
            ask=self._ask,
            ahead=self.hear,
            differs=self._differs,
            spawn=kernel.spawn,
            first_request=kernel.random.getrandbits(60),
            refused=self._refused,
            title=lambda: kernel.title,
            captures=self.captures,
            pause=lambda: kernel.clock.sleep(_PAUSE),
            keep=self._keep if config.durable else None,
            quorum=config.read is Reading.QUORUM,
        )
        self._member = KernelMember(self, around)
        self._lent = LentReads(kernel, _SETTINGS.heartbeat, lambda: self._member.seat, lambda: self._member.position)
        self._sits: asyncio.Future[None] | None = None
        self._incarnation = 0
        self._at_end = False
        self._called: dict[int, frozenset[str]] = {}
        settings = replace(_SETTINGS, durable=config.durable)
        self._settings = replace(settings, checksum_every=config.compare, snapshot_every=config.snapshot)

    @property
    def _through(self) -> KernelMember:
        return self._member

    @property
    def group(self) -> Group:
        seat = self._member.seat
        leader = None if seat is None else seat.leader
        numbers = [each.number for each in self._kernel.replicas() if leader is not None and each.node == leader.kernel]
        return Group(0 if seat is None else seat.epoch, numbers[0] if len(numbers) == 1 else -1)

    async def begin(self, arrival: Arrival) -> None:
        if not self._loaded:
            await store_snapshot(self._kernel, GroupSnapshot(0, await self._kernel.capture()), await stored_snapshot(self._kernel))
        elif arrival is Arrival.ATTACHED and self._incarnation:
            self._sit(Blank())  # where the chain before sat

    async def sit(self, founding: bool, known: bytes | None) -> MemberId:
        """Begins to be a member, unless it is one; its name.

        Raises:
            KernelUnavailable: the replica has ended, or its disk takes nothing, or knows more of the group than the coordinator.
        """
        if self._over:
            raise self._doubtful()
        if self._member.seat is None:
            if self._sits is None or self._sits.done():
                self._sits = asyncio.get_running_loop().create_future()
                # It may take longer than the coordinator waits for an answer.
                self._kernel.spawn(self._take_seat(founding, known, self._sits))
            await asyncio.shield(self._sits)
        return self._me

    async def _take_seat(self, founding: bool, known: bytes | None, sits: asyncio.Future[None]) -> None:
        error: AminoError = self._doubtful()
        try:
            configuration = None if known is None else Configuration.decode(known)
            stored = None if founding or configuration is None else await self._stored(configuration)
            if stored is None:
                await self._sit_anew(founding)
            else:
                await self.install(stored.position, stored.state)
                self._incarnation = stored.me.incarnation
                self._sit(stored.log)
            sits.set_result(None)
        except AminoError as raised:
            error = raised
        finally:
            if not sits.done():
                sits.set_exception(error)
                sits.exception()  # nobody may wait for it any more

    async def _stored(self, known: Configuration) -> StoredMember | None:
        """The member that this kernel's disk has, if the group still counts on it."""
        stored = await self._kernel.stored_member() if self._settings.durable else None
        if stored is not None and stored.log.epoch > known.epoch:
            raise KernelUnavailable(
                f"the disk of {self._kernel.node.id} has epoch {stored.log.epoch} of {self._kernel.title}, the coordinator"
                f" epoch {known.epoch}: another one has taken over, or the store is an older copy",
                details=details(stored.me, stored.log.epoch),
            )
        # A member that left stays until the epoch is complete: only it may have what was answered.
        return stored if stored is None or known.holds(stored.me) or stored.me in known.former else None

    async def _sit_anew(self, founding: bool) -> None:
        """As a member that nobody has known before."""
        # An earlier group of the same object may have had a member here, in the same epoch of the object.
        before = self._kernel.forget_member() if self._settings.durable else 0
        self._incarnation = max(self._kernel.epoch * _LIVES, self._incarnation + 1, before + 1)
        if founding and self._settings.durable:
            # It counts from the first entry on, and so must find again what that is applied to.
            await self._kernel.keep_snapshot(self._me, 0, 0, (await self.snapshot())[1], founding=True)
        self._sit(Founding() if founding else Blank())

    async def _keep(self, index: int, epoch: int, state: bytes) -> None:
        await self._kernel.keep_snapshot(self._me, index, epoch, state)

    def forget(self) -> None:
        """The replica ends, and with it what the disk has of it."""
        self.end()
        if self._settings.durable:
            self._kernel.forget_member()

    async def point(self) -> int:
        leader = self.group.leader
        if leader != self._kernel.replica and leader >= 0:
            return int(await self._kernel.instance_manager(leader).call("point", budget=_POINT_SECONDS))
        async with self.reading():
            return self.position

    def configured(self, configuration: bytes) -> None:
        """Hears of a decision of the coordinator."""
        self._member.configured(configuration)

    async def finish(self, incarnation: int) -> None:
        """Ends the log of the group in which the replica is that member, if it leads; returns when it has applied the end."""
        while not self._at_end:
            if incarnation != self._incarnation or self._over:
                raise self._doubtful()
            if self._member.leads:
                self._member.propose(End())
            await self._kernel.clock.sleep(self._settings.heartbeat)

    def lends(self) -> None:
        if self._config.read is Reading.LEADER:
            self._lent.passed()

    async def detach(self) -> None:
        self._detaching = True
        with suppress(AminoError):
            await self._lent.end()
        clock, beat = self._kernel.clock, self._settings.heartbeat
        try:
            while not self._over:
                if self._member.leads:
                    self._member.propose(End())
                await clock.sleep(beat)
                await self._member.catch_up()
        except Over:
            await clock.sleep(_HEARTBEATS * beat)
        finally:
            self._detaching = False

    def end(self, error: AminoError | None = None) -> None:
        super().end(error)
        seat = self._member.seat
        if seat is None:
            return
        self._member.gone()
        if self._kernel.goes_on:
            seat.rest(self._member.undone())
        else:
            seat.leave()

    def save(self) -> dict[str, Any]:
        incarnation = self._incarnation if self._member.seat is not None else 0
        return {**super().save(), "incarnation": incarnation, "at_end": self._at_end}

    def load(self, saved: dict[str, Any]) -> None:
        super().load(saved)
        self._incarnation, self._at_end = saved["incarnation"], saved["at_end"]

    async def apply(self, position: int, entry: Entry | None) -> None:
        """See `amino_dms.replication.member_work.Machine`."""
        async with self._turn() as next:
            if self._over:
                raise Over
            if position != self._member.position + 1:
                return
            if isinstance(entry, Calls):
                await self.poison.run(entry, next, self._member.ended, position)
            elif isinstance(entry, Skipped):
                self.poison.check(entry)
            self._member.position = position
            if isinstance(entry, End):
                self._over = self._at_end = True
                self._member.fail(lambda: self.group.elsewhere(self._kernel.title))
                raise Over

    async def put(self, entry: Ahead) -> None:
        if self._member.leads:
            self._member.propose(entry)

    async def checksum(self) -> bytes:
        """See there."""
        async with self._turn():
            self._called[self._member.position] = frozenset(self._machine.called)
            self._machine.called.clear()
            for position in sorted(self._called)[:-_CHECKS]:
                del self._called[position]
            return await self._machine.checksum() or b""

    async def snapshot(self) -> tuple[int, bytes]:
        """See there."""
        async with self._turn():
            return self._member.position, encode((await self._kernel.capture()).to_value())

    async def install(self, position: int, data: bytes) -> None:
        """See there."""
        async with self._turn():
            snapshot = Snapshot.from_value(decode(data))
            await self._kernel.install(snapshot)
            self._machine.take_over(snapshot.parts[self._kernel.manager]["machine"])
            self.poison.way_back.forget()
            self._member.position = position

    def _calls(self, calls: tuple[LoggedCall, ...]) -> Calls:
        epoch = self.group.epoch
        self.poison.leads_in(epoch)
        return Calls(epoch, self._machine.next_time_ns(), calls)

    def _refused(self, reason: str) -> AminoError:
        return KernelUnavailable(
            f"the disk of {self._kernel.node.id} takes no call of {self._kernel.title} ({reason}): make room; it goes on by itself",
            outcome=Outcome.NOT_RUN,
        )

    def _differs(self, member: str, since: int, index: int) -> None:
        called = sorted({name for position, names in self._called.items() if since < position <= index for name in names})
        _log.warning(
            "the state of replica %s of %s differs at %d; called since it was equal: %s",
            member,
            self._kernel.title,
            index,
            ", ".join(called),
        )

    @property
    def _me(self) -> MemberId:
        return MemberId(self._kernel.node.id, self._incarnation)

    def _sit(self, start: Start) -> None:
        self._member.take(self._kernel.seat(self._me, self._settings, start, self._member.hear))

    async def _ask(self, method: str, *args: Any) -> bytes | None:
        answer: bytes | None = await self._kernel.coordinator().call(method, *args, budget=2.0)
        return answer
