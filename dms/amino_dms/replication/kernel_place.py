"""A replica's place in a log that the kernels of its group keep among themselves."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from amino_replication.identity import MemberId
from amino_replication.settings import Settings
from amino_replication.state import Blank, Founding
from amino_wire.errors import AminoError
from amino_wire.values import decode, encode

from amino_dms.api import Arrival, InstanceKernel, Snapshot
from amino_dms.replication.entries import Calls, End, Entry
from amino_dms.replication.group import Group
from amino_dms.replication.group_snapshot import GroupSnapshot, store_snapshot, stored_snapshot
from amino_dms.replication.kernel_member import KernelMember
from amino_dms.replication.lent_reads import LentReads
from amino_dms.replication.machine import Machine
from amino_dms.replication.member_work import Around
from amino_dms.replication.place import Over, Place

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig

_log = logging.getLogger(__name__)

_LIVES = 1 << 16
"""How many members an instance may be, one after another: each chain of it has the next."""
_SETTINGS = Settings(heartbeat=0.1, suspect_after=0.6, lease=0.5)
"""Longer than the protocol's own: a busy machine of two cores lets a process wait for tenths of a second."""
_CHECKS = 100
"""Of how many checks it is remembered which members were called before them."""
_HEARTBEATS = 4
"""So many heartbeats the leader stays after the log's end, so that the others hear of it."""


class KernelPlace(Place):
    """See `Place`. The coordinator has it begin, as a founder of the group or as a member that joins it."""

    def __init__(self, config: ConsensusConfig, kernel: InstanceKernel, machine: Machine) -> None:
        super().__init__(kernel, machine)
        around = Around(
            entry=lambda calls: Calls(self.group.epoch, machine.next_time_ns(), calls),
            not_leading=lambda: self.group.elsewhere(kernel.title),
            doubtful=self._doubtful,
            ask=self._ask,
            differs=self._differs,
            spawn=kernel.spawn,
            first_request=kernel.random.getrandbits(60),
        )
        self._member = KernelMember(self, around)
        self._lent = LentReads(kernel, _SETTINGS.heartbeat, lambda: self._member.seat, lambda: self._member.position)
        self._incarnation = 0
        self._called: dict[int, frozenset[str]] = {}
        self._settings = replace(_SETTINGS, checksum_every=config.compare, snapshot_every=config.snapshot)

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
            self._sit(founding=False)  # where the chain before sat

    def sit(self, founding: bool) -> MemberId:
        """Begins to be a member, unless it is one; its name. Raises KernelUnavailable where the replica has ended."""
        if self._over:
            raise self._doubtful()
        if self._member.seat is None:
            self._incarnation = max(self._kernel.epoch * _LIVES, self._incarnation + 1)
            self._sit(founding)
        return self._me

    def configured(self, configuration: bytes) -> None:
        """Hears of a decision of the coordinator."""
        self._member.configured(configuration)

    def lends(self) -> None:
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
        return {**super().save(), "incarnation": self._incarnation}

    def load(self, saved: dict[str, Any]) -> None:
        super().load(saved)
        self._incarnation = saved["incarnation"]

    async def apply(self, position: int, entry: Entry | None) -> None:
        """See `amino_dms.replication.member_work.Machine`."""
        async with self._turn() as next:
            if self._over:
                raise Over
            if position != self._member.position + 1:
                return
            if isinstance(entry, Calls):
                await self._machine.run(entry, next, self._member.ended)
            self._member.position = position
            if isinstance(entry, End):
                self._over = True
                self._member.fail(lambda: self.group.elsewhere(self._kernel.title))
                raise Over

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
            self._member.position = position

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

    def _sit(self, founding: bool) -> None:
        start = Founding() if founding else Blank()
        self._member.take(self._kernel.seat(self._me, self._settings, start, self._member.hear))

    async def _ask(self, method: str, *args: Any) -> bytes | None:
        answer: bytes | None = await self._kernel.coordinator().call(method, *args, budget=2.0)
        return answer
