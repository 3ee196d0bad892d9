"""Reads at a leader: under its lease at once, else after a round to a majority (Raft 8, Raft's thesis 6.4)."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from amino_replication.effects import NotRun, ReadReady
from amino_replication.identity import MemberId
from amino_replication.state import State


class _Waiting(NamedTuple):
    round: int
    committed: int
    request: int


class Reads:
    """Reads that wait, of one leader."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._early: list[tuple[int, bool]] = []
        self._confirming: deque[_Waiting] = deque()

    def wait(self, request: int, quorum: bool) -> None:
        """The leader does not know yet all that was committed before its epoch."""
        self._early.append((request, quorum))

    def opened(self) -> list[tuple[int, bool]]:
        """It does now: those that waited, to be read anew."""
        early, self._early = self._early, []
        return early

    def confirm(self, request: int, round_number: int) -> None:
        """A read waits until a majority has answered a round that is sent after the read came."""
        self._confirming.append(_Waiting(round_number, self._state.committed, request))

    def wants(self, sent: int) -> bool:
        """Whether a read waits for a round that has not been sent."""
        return bool(self._confirming) and self._confirming[-1].round > sent

    def confirmed(self, round_number: int) -> None:
        """A majority has answered that round."""
        while self._confirming and self._confirming[0].round <= round_number:
            waiting = self._confirming.popleft()
            self._state.effects.append(ReadReady(waiting.request, waiting.committed))

    @property
    def idle(self) -> bool:
        """Whether none waits."""
        return not self._early and not self._confirming

    def carried(self) -> list[tuple[int, bool]]:
        """All of them, for the same leader's next epoch."""
        return [*self.opened(), *((waiting.request, True) for waiting in self._confirming)]

    def refuse(self, leader: MemberId | None) -> None:
        """The leader does not lead any more."""
        for request, _ in self.carried():
            self._state.effects.append(NotRun(request, leader))
