"""Where a replica stands: it keeps the entries of its master, or is the master and orders them; final ones run, in order, once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from amino_wire.errors import AminoError, KernelUnavailable, Outcome, as_error
from amino_wire.values import decode, encode

from amino_dms.api import InstanceKernel, Snapshot
from amino_dms.api.clock import SAFE
from amino_dms.api.delegation import Ending
from amino_dms.master_slave.configuration import Configuration, Member
from amino_dms.master_slave.entry_log import KEEP_BYTES, EntryLog
from amino_dms.master_slave.following import Answer, Following, Message
from amino_dms.master_slave.leading import Leading
from amino_dms.master_slave.proposals import Proposals
from amino_dms.master_slave.questions import Questions
from amino_dms.master_slave.read_load import ReadLoad
from amino_dms.master_slave.senders import Senders
from amino_dms.master_slave.state_sums import StateSums
from amino_dms.replication.entries import Calls, Check, Entry, LoggedCall, from_bytes, to_bytes
from amino_dms.replication.group import Group
from amino_dms.replication.machine import Machine

if TYPE_CHECKING:
    from amino_dms.master_slave.load_balanced_master_slave import MasterSlaveConfig

BEATS: Final = 4
"""How often a slave hears from its master in the time that it may be old."""
Version = tuple[int, int]
"""Of a state: the term and the position of its last entry. That of a later master is higher, whatever its position."""


class GroupPlace:
    """See the file's docstring. Its `run` applies; everything else is done at once.

    Arguments:
        config: settings.
        kernel: of the instance manager.
        machine: runs the calls of entries.
    """

    def __init__(self, config: MasterSlaveConfig, kernel: InstanceKernel, machine: Machine) -> None:
        self._config, self._kernel, self._machine = config, kernel, machine
        self._stale = SAFE * config.stale.total_seconds()
        self.name = f"{kernel.random.getrandbits(64):016x}"
        """Of this life of the replica."""
        self.position = 0
        """The last position that is applied."""
        self.following = Following(EntryLog(), 0)
        self.leading: Leading | None = None
        """What it knows as master; None: it is none."""
        self.load = ReadLoad()
        self.senders = Senders(kernel, self, self._stale / BEATS)
        """Of a master: they tell the slaves."""
        self._known: Configuration | None = None
        self.version: Version = (0, 0)
        """No state that has been seen here is later."""
        self.applied: Version = (0, 0)
        """Each read that begins now sees that state, or a later one."""
        self._marked = 0
        self._proposals = Proposals(kernel.title, self._propose)
        self._questions = Questions(kernel, self.configured)
        self._sums = StateSums(machine, config.compare)
        self._applying = asyncio.Lock()
        self._woken, self.changed = asyncio.Event(), asyncio.Event()
        self._over: AminoError | None = None
        self._led = False

    @property
    def me(self) -> Member:
        """As configurations name it."""
        return Member(self._kernel.replica, self.name)

    @property
    def group(self) -> Group:
        """The epoch and the master, as far as it knows."""
        return Group(0, -1) if self._known is None else self._known.group

    @property
    def epoch(self) -> int:
        """By which it acts as master; 0: it is none."""
        return 0 if self.leading is None else self.leading.configuration.epoch

    async def ending(self, call: LoggedCall) -> Ending:
        """How a call ends, once it is final and applied here.

        Raises:
            ArgumentInvalid: it is too large; it has not run.
            AminoError: another replica is master, or this one has ended.
        """
        if self.leading is None or self._over is not None:
            raise self._over or self.elsewhere()
        if self.following.log.bytes_behind(self.following.final) > KEEP_BYTES:
            text = f"the slaves of {self._kernel.title} have not taken so many calls that no more is taken; call again"
            raise KernelUnavailable(text, outcome=Outcome.NOT_RUN)
        return await self._proposals.ending(call)

    async def may_read(self, version: Version, seconds: float) -> bool:
        """Waits until this replica may answer a read: it has that version, and is not too old. False: not within so many seconds.

        Raises:
            Moved: the object prepares to move; the read has not run.
        """
        clock = self._kernel.clock
        ends = clock.now() + seconds
        while self._over is not None or not (self._is_fresh() and self.applied >= version):
            if self._over is not None or clock.now() >= ends:
                return False
            self._hasten()
            try:
                await self._kernel.held(self.changed.wait(), ends - clock.now())
            except TimeoutError:
                return False
        if self.leading is not None:
            self.senders.beat()
        return True

    def elsewhere(self) -> AminoError:
        """The error for a call that has not run, since this replica is not the master."""
        return self.group.elsewhere(self._kernel.title)

    def configured(self, configuration: Configuration) -> int:
        """Hears of a decision of the coordinator. The epoch by which it acts as master; 0: it is none."""
        known = self._known
        if configuration.epoch < self.following.promised or (known is not None and configuration.epoch <= known.epoch):
            return self.epoch
        self._known = configuration
        now, following = self._kernel.clock.now(), self.following
        if configuration.master == self.me and self._over is None:
            following.promised = max(following.promised, configuration.epoch)
            self._led = True
            if self.leading is None:
                self.leading = Leading(configuration, following.log, following.final, str(self._config.acks), now)
                # The entries before are final once this one is.
                self._append(Calls(configuration.since, self._machine.next_time_ns(), ()))
                self._marked = following.log.end
            self.leading.configure(configuration, now)
            self.senders.follow(configuration)
            self._advance()
        elif self._led:
            text = f"another replica of {self._kernel.title} is its master now; the call may have run, or run yet: call again"
            self.end(KernelUnavailable(text))
        return self.epoch

    def promise(self, epoch: int) -> list[Any]:
        """Takes nothing from masters of earlier epochs; its name, and how far it is. Raises KernelUnavailable where it has ended."""
        if self._over is not None:
            raise self._over
        if self.leading is not None and epoch > self.leading.configuration.epoch:
            # As master it acknowledges nothing more before it is told that it is master again.
            self.leading, self._known = None, None
            self.senders.follow(None)
        sign = self.following.promise(epoch)
        return [self.name, sign.term, sign.position]

    def take(self, name: str, message: Message) -> list[Any]:
        """A message of the master: the answer, and the reads since the last one. Raises KernelUnavailable where another life is meant."""
        if name != self.name or self._over is not None:
            raise KernelUnavailable(
                f"replica {self._kernel.replica} of {self._kernel.title} is another one by now", outcome=Outcome.NOT_RUN
            )
        answer = self.following.take(message, self._kernel.clock.now())
        if self._known is None or message.epoch > self._known.epoch:
            self._questions.who_leads_now()
        self._woken.set()
        self._notify()
        return [answer.epoch, answer.number, answer.end, answer.lacks, *self.load.taken()]

    async def install(self, name: str, epoch: int, position: int, term: int, data: bytes) -> bool:
        """Takes over a master's state; False: it has promised itself to a later epoch, or is another one."""
        snapshot = Snapshot.from_value(decode(data))
        async with self._kernel.applying(), self._applying:
            if name != self.name or epoch < self.following.promised:
                return False
            if (term, position) <= self.applied:
                return True  # it has come twice, or late
            self.version = max(self.version, (term, position))
            await self._kernel.install(snapshot)
            self._machine.take_over(snapshot.parts[self._kernel.manager]["machine"])
            self.following.installed(position, term)
            self.position, self.applied = position, (term, position)
            self._sums.clear()
        return True

    def answered(self, member: Member, message: Message, answer: Answer, sent_at: float) -> bool:
        """See `Leading.answered`."""
        if self.leading is None:
            return True
        accepted = self.leading.answered(member, message, answer, sent_at)
        if accepted:
            self._advance()
        return accepted

    async def state(self) -> tuple[int, int, bytes]:
        """A position, its term, and the state there."""
        async with self._kernel.applying(), self._applying:
            term = self.following.log.term_at(self.position)
            return self.position, term or 0, encode((await self._kernel.capture()).to_value())

    async def ask(self) -> None:
        """Asks the coordinator which replica is master."""
        await self._questions.who_leads(self.epoch)

    async def silent(self, member: Member) -> None:
        """Says that a slave does not answer."""
        await self._questions.silent(self.group.epoch, self.name, member)

    async def tell_load(self) -> None:
        """Tells the coordinator how many reads there were, as master."""
        await self._questions.reads(self.group.epoch, self.load.taken())

    async def run(self) -> None:
        """Applies what is final, until it is cancelled. Raises the AminoError for which this replica is of no use any more."""
        while self._over is None:
            self._woken.clear()
            while self._over is None and self.position < self.following.final:
                await self._apply()
            await self._woken.wait()

    def end(self, error: AminoError | None = None) -> None:
        """The replica ends; calls that wait get the error, or hear that they may have run."""
        text = f"a replica of {self._kernel.title} has ended; the call may have run, or run yet: call again"
        self._over = over = self._over or error or KernelUnavailable(text)
        self._proposals.fail(lambda: over)
        self.leading = None
        self.senders.follow(None)
        self._woken.set()
        self._notify()

    def save(self, *, goes_on: bool) -> dict[str, Any]:
        """As `Part.save`; `goes_on`: it is the same member at its next place."""
        log = self.following.log
        saved = {"position": self.position, "term": log.term_at(self.position), "machine": self._machine.to_value()}
        if not goes_on:
            return saved
        needed = self.position if self.leading is None else max(log.base, self.leading.needed_from(self.position))
        known = None if self._known is None else self._known.to_value()
        promised, final = self.following.promised, self.following.final
        return {**saved, "name": self.name, "log": log.to_value(needed), "known": known, "promised": promised, "final": final}

    def take_over(self, saved: dict[str, Any]) -> None:
        """As `Part.load`."""
        self.position = saved["position"]
        self.version = self.applied = (saved["term"], self.position)
        self._machine.take_over(saved["machine"])
        self.following = Following(EntryLog(self.position, saved["term"]), self.position)
        if "name" in saved:
            self.name = saved["name"]
            self.following = Following(EntryLog.from_value(saved["log"]), self.position)
            self.following.promised, self.following.final = saved["promised"], saved["final"]

    def take_up(self, known: Any) -> None:
        """Goes on where an earlier place of it has stopped, whose configuration this was."""
        if known is not None and self._known is None:
            self.configured(Configuration.from_value(known))

    def _propose(self) -> None:
        if self.leading is None:
            self._proposals.refuse(self.elsewhere)
            return
        for calls in self._proposals.batches():
            self._append(Calls(self.leading.configuration.since, self._machine.next_time_ns(), calls))
        self.senders.beat()
        self._advance()

    def _append(self, entry: Entry) -> None:
        assert self.leading is not None
        self.following.log.append(self.leading.configuration.since, to_bytes(entry))

    def _advance(self) -> None:
        if self.leading is not None:
            self.following.final = self.leading.final(self._kernel.clock.now(), self._stale)
            self.senders.wake_with_news(self.leading)
        self._woken.set()
        self._notify()

    async def _apply(self) -> None:
        async with self._kernel.applying() as next, self._applying:
            position, log = self.position + 1, self.following.log
            term = log.term_at(position)
            if self._over is not None or position > self.following.final:
                return
            if term is None:
                raise as_error(RuntimeError(f"it does not have the entry {position}, which is final"))
            self.version = max(self.version, (term, position))
            entry = from_bytes(log.entry(position))
            if isinstance(entry, Calls):
                await self._machine.run(entry, next, self._proposals.ended)
            elif isinstance(entry, Check):
                self._sums.compare(entry)
            self.position, self.applied = position, max(self.applied, (term, position))
            self.following.applied(position)
            needed = position if self.leading is None else self.leading.needed_from(position)
            log.drop(needed, position)
            check = await self._sums.keep(position)
            if check is not None and self.leading is not None:
                self._append(check)
                self._advance()
        self._notify()

    def _is_fresh(self) -> bool:
        now = self._kernel.clock.now()
        if self.leading is not None:
            # What the masters before have answered is in the state once its own first entry is.
            return self.position >= self._marked and self.leading.proved(now) <= self._stale
        return self.following.age(now) <= self._stale

    def _hasten(self) -> None:
        if self.leading is not None:
            self.senders.beat()
        elif self._known is not None:
            self._questions.nudge(self._known.master.number, self._stale / BEATS)

    def _notify(self) -> None:
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()
