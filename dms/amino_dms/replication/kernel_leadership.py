"""The leader of a group whose log its kernels keep: the master of the protocol, whose decisions the store takes by compare-and-swap."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from amino_replication.configuration import Configuration, majority
from amino_replication.giving_up import given_up
from amino_replication.master import believed
from amino_replication.report_bytes import decode_report
from amino_replication.reports import Differs, Handover, Leaves
from amino_wire.errors import KernelUnavailable, ObjectBusy

from amino_dms.api import CoordinatorKernel
from amino_dms.replication.group import Group
from amino_dms.replication.group_decisions import GroupDecisions
from amino_dms.replication.lost_group import LostGroup
from amino_dms.replication.unanswered import Unanswered

_log = logging.getLogger(__name__)
_SIGN_SECONDS = 0.4
"""How long a replica may take to give a sign of life."""
_REVIEW_PAUSE = 0.3
_EXCHANGE_SECONDS, _EXCHANGE_PAUSE = 30.0, 0.2
"""How long a new member may take to get what the others have, and how often it is looked after."""


class KernelLeadership(GroupDecisions):
    """See `Leadership`, and `amino_replication.master`.

    Arguments:
        kernel: of the coordinator.
        size: how many members the group is to have.
        durable: whether what members knew is on their kernels' disks.
    """

    def __init__(self, kernel: CoordinatorKernel, size: int, durable: bool) -> None:
        super().__init__(kernel, size, durable)
        self._reviewing = self._again = False
        self._missing = ""
        self._strangers: list[int] = []
        self._unanswered = Unanswered(kernel, lambda number: self._begun(number, False, _SIGN_SECONDS), self.came)

    @property
    def group(self) -> Group:
        known = self._configuration
        return Group() if known is None else Group(known.epoch, self._number(known.leader))

    @property
    def configuration(self) -> Configuration | None:
        """The last decision; None: there is none yet."""
        return self._configuration

    async def known(self) -> Configuration | None:
        """The same, from the store where it has not been read yet. Raises OmsUnavailable."""
        await self._read()
        return self._configuration

    async def founded(self) -> bool:
        return await self.known() is not None

    async def formed(self) -> None:
        async with self._deciding:
            await self._read()
            if self._configuration is None:
                await self._form()

    async def look(self, epoch: int, leader: int) -> None:
        if self._configuration is None:
            await self.formed()
        if Group(epoch, leader) == self.group and await self._begun(leader, False, _SIGN_SECONDS) is None:
            # The members of a group without work hear nothing of their leader, and so do not miss it.
            await self._hand_over()

    async def report(self, data: bytes) -> int | None:
        """A member reports. The replica whose state differs, if that is what it says; None: it says something else."""
        report = decode_report(data)
        async with self._deciding:
            await self._read()
            if self._configuration is None or not believed(self._configuration, report):
                return None
            number = self._numbers.get(report.member) if isinstance(report, Differs) else None
            differs = number if number is not None and self.counts(number) else None
            self._reports.add(report, self._kernel.clock.now())
            await self._decide()
        return differs

    async def without(self, number: int, node: str) -> None:
        async with self._deciding:
            await self._read()
            if self._durable and await self._begun(number, False, _SIGN_SECONDS) is not None:
                return  # a process of it has begun since, under the same name
            known = self._configuration
            for member in () if known is None else (*known.members, *known.joining):
                if member.kernel == node and known is not None:
                    self._over(member, known.epoch)
            await self._decide()

    def counts(self, number: int) -> bool:
        known = self._configuration
        node = next((replica.node for replica in self._kernel.replicas() if replica.number == number), "")
        return known is not None and any(self._numbers.get(each, number) == number and each.kernel == node for each in known.members)

    async def leave(self, number: int) -> None:
        async with self._deciding:
            await self._read()
            known = self._configuration
            if known is None or not self.counts(number):
                return
            found = await asyncio.gather(*(self._begun(each.number, False) for each in self._kernel.replicas() if each.number != number))
            others = sum(member in known.members for member in found)
            if not known.complete or known.joining or others < majority(len(known.members)):
                raise ObjectBusy(
                    f"replica {number} of {self._kernel.title} cannot move now: {others} others of {len(known.members)} are in place, and"
                    " one of them might fail; try again when the group is whole"
                )

    async def give_up(self, kernels: list[str]) -> None:
        """See `amino_replication.giving_up`. Raises ArgumentInvalid."""
        async with self._deciding:
            await self._read()
            found = [await self._begun(replica.number, False) for replica in self._kernel.replicas()]
            if self._configuration is not None:
                await self._decided(given_up(self._configuration, [each for each in found if each], kernels))
                self._missing = ""

    @property
    def trouble(self) -> str:
        """Why the group has no leader for ever, for people; empty: it need not be so."""
        return self._newer.trouble(self._configuration) or self._missing

    async def go_by_disks(self, kernels: list[str]) -> None:
        """See `NewerDisks.decision`. Raises ArgumentInvalid."""
        async with self._deciding:
            await self._read()
            for replica in self._kernel.replicas():
                await self._begun(replica.number, False)
            if self._configuration is not None:
                await self._decided(self._newer.decision(self._configuration, kernels))

    async def exchange(self, leaves: int, comes: int) -> bool:
        ends = self._kernel.clock.now() + _EXCHANGE_SECONDS
        while self._kernel.clock.now() < ends:
            if await self._exchanged(leaves, comes):
                return True
            await self._kernel.clock.sleep(_EXCHANGE_PAUSE)
        return False

    def came(self, number: int) -> None:
        self._again = True  # a review that goes on may not have seen it
        if not self._reviewing:
            self._reviewing = True
            self._kernel.spawn(self._review())

    async def survives(self) -> bool:
        await self._read()
        known, self._missing = self._configuration, ""
        if known is None:
            return True
        replicas = self._kernel.replicas()
        found = await asyncio.gather(*(self._begun(replica.number, False) for replica in replicas))
        count = known.members if known.complete else known.former
        left = [member for member in found if member is not None and member in count]
        if len(left) >= majority(len(count)):
            await self._found()
            return True
        if self._durable:
            disks = ", ".join(sorted(member.kernel for member in known.members))
            self._missing = f"the disks of {disks} have what was answered; {majority(len(known.members))} of them must come back"
            raise KernelUnavailable(f"too few replicas of {self._kernel.title} are there: {self._missing}")
        # Only a node that is there says by its new life that the one before is over. A silent node may come back with what it knows.
        alive = {node.id for node in await self._kernel.nodes()}
        awaited = {each.node for each in replicas if each.number not in self._nowhere or each.node not in alive}
        missing = [each for each in {*known.members, *count} if each not in left]
        answered = {member.kernel for member in found if member is not None}
        away = [each for each in missing if each.kernel in awaited - answered]
        if any(member not in self._ended for member in away) or (away and answered):
            raise KernelUnavailable(f"too few replicas of {self._kernel.title} answer at the moment to know what has been answered")
        if left:
            forgotten, there = (" ".join(sorted(each.kernel for each in members)) for members in (missing, left))
            self._missing = (
                f"{forgotten} began anew and forgot what had been answered, and {there} cannot know whether it has all of that;"
                " `give_up` with exactly the former has the group go on with what is left"
            )
            raise KernelUnavailable(f"too few replicas of {self._kernel.title} remember: {self._missing}")
        self._strangers = [replica.number for replica, member in zip(replicas, found, strict=True) if member is not None]
        return False

    async def lost(self, without: Callable[[int], Awaitable[None]]) -> None:
        """The object is lost. Its group is over where the object is made anew, and goes on where its kernels were cut off only.

        Arguments:
            without: ends a replica. Replicas that live and were no members have the object's first state at most.
        """
        for number in self._strangers:
            await without(number)
        async with self._deciding:
            await self._read()
            if self._configuration is not None:
                lost = LostGroup(self._kernel.epoch, self._configuration.encode())
                if lost != self._lost:
                    await self._store(lost.to_value())
                    self._lost = lost

    async def returned(self, node: str) -> None:
        """A node is back in the same life, with what its member knew."""
        await self._read()
        known = self._configuration
        self._nowhere -= {replica.number for replica in self._kernel.replicas() if replica.node == node}
        for member in () if known is None else {*known.members, *known.former, *known.joining}:
            if member.kernel == node:
                self._ended.discard(member)
                self._reports.lives(member)
        await self._found()

    async def _found(self) -> None:
        """The object of the group is lost no more."""
        if self._lost is not None:
            async with self._deciding:
                await self._read()
                if self._configuration is not None:
                    await self._decided(self._configuration)

    def begins(self) -> bool:
        """Whether there is a group, or may be one: not where the object is lost."""
        return self._lost is None or self._made_anew()

    def whole(self) -> bool:
        known = self._configuration
        if known is None or not known.complete or known.joining or len(known.members) < self._size:
            return False
        nodes = [replica.node for replica in self._kernel.replicas()]
        return not any(member in self._ended or member.kernel not in nodes for member in known.members)

    def save(self) -> Any:
        return []  # each decision is stored by itself

    def load(self, saved: Any) -> None:
        """Reads what is stored when it is needed."""

    async def _hand_over(self) -> None:
        async with self._deciding:
            await self._read()
            known = self._configuration
            answers = await asyncio.gather(*(self._begun(each.number, False, _SIGN_SECONDS) for each in self._kernel.replicas()))
            alive = [member for member in answers if member is not None]
            able = [member for member in alive if known is not None and member in known.members]
            if known is not None and able and known.leader not in able:
                self._reports.add(Handover(known.epoch, able[0]), self._kernel.clock.now())
                await self._decide()

    async def _exchanged(self, leaves: int, comes: int) -> bool:
        """Goes on with an exchange: a member joins, and has the place of the one that leaves once it has caught up."""
        async with self._deciding:
            await self._read()
            known, new = self._configuration, await self._begun(comes, False)
            node = next((replica.node for replica in self._kernel.replicas() if replica.number == leaves), "")
            if known is None or new is None:
                return False
            old = next((member for member in known.members if member.kernel == node), None)
            if old is not None:
                self._reports.add(Leaves(known.epoch, old), self._kernel.clock.now())
                self._candidates = [new]
                await self._decide()
            return old is None and known.complete and new in known.members

    async def _form(self) -> None:
        """The replicas that there are found the group, when all are ready."""
        if not self.begins():
            return
        founders = [await self._begun(number, True) for number in sorted(each.number for each in self._kernel.replicas())]
        ready = [member for member in founders if member is not None]
        if len(ready) == len(founders):
            epoch = 1 if self._lost is None else Configuration.decode(self._lost.configuration).epoch + 1
            await self._decided(replace(Configuration.first(ready), epoch=epoch, size=self._size))

    async def _review(self) -> None:
        """Makes members of replicas that are none: they join where somebody is missing."""
        try:
            for _ in range(100):
                self._again = False
                if await self._all_have_a_place() and not self._again:
                    return
                await self._kernel.clock.sleep(_REVIEW_PAUSE)
        finally:
            self._reviewing = False

    async def _all_have_a_place(self) -> bool:
        async with self._deciding:
            await self._read()
            if self._configuration is None:
                await self._form()
            known = self._configuration
            if known is None:
                return False
            replicas = self._kernel.replicas()
            begun = {replica.node: await self._begun(replica.number, False) for replica in replicas}
            present = {node: member for node, member in begun.items() if member is not None}
            for member in (*known.members, *known.joining):
                newer = present.get(member.kernel)
                if newer is not None and newer != member:
                    self._over(member, known.epoch)
            self._candidates = [member for member in present.values() if not known.holds(member)]
            await self._decide()
            self._tell_all()
            known = self._configuration or known
            if sum(member in known.members for member in present.values()) >= majority(len(known.members)):
                self._missing = ""
            for replica in replicas:
                if replica.node not in present:
                    self._unanswered.add(replica.number)
            return all(map(known.holds, present.values())) and not known.joining and known.complete
