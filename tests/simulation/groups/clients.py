"""Callers of a simulated group: they write and read one after the other, and go on where nobody answers.

Some only read, by the lease of the leader that they know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amino_replication.events import Propose, Read
from amino_replication.identity import MemberId

if TYPE_CHECKING:
    from tests.simulation.groups.world import World


@dataclass(slots=True)
class Attempt:
    """One request at one member.

    Arguments:
        caller: whose it is.
        data: of a write; None: a read.
        floor: what was known to callers when it began.
        over: it was answered, or the caller waits no longer.
    """

    caller: int
    data: bytes | None
    floor: int
    over: bool = False


class Clients:
    """Callers.

    Arguments:
        world: all of the schedule.
        count: how many.
        pace: about how many seconds a caller waits between its operations.
    """

    def __init__(self, world: World, count: int, pace: float) -> None:
        self._world = world
        self._pace = pace
        # Callers that wait less than a lease find the next leader while the last one may still think that it leads.
        self._patience = world.random.choice((0.04, 0.1, 0.4))
        self._number = 0
        self.attempts: dict[int, Attempt] = {}
        self._leader: list[str | None] = [None] * count
        self._only_reads = [caller > 0 and world.random.random() < 0.4 for caller in range(count)]
        self.unknowns = 0
        self.refusals = 0
        for caller in range(count):
            world.time.after(pace * world.random.random(), self._next, caller)

    def hurry(self) -> None:
        """All callers write from now on, and wait little: whether the group works must not depend on what they like to ask."""
        self._pace = min(self._pace, 0.02)
        self._only_reads = [False] * len(self._only_reads)

    def _next(self, caller: int) -> None:
        world = self._world
        random = world.random
        name = self._leader[caller]
        if name is None or (random.random() < 0.05 and not self._only_reads[caller]):
            name = random.choice(list(world.nodes))
        self._number += 1
        request = self._number
        write = not self._only_reads[caller] and random.random() < 0.6
        attempt = Attempt(caller, b"%d" % request if write else None, world.judge.floor)
        self.attempts[request] = attempt
        event = (
            Propose(request, attempt.data)
            if attempt.data is not None
            else Read(request, quorum=not self._only_reads[caller] and random.random() < 0.6)
        )
        world.nodes[name].happens(event)
        self._leader[caller] = name
        world.time.after(self._patience, self._give_up, request)

    def _give_up(self, request: int) -> None:
        attempt = self.attempts[request]
        if not attempt.over:
            self._leader[attempt.caller] = None
            self._over(attempt)

    def _over(self, attempt: Attempt, pause: float | None = None) -> None:
        if not attempt.over:
            attempt.over = True
            pause = self._pace * 2 * self._world.random.random() if pause is None else pause
            self._world.time.after(pause, self._next, attempt.caller)

    def wrote(self, request: int) -> Attempt:
        """A write is acknowledged."""
        attempt = self.attempts[request]
        self._over(attempt)
        return attempt

    def has_read(self, request: int, member: MemberId, epoch: int, index: int) -> None:
        """A read is answered."""
        attempt = self.attempts[request]
        self._world.judge.has_read(member, epoch, index, attempt.floor)
        self._over(attempt)

    def not_run(self, request: int, leader: MemberId | None) -> None:
        """A request was refused."""
        attempt = self.attempts[request]
        self.refusals += 1
        if attempt.data is not None:
            self._world.judge.not_run(attempt.data)
        self._leader[attempt.caller] = None if leader is None else leader.kernel
        self._over(attempt, 0.002)

    def unknown(self, request: int) -> None:
        """Nobody knows what becomes of a write."""
        self.unknowns += 1
        self._over(self.attempts[request])
