"""The failure detector as a state machine: signs of life with their times go in, deaths of kernels come out.

A kernel measures its lease from sending on its own clock, the service from receiving on its own, plus a margin: so the kernel's ends first,
and a kernel that has been declared dead has stopped answering by itself. Times of two clocks are never compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Standing(Enum):
    """The detector's opinion of a kernel."""

    AWAITED = "awaited"  # it lived when the service stopped, or lists what it has; it has one lease to come back
    ALIVE = "alive"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a life of a kernel, and how the service knows of it."""

    kernel_id: str
    incarnation: int
    reason: str = "its lease has ended"


@dataclass(slots=True)
class _Life:
    incarnation: int
    standing: Standing
    heard: float
    over: bool = False


@dataclass(slots=True)
class FailureDetector:
    """Leases of kernels. Times are seconds of one monotonic clock, the caller's.

    Arguments:
        lease: how long a kernel may be silent by its own clock.
        margin: how much longer the service waits.
    """

    lease: float
    margin: float
    _lives: dict[str, _Life] = field(default_factory=dict[str, _Life])

    def restored(self, kernel_id: str, incarnation: int, *, alive: bool, now: float) -> None:
        """A kernel's state in the store, when the service starts."""
        self._lives[kernel_id] = _Life(incarnation, Standing.AWAITED if alive else Standing.DEAD, now)

    def registered(self, kernel_id: str, incarnation: int, now: float) -> None:
        """A kernel has joined or come back, in this life."""
        self._lives[kernel_id] = _Life(incarnation, Standing.ALIVE, now)

    def listing(self, kernel_id: str, incarnation: int, now: float) -> None:
        """A kernel has come back in this life and lists what it has; it is awaited until it has listed all."""
        self._lives[kernel_id] = _Life(incarnation, Standing.AWAITED, now)

    def lists(self, kernel_id: str, incarnation: int, now: float) -> bool:
        """A page of what a kernel has is a sign of life. False: nobody awaits a page of this life."""
        life = self._lives.get(kernel_id)
        if life is None or life.standing is not Standing.AWAITED or life.incarnation != incarnation:
            return False
        life.heard = now
        return True

    def heard(self, kernel_id: str, incarnation: int, now: float) -> bool:
        """A sign of life. False: this life holds no lease, the kernel must register (again)."""
        life = self._lives.get(kernel_id)
        if life is None or life.standing is not Standing.ALIVE or life.incarnation != incarnation:
            return False
        life.heard = now
        return True

    def left(self, kernel_id: str, incarnation: int) -> bool:
        """A kernel has left, or its processes have ended; False where it was not alive in that life."""
        life = self._lives.get(kernel_id)
        if life is None or life.incarnation != incarnation or life.standing is Standing.DEAD:
            return False
        life.standing, life.over = Standing.DEAD, True
        return True

    def over(self, kernel_id: str, incarnation: int) -> bool:
        """Whether a kernel has left in that life: other than a kernel that was not heard for a while, it cannot come back in it."""
        life = self._lives.get(kernel_id)
        return life is not None and life.incarnation == incarnation and life.over

    def paused(self, seconds: float) -> None:
        """The service itself stood still for so long (its process was stopped, or the machine too busy): it could not have heard anybody,
        so that time counts against nobody. Waiting longer is always safe, since kernels measure on their own.
        """
        for life in self._lives.values():
            life.heard += seconds

    def tick(self, now: float) -> tuple[Death, ...]:
        """The kernels that have died since the last tick; each life dies once."""
        deaths: list[Death] = []
        for kernel_id, life in self._lives.items():
            if life.standing is not Standing.DEAD and now - life.heard >= self.lease + self.margin:
                life.standing = Standing.DEAD
                deaths.append(Death(kernel_id, life.incarnation))
        return tuple(deaths)

    def standing(self, kernel_id: str) -> Standing:
        """The detector's opinion of a kernel; a kernel that it has never heard of is dead."""
        life = self._lives.get(kernel_id)
        return Standing.DEAD if life is None else life.standing

    def alive(self, kernel_id: str) -> bool:
        """Whether the kernel holds a lease."""
        return self.standing(kernel_id) is Standing.ALIVE

    def awaited(self, kernel_id: str) -> bool:
        """Whether the kernel holds a lease, or may still come back in the life it was in."""
        return self.standing(kernel_id) is not Standing.DEAD
