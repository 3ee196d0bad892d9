"""A master's side: which entries are final, and since when it knows that nobody else is master. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from amino_dms.master_slave.configuration import Configuration, Member
from amino_dms.master_slave.entry_log import EntryLog
from amino_dms.master_slave.following import Answer, Message

ALL: Final = "all"
NONE: Final = "0"
ONE: Final = "1"
ACKS: Final = (NONE, ONE, ALL)
"""How many slaves must have an entry before it is final."""
BATCH_BYTES: Final = 1 << 20
"""Bytes of entries in one message."""


@dataclass(slots=True)
class Known:
    """What the master knows of a slave.

    Arguments:
        has: up to where its entries are the master's.
        next: the position that it is to get next; None: the master does not know what it has.
        told: up to where it has been told that entries are final.
        answers: the number of its last answer.
        at: when the last message was sent that it has answered.
    """

    at: float
    has: int = 0
    next: int | None = None
    told: int = 0
    answers: int = 0


class Leading:
    """What a master knows.

    Arguments:
        configuration: by which it acts.
        log: its entries.
        applied: up to where it has applied them: they were final.
        acks: see ACKS.
        now: seconds of its clock.
    """

    def __init__(self, configuration: Configuration, log: EntryLog, applied: int, acks: str, now: float) -> None:
        self.configuration = configuration
        self.log = log
        self.slaves: dict[Member, Known] = {}
        self._acks, self._final = acks, applied
        self._settles_at = applied
        self._proved_at = -math.inf
        self.configure(configuration, now)

    def configure(self, configuration: Configuration, now: float) -> None:
        """Acts by another decision."""
        self.configuration = configuration
        self._settles_at = self._final
        self.slaves = {member: self.slaves.get(member) or Known(now) for member in configuration.slaves}

    @property
    def settled(self) -> bool:
        """Whether the slaves have what was final before they were those of the present decision: one of them, or with `acks=all` each. Only
        then nothing is lost if others than them end."""
        has = [known.has for known in self.slaves.values()]
        return not has or (min(has) if self._acks == ALL else max(has)) >= self._settles_at

    def message(self, member: Member) -> Message:
        """What a slave gets now. It has the base of the log at least, or gets the state first."""
        known = self.slaves[member]
        previous = self.log.end if known.next is None else known.next - 1
        term = self.log.term_at(previous)
        assert term is not None, "a slave that lacks what is gone gets the state"
        entries = self.log.behind(previous, BATCH_BYTES)
        return Message(self.configuration.epoch, previous, term, entries, self._final, known.answers)

    def answered(self, member: Member, message: Message, answer: Answer, sent_at: float) -> bool:
        """A slave has answered a message that was sent at a time. False: it has promised itself to a later epoch."""
        if answer.epoch > message.epoch:
            return False
        known = self.slaves.get(member)
        if known is None:
            return True
        known.answers, known.at = answer.number, sent_at
        if answer.lacks:
            known.next = answer.end + 1
            return True
        known.has, known.next = max(known.has, answer.end), answer.end + 1
        known.told = max(known.told, min(message.final, answer.end))
        if message.previous + len(message.entries) >= message.final:
            # It has all that was final then: the next master has it too.
            self._proved_at = max(self._proved_at, sent_at)
        return True

    def installed(self, member: Member, position: int) -> None:
        """A slave has the state at a position."""
        known = self.slaves.get(member)
        if known is not None:
            known.has, known.next = position, position + 1

    def needs_state(self, member: Member) -> bool:
        """Whether a slave lacks entries that are not kept any more."""
        known = self.slaves[member]
        return known.next is not None and known.next <= self.log.base

    def has_news(self, member: Member) -> bool:
        """Whether there is anything that a slave does not know."""
        known = self.slaves[member]
        return known.next is None or known.next <= self.log.end or known.told < self._final

    def proved(self, now: float) -> float:
        """Seconds since a moment at which nobody else was master: a slave, without whose promise nobody becomes it, has answered a message
        of that time, and had everything by then. A master without slaves needs no proof."""
        return now - self._proved_at if self.slaves else 0.0

    def final(self, now: float, within: float) -> int:
        """Entries up to here are final.

        Arguments:
            now: seconds.
            within: seconds for which a proof counts, where entries are final without any slave.
        """
        has = [known.has for known in self.slaves.values()]
        if self._acks == NONE:
            reached = self.log.end if self.proved(now) <= within else self._final
        elif has:
            reached = max(has) if self._acks == ONE else min(has)
        else:
            # It acts by a decision that it has no slaves.
            reached = self.log.end
        self._final = max(self._final, min(reached, self.log.end))
        return self._final

    def needed_from(self, applied: int) -> int:
        """Entries up to here are applied, and all slaves have them."""
        return min([applied, *(known.has for known in self.slaves.values())])
