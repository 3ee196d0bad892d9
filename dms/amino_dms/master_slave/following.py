"""A slave's side of what a master sends: which entries it takes, which are final, and how old its knowledge is. Pure.

A slave measures its age by its own clock alone. Each answer carries a number; a message that names that of the last answer was written
after that answer had come, so all that was acknowledged before the answer left is in it or before it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from amino_dms.master_slave.election import Sign
from amino_dms.master_slave.entry_log import EntryLog

NEVER: Final = float("-inf")
STATE: Final = -1
_PENDING: Final = 256
"""Marks of freshness that wait for entries to be applied; of more, the later ones count."""


@dataclass(frozen=True, slots=True)
class Message:
    """From a master to a slave.

    Arguments:
        epoch: of the configuration by which the master acts.
        previous: the position behind which the entries stand; and its term.
        entries: each with its term.
        final: the position up to which entries are final.
        answers: the number of the slave's last answer that the master has; 0: of none.
    """

    epoch: int
    previous: int
    term: int
    entries: Sequence[tuple[int, bytes]]
    final: int
    answers: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Of a slave.

    Arguments:
        epoch: the highest that it has promised to; a higher one than the message's says that the message was refused.
        number: of the answer.
        end: up to where its entries are the master's.
        lacks: it does not have what the message builds on; it may have what comes up to `end`. STATE: nothing but the state helps.
    """

    epoch: int
    number: int
    end: int
    lacks: bool = False


class Following:
    """What a slave knows.

    Arguments:
        log: its entries.
        applied: up to where they are applied.
    """

    def __init__(self, log: EntryLog, applied: int) -> None:
        self.log = log
        self.promised = 0
        """The lowest epoch from which it takes anything."""
        self.final = applied
        """Entries up to here are final."""
        self._applied = applied
        self._answers = 0
        self._answered_at = NEVER
        self._pending: deque[tuple[int, float]] = deque(maxlen=_PENDING)
        self._known_at = NEVER

    def promise(self, epoch: int) -> Sign:
        """Takes nothing from masters of earlier epochs any more."""
        self.promised = max(self.promised, epoch)
        return Sign(self.log.term, self.log.end)

    def take(self, message: Message, now: float) -> Answer:
        """A message has come."""
        if message.epoch < self.promised:
            return self._answer(now, 0)
        self.promised = message.epoch
        log = self.log
        if message.previous > log.end or (message.previous >= log.base and log.term_at(message.previous) != message.term):
            return self._answer(now, min(log.end, message.previous - 1), lacks=True)
        position = message.previous
        for term, entry in message.entries:
            position += 1
            if position < log.base:
                continue
            if log.term_at(position) != term:
                if position <= self._applied:
                    return self._answer(now, STATE, lacks=True)
                log.cut(position - 1)
                log.append(term, entry)
        self.final = max(self.final, min(message.final, position))
        if message.answers == self._answers and message.final <= position:
            # All that is final, as the master knew it, is here.
            self._pending.append((message.final, self._answered_at))
            self.applied(self._applied)
        return self._answer(now, position)

    def applied(self, position: int) -> None:
        """Entries up to a position are applied."""
        self._applied = position
        while self._pending and self._pending[0][0] <= position:
            self._known_at = max(self._known_at, self._pending.popleft()[1])

    def installed(self, position: int, term: int) -> None:
        """It has a master's state at a position, in place of all that it had."""
        self.log = EntryLog(position, term)
        self.final = position
        self._pending.clear()
        self._known_at = NEVER
        self._applied = position

    def age(self, now: float) -> float:
        """Seconds since a moment up to which it has applied everything that had been acknowledged by then."""
        return now - self._known_at

    def _answer(self, now: float, end: int, *, lacks: bool = False) -> Answer:
        self._answers += 1
        self._answered_at = now
        return Answer(self.promised, self._answers, end, lacks)
