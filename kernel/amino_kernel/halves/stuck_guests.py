"""Guests that nobody can end in the process they share with others. Pure."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


@dataclass(slots=True)
class StuckGuests:
    """Counts those that go on in the kernel's own process.

    Each takes a processor, and no call of others waits for it: its object is lost, its context given up. While a processor is left for the
    others, ending the process would cost more than it brings.

    Args:
        processors: How many this machine has.
    """

    processors: int = field(default_factory=lambda: os.cpu_count() or 1)
    count: int = 0

    def begun(self) -> bool:
        """One more goes on. Answers whether the process can go on, too."""
        self.count += 1
        return self.count <= max(1, self.processors - 1)

    def ended(self) -> None:
        """One has ended by itself."""
        self.count -= 1
