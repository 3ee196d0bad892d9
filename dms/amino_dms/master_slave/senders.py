"""The tasks of a master that bring its entries to the slaves, one for each: one message at a time, with all that has gathered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from amino_wire.errors import AminoError

from amino_dms.api import InstanceKernel, within
from amino_dms.master_slave.configuration import Configuration, Member
from amino_dms.master_slave.following import Answer, Message
from amino_dms.master_slave.leading import Leading
from amino_dms.master_slave.read_load import ReadLoad

_SECONDS = 1.0
"""How long a slave may take to answer."""
_STATE_SECONDS = 30.0
"""How long a slave may take to take over a state."""
SILENT_SECONDS: Final = 1.0
"""After how long without an answer the coordinator hears of it."""
_PAUSE = 0.05
QUIET_SECONDS: Final = 5.0
"""After how long without a call slaves are told seldom that the master is there."""
QUIET_BEAT: Final = 10.0
_BEATS = 2
"""Messages after which a slave that was told seldom knows how old it is."""


class Mastering(Protocol):
    """What the senders need of their master."""

    @property
    def leading(self) -> Leading | None: ...

    def answered(self, member: Member, message: Message, answer: Answer, sent_at: float) -> bool: ...

    @property
    def load(self) -> ReadLoad: ...

    async def state(self) -> tuple[int, int, bytes]: ...

    async def ask(self) -> None: ...

    async def silent(self, member: Member) -> None: ...


@dataclass(eq=False, slots=True)
class _Sender:
    """To one slave; `beats`: messages that are to be sent whether there is news or not."""

    member: Member
    beats: int = 1
    silent_since: float | None = None
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Senders:
    """Those of one master.

    Arguments:
        kernel: of its instance manager.
        master: see there.
        beat: seconds after which a slave hears from the master, while there are calls.
    """

    def __init__(self, kernel: InstanceKernel, master: Mastering, beat: float) -> None:
        self._kernel, self._master, self._beat = kernel, master, beat
        self._senders: dict[Member, _Sender] = {}
        self._active_at = kernel.clock.now()

    def follow(self, configuration: Configuration | None) -> None:
        """Sends to the slaves of a configuration from now on; None: to nobody."""
        slaves = () if configuration is None else configuration.slaves
        for member in set(self._senders) - set(slaves):
            self._senders.pop(member).woken.set()
        for member in slaves:
            if member not in self._senders:
                self._senders[member] = sender = _Sender(member)
                self._kernel.spawn(self._run(sender))

    def wake_with_news(self, leading: Leading) -> None:
        """Those whose slaves do not know everything."""
        for member, sender in self._senders.items():
            if member in leading.slaves and leading.has_news(member):
                sender.woken.set()

    def beat(self) -> None:
        """There are calls: slaves hear soon that the master is there, and so does the master that they are."""
        now = self._kernel.clock.now()
        if now - self._active_at >= self._beat:
            for sender in self._senders.values():
                sender.beats = _BEATS
                sender.woken.set()
        self._active_at = now

    async def _run(self, sender: _Sender) -> None:
        clock, member = self._kernel.clock, sender.member
        while (leading := self._master.leading) is not None and self._senders.get(member) is sender:
            sender.woken.clear()
            sender.beats = max(0, sender.beats - 1)
            begun = clock.now()
            try:
                await self._send(member, leading, begun)
            except AminoError:
                sender.silent_since = begun if sender.silent_since is None else sender.silent_since
                if clock.now() - sender.silent_since >= SILENT_SECONDS:
                    await self._master.silent(member)
                await clock.sleep(_PAUSE)
                continue
            sender.silent_since = None
            if self._senders.get(member) is sender and not sender.beats and not leading.has_news(member):
                await self._rest(sender)

    async def _send(self, member: Member, leading: Leading, now: float) -> None:
        if leading.needs_state(member):
            await self._send_state(member, leading)
            return
        message = leading.message(member)
        listed: list[Any] = [[term, entry] for term, entry in message.entries]
        of = (message.epoch, message.previous, message.term, listed, message.final, message.answers)
        told = await self._kernel.instance_manager(member.number).call("append", member.name, *of, budget=_SECONDS)
        epoch, number, end, lacks, reads, near, over = told
        if reads:
            self._active_at = self._kernel.clock.now()
            self._master.load.add(reads, near, over)
        if not self._master.answered(member, message, Answer(epoch, number, end, lacks), now):
            # Somebody else may be master.
            await self._master.ask()
            await self._kernel.clock.sleep(_PAUSE)

    async def _send_state(self, member: Member, leading: Leading) -> None:
        position, term, data = await self._master.state()
        epoch = leading.configuration.epoch
        peer = self._kernel.instance_manager(member.number)
        if await peer.call("install", member.name, epoch, position, term, data, budget=_STATE_SECONDS):
            leading.installed(member, position)
        else:
            await self._master.ask()
            await self._kernel.clock.sleep(_PAUSE)

    async def _rest(self, sender: _Sender) -> None:
        clock = self._kernel.clock
        quiet = clock.now() - self._active_at >= QUIET_SECONDS
        try:
            await within(clock, max(self._beat, QUIET_BEAT) if quiet else self._beat, sender.woken.wait())
        except TimeoutError:
            sender.beats = max(1, sender.beats)
