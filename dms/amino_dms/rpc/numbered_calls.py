"""The numbers of one client's calls, as its proxy gives them (Lee et al., SOSP 2015)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

EVER: Final = float("inf")
"""A call that is on its way is waited for as long as it takes."""


@dataclass(slots=True)
class NumberedCalls:
    """The calls of one client: the numbers of those that may come again by request id, and by number, in order, until when those
    that are not answered are waited for."""

    session: str
    last: int = 0
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    awaited: dict[int, float] = field(default_factory=dict[int, float])

    def awaits(self, request_id: str) -> int:
        """The number of a call that is sent now."""
        number = self.numbers.get(request_id)
        if number is None:
            self.last += 1
            number = self.numbers[request_id] = self.last
            self.awaited[number] = EVER
        elif number in self.awaited:
            self.awaited[number] = EVER
        else:
            self.awaited = dict(sorted({**self.awaited, number: EVER}.items()))
        return number

    def came_back(self, request_id: str, until: float | None) -> None:
        """It has its answer, or may be asked for again until a moment."""
        number = self.numbers.get(request_id, 0)
        if until is None:
            self.awaited.pop(number, None)
        elif number in self.awaited:
            self.awaited[number] = until
