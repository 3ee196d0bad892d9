"""The object that every Python peer serves."""

from __future__ import annotations


class Counter:
    """Counts."""

    def __init__(self) -> None:
        self.value = 0

    def incr(self, n: int, padding: object) -> int:
        """Adds `n` and returns the sum; the padding is what a small argument would weigh."""
        del padding
        self.value += n
        return self.value
