"""Leases of a store as a state machine: the time comes in as an argument, the leases that have ended go out."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class LeaseTable:
    """Which leases are held until when. All times are seconds of one monotonic clock, given by the caller."""

    _lengths: dict[int, float] = field(default_factory=dict[int, float])
    _ends: dict[int, float] = field(default_factory=dict[int, float])

    def grant(self, lease: int, length: float, now: float) -> None:
        """Starts a lease of `length` seconds."""
        self._lengths[lease] = length
        self._ends[lease] = now + length

    def renew(self, lease: int, now: float) -> bool:
        """Starts the lease's time anew; False where it has ended or never was."""
        if lease not in self._lengths or self._ends[lease] <= now:
            return False
        self._ends[lease] = now + self._lengths[lease]
        return True

    def end(self, lease: int) -> bool:
        """Forgets the lease; False where there was none."""
        self._lengths.pop(lease, None)
        return self._ends.pop(lease, None) is not None

    def holds(self, lease: int) -> bool:
        """Whether the lease has been granted and not been ended (it may be due)."""
        return lease in self._ends

    def due(self, now: float) -> tuple[int, ...]:
        """The leases whose time is over and which have not been ended yet."""
        return tuple(lease for lease, end in self._ends.items() if end <= now)

    def next_end(self) -> float | None:
        """When the first of them is due; None while there is no lease."""
        return min(self._ends.values(), default=None)
