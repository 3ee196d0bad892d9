"""The coordinator's decisions about the master: each is stored by compare-and-swap before anybody hears of it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any, Final

from amino_wire.errors import AminoError, EpochStale, KernelUnavailable

from amino_dms.api import NOWHERE, CoordinatorKernel, within
from amino_dms.master_slave.configuration import Configuration, Member
from amino_dms.master_slave.election import Elected, Sign, Waits, elect
from amino_dms.replication.group import Group

_log = logging.getLogger(__name__)
_KEY: Final = "configuration"
_SIGN_SECONDS = 0.4
"""How long a replica may take to give a sign of life."""
_SETTLE_SECONDS, _SETTLE_PAUSE = 1.0, 0.05
"""How long the master waits for its slaves before it answers a question whether they have all, and the pause between two questions."""
_SECONDS = 1.0
"""How long a replica may take to answer."""


class Mastership:
    """See the file's docstring; the rules are those of `amino_dms.master_slave.election`.

    Arguments:
        kernel: of the coordinator.
    """

    def __init__(self, kernel: CoordinatorKernel) -> None:
        self._kernel = kernel
        self._known: Configuration | None = None
        self._version = 0
        self._read_once = False
        self._ended: set[Member] = set()
        self._settling: set[Configuration] = set()
        self._deciding = asyncio.Lock()
        self._stored = asyncio.Event()
        """Set, and another one made, with each decision."""

    @property
    def known(self) -> Configuration | None:
        """The last decision; None: there is none yet."""
        return self._known

    @property
    def group(self) -> Group:
        """The epoch, and the master's number."""
        return Group(0, -1) if self._known is None else self._known.group

    async def read(self) -> Configuration | None:
        """The last decision, from the store where it is not known here yet. Raises OmsUnavailable."""
        if not self._read_once:
            found = await self._kernel.durable_get(_KEY)
            self._version, self._read_once = found.version, True
            self._known = None if found.value is None else Configuration.from_value(found.value)
        return self._known

    async def found(self) -> None:
        """The first replica is master, unless there is a decision. Raises KernelUnavailable where it does not answer."""
        async with self._deciding:
            if await self.read() is None:
                number = min(replica.number for replica in self._kernel.replicas())
                member = await self._member(number)
                if member is None:
                    raise KernelUnavailable(f"the first replica of {self._kernel.title} does not answer; it is master as soon as it does")
                await self._decide(Configuration.first(member))

    async def add(self, number: int) -> bool:
        """A replica is a slave from now on. False: it does not answer, or it is already one."""
        async with self._deciding:
            known, member = await self.read(), await self._member(number)
            if known is None or member is None or member in known.members:
                return False
            await self._decide(known.having(member))
            return True

    async def settled(self, seconds: float) -> None:
        """Returns when only the members of the last decision count, or after so many seconds."""
        with suppress(TimeoutError):
            await within(self._kernel.clock, seconds, self._acted())

    async def _acted(self) -> None:
        while (known := self._known) is not None and known != known.acted_by():
            await self._stored.wait()

    async def remove(self, number: int) -> None:
        """A slave is none from now on; returns when the master knows that, or does not answer."""
        async with self._deciding:
            known = await self.read()
            member = None if known is None else known.numbered(number)
            if known is not None and member is not None and member != known.master:
                await self._decide(known.without(member))

    async def silent(self, epoch: int, name: str, slave: Member) -> None:
        """The master gets no answer of a slave: the others go on without it."""
        async with self._deciding:
            known = await self.read()
            if known is not None and epoch == known.epoch and name == known.master.name and slave in known.slaves:
                _log.warning("slave %d of %s does not answer its master", slave.number, self._kernel.title)
                await self._decide(known.without(slave))

    async def missed(self, number: int) -> None:
        """A caller gets no answer of a slave: it is none any more, unless it gives a sign of life."""
        known = await self.read()
        member = None if known is None else known.numbered(number)
        if known is None or member is None or member == known.master:
            return
        if await self._asked(member, "where", seconds=_SIGN_SECONDS) is None:
            await self.remove(number)

    async def look(self, epoch: int, leader: int) -> None:
        """A caller gets no answer of the master: another one is it, unless that gives a sign of life.

        Raises:
            KernelUnavailable: nobody else can be master now.
        """
        known = await self.read()
        if known is None or Group(epoch, leader) != known.group or await self._leads(known):
            return
        async with self._deciding:
            if known == self._known:
                await self._elect(known)

    async def deposed(self, epoch: int) -> None:
        """A replica has heard of a later epoch than there is: an attempt to make another one master did not come to its end."""
        async with self._deciding:
            known = await self.read()
            if known is not None and known.epoch == epoch:
                await self._elect(known)

    async def ended(self, number: int) -> bool:
        """The process of a replica has ended. False: it was the master, and nobody can take its place.

        Raises:
            KernelUnavailable: nobody can be master before others have answered or ended.
        """
        async with self._deciding:
            known = await self.read()
            member = None if known is None else known.numbered(number)
            if known is None or member is None:
                return known is not None
            self._ended.add(member)
            if member != known.master:
                await self._decide(known.without(member))
                return True
            return await self._elect(known)

    def back(self, number: int) -> bool:
        """A replica that was taken for ended is still there: whether it is the master."""
        known = self._known
        member = None if known is None else known.numbered(number)
        if member is not None:
            self._ended.discard(member)
        return known is not None and member == known.master

    async def review(self) -> None:
        """Looks whether the members are what the replicas are by now, and tells the master what it may not have heard.

        Raises:
            KernelUnavailable: nobody can be master before others have answered or ended.
        """
        async with self._deciding:
            known = await self.read()
            if known is None:
                return
            there = {replica.number: await self._member(replica.number) for replica in self._kernel.replicas()}
            for member in known.members:
                found = there.get(member.number)
                if member.number not in there or (found is not None and found != member):
                    self._ended.add(member)
            for member in known.slaves:
                if member in self._ended and self._known is not None:
                    await self._decide(self._known.without(member))
            known = self._known or known
            if known.master in self._ended and not await self._elect(known):
                # All that knew anything are gone, and somebody has had the object made anew.
                anew = [member for _, member in sorted(there.items()) if member is not None]
                if anew:
                    _log.warning("%s goes on with what it was made anew with: nothing is left of its replicas", self._kernel.title)
                    await self._decide(known.led_by(anew[0], ()))
            elif self._known is not None and (self._known.former or self._known.alone != (not self._known.slaves)):
                await self._tell_master(self._known)

    async def _elect(self, known: Configuration) -> bool:
        signs = await self._promises(known)
        match elect(known, signs, self._ended):
            case Elected(configuration):
                _log.warning(
                    "replica %d of %s is its master in epoch %d", configuration.master.number, self._kernel.title, configuration.epoch
                )
                await self._decide(configuration)
                return True
            case Waits(members):
                numbers = ", ".join(str(member.number) for member in members)
                raise KernelUnavailable(
                    f"no replica of {self._kernel.title} can be its master before number {numbers} has answered or ended"
                )
            case _:
                return False

    async def _promises(self, known: Configuration) -> dict[Member, Sign]:
        asked = [member for member in dict.fromkeys((known.master, *known.voters)) if member not in self._ended]
        signs = await asyncio.gather(*(self._promise(member, known.epoch + 1) for member in asked))
        return {member: sign for member, sign in zip(asked, signs, strict=True) if sign is not None}

    async def _promise(self, member: Member, epoch: int) -> Sign | None:
        answer = await self._asked(member, "promise", epoch, seconds=_SIGN_SECONDS)
        if answer is None:
            return None
        name, term, position = answer
        if name != member.name:
            self._ended.add(member)
            return None
        return Sign(term, position)

    async def _asked(self, member: Member, method: str, *args: Any, seconds: float) -> Any:
        """The answer of a member; None: there is none."""
        if all(replica.number != member.number for replica in self._kernel.replicas()):
            self._ended.add(member)
            return None
        try:
            return await self._kernel.instance_manager(member.number).call(method, *args, budget=seconds)
        except AminoError as error:
            if (error.details or {}).get(NOWHERE):
                self._ended.add(member)
            return None

    async def _member(self, number: int) -> Member | None:
        try:
            return Member(number, await self._kernel.instance_manager(number).call("begin", budget=_SECONDS))
        except AminoError:
            return None

    async def _leads(self, known: Configuration) -> bool:
        """Whether the master gives a sign of life as master. A master that has not heard of it yet, hears of it now."""
        epoch = await self._asked(known.master, "where", seconds=_SIGN_SECONDS)
        return epoch is not None and (epoch == known.epoch or await self._tell_master(known))

    async def _decide(self, decision: Configuration) -> None:
        """Stores a decision and tells it, the master first. Raises EpochStale where another coordinator has decided meanwhile."""
        await self._store(decision)
        await self._tell_master(decision)
        for member in decision.slaves:
            self._kernel.spawn(self._tell(member, decision))

    async def _store(self, decision: Configuration) -> None:
        try:
            self._version = await self._kernel.durable_put(_KEY, decision.to_value(), expected=self._version)
        except EpochStale:
            self._read_once = False
            raise
        except AminoError:
            # It may have been stored.
            self._read_once = False
            raise
        self._known = decision
        stored, self._stored = self._stored, asyncio.Event()
        stored.set()

    async def _tell_master(self, decision: Configuration) -> bool:
        """Whether the master acts by a decision now."""
        acted_by = await self._asked(decision.master, "configured", decision.to_value(), seconds=_SECONDS)
        if acted_by == decision.epoch and decision != decision.acted_by() and decision not in self._settling:
            self._settling.add(decision)
            self._kernel.spawn(self._settle(decision))
        return bool(acted_by == decision.epoch)

    async def _settle(self, decision: Configuration) -> None:
        """Notes that only the slaves of a decision count, as soon as they have what was answered before. Until then an earlier slave, or
        the master itself, may be the only replica that has it."""
        try:
            while self._known == decision:
                if await self._asked(decision.master, "settled", decision.epoch, _SETTLE_SECONDS, seconds=_SETTLE_SECONDS + _SIGN_SECONDS):
                    async with self._deciding:
                        if self._known == decision:
                            await self._store(decision.acted_by())
                    return
                await self._kernel.clock.sleep(_SETTLE_PAUSE)
        except AminoError as error:
            _log.info("it is noted later which slaves of %s count: %s", self._kernel.title, error)
        finally:
            self._settling.discard(decision)

    async def _tell(self, member: Member, decision: Configuration) -> None:
        await self._asked(member, "configured", decision.to_value(), seconds=_SECONDS)
