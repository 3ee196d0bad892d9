"""The decisions about a group whose log its kernels keep: the store takes each by compare-and-swap before anybody hears of it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from amino_replication.configuration import Configuration
from amino_replication.identity import MemberId
from amino_replication.master import Reports, decide
from amino_replication.reports import Suspected
from amino_wire.errors import AminoError, EpochStale

from amino_dms.api import NOWHERE, CoordinatorKernel
from amino_dms.replication.lost_group import LostGroup
from amino_dms.replication.newer_disks import NewerDisks

_log = logging.getLogger(__name__)
_KEY: Final = "configuration"
_REPORT_SECONDS = 1.0
"""How long a report of a member counts."""
_SECONDS = 1.0
"""How long a replica may take to answer."""


class GroupDecisions:
    """A part of `KernelLeadership`, which says what is to be decided.

    Arguments:
        kernel, size, durable: see there.
    """

    def __init__(self, kernel: CoordinatorKernel, size: int, durable: bool) -> None:
        self._kernel, self._size, self._durable = kernel, size, durable
        self._configuration: Configuration | None = None
        self._version = 0
        self._reports = Reports(_REPORT_SECONDS)
        self._deciding = asyncio.Lock()
        self._candidates: list[MemberId] = []
        self._ended: set[MemberId] = set()
        self._numbers: dict[MemberId, int] = {}
        self._nowhere: set[int] = set()
        self._newer = NewerDisks()
        self._lost: LostGroup | None = None

    def _over(self, member: MemberId, epoch: int) -> None:
        self._ended.add(member)
        self._reports.add(Suspected(epoch, MemberId("oms", 0), member, True), self._kernel.clock.now())

    async def _decide(self) -> None:
        await self._read()
        while (known := self._configuration) is not None:
            reports = self._reports.recent(known.epoch, self._kernel.clock.now())
            decision = decide(known, reports, self._candidates)
            if decision is None:
                return
            for report in reports:
                # The end of a process stays true in the next epoch.
                if isinstance(report, Suspected) and report.ended and report.by.kernel == "oms":
                    self._over(report.member, decision.epoch)
            await self._decided(decision)

    async def _decided(self, decision: Configuration) -> None:
        try:
            await self._store(decision.encode())
        except EpochStale:
            return
        self._configuration, self._lost = decision, None
        _log.info("epoch %d of %s: %s leads %s", decision.epoch, self._kernel.title, decision.leader, ", ".join(map(str, decision.members)))
        self._tell_all()

    def _tell_all(self) -> None:
        known = self._configuration
        if known is not None:
            for replica in self._kernel.replicas():
                self._kernel.spawn(self._tell(replica.number, known))

    async def _tell(self, number: int, known: Configuration) -> None:
        try:
            await self._kernel.instance_manager(number).call("configured", known.encode(), budget=_SECONDS)
        except AminoError:
            return  # it asks where it hears of a later epoch, or of no leader

    async def _read(self) -> None:
        if self._version > 0:
            if self._made_anew():
                self._configuration = None
            return
        found = await self._kernel.durable_get(_KEY)
        self._version = found.version
        self._lost = LostGroup.of(found.value)
        known = found.value if self._lost is None else self._lost.configuration
        # An object that was made anew since has the state that it begins with, and so has its next group.
        self._configuration = None if known is None or self._made_anew() else Configuration.decode(known)

    def _made_anew(self) -> bool:
        return self._lost is not None and self._kernel.epoch > self._lost.object_epoch

    async def _store(self, value: Any) -> None:
        """Raises EpochStale where another process has stored something."""
        try:
            self._version = await self._kernel.durable_put(_KEY, value, expected=self._version)
        except EpochStale:
            self._version = -1
            await self._read()
            raise

    async def _begun(self, number: int, founding: bool, seconds: float = _SECONDS) -> MemberId | None:
        """The member that a replica is; None: it does not answer, or there is no group in which it could be one."""
        known = None if self._configuration is None else self._configuration.encode()
        if known is None and not founding:
            return None
        try:
            named = await self._kernel.instance_manager(number).call("begin", founding, known, budget=seconds)
        except AminoError as error:
            if (error.details or {}).get(NOWHERE):
                self._nowhere.add(number)
                self._newer.gone(number)
            self._newer.found(number, error)
            return None
        self._nowhere.discard(number)
        self._newer.gone(number)
        member = MemberId(*named)
        self._ended.discard(member)
        self._reports.lives(member)
        self._numbers[member] = number
        return member

    def _number(self, member: MemberId) -> int:
        known = self._numbers.get(member)
        if known is not None and any(replica.number == known and replica.node == member.kernel for replica in self._kernel.replicas()):
            return known
        return next((replica.number for replica in self._kernel.replicas() if replica.node == member.kernel), -1)
