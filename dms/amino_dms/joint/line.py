"""The transactions that have had the lock of one object, one after another, and are not decided yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from amino_dms.joint.participation import Participation


class Held(Protocol):
    """A transaction in the line.

    Attributes:
        name: its own.
        holds: whether it has the lock; else it has handed it on, and waits for its decision.
        undone: it is being taken back.
    """

    name: str
    holds: bool
    undone: bool

    @property
    def part(self) -> Participation | None:
        """The object's part in it; None: it is a transaction of this object alone."""
        ...


H = TypeVar("H", bound=Held)


class Line(Generic[H]):
    """Each transaction has seen what those before it have changed. So a commit says that those before it are committed too, and a
    transaction that ends without effect takes along those behind it. The last one may have the lock; the others have handed it on at their
    votes."""

    def __init__(self) -> None:
        self._line: list[H] = []

    def __bool__(self) -> bool:
        return bool(self._line)

    def find(self, name: str) -> H | None:
        """A transaction of the line."""
        return next((each for each in self._line if each.name == name), None)

    @property
    def all(self) -> Sequence[H]:
        """All of them, the first one first."""
        return tuple(self._line)

    @property
    def holder(self) -> H | None:
        """The transaction that has the lock."""
        return self._line[-1] if self._line and self._line[-1].holds else None

    @property
    def last(self) -> H | None:
        """Whose changes the object shows."""
        return self._line[-1] if self._line else None

    @property
    def waits(self) -> bool:
        """Whether the object shows what may be taken back although nobody has the lock: calls outside of transactions wait."""
        return any(not each.holds for each in self._line)

    def follow(self, before: H | None, new: H) -> bool:
        """A transaction gets the lock. False: the one that it would follow is being taken back, and so would it be.

        Arguments:
            before: `last`, when it began to look at the object's state.
        """
        if before is not None and before.undone:
            return False
        self._line.append(new)
        return True

    def through(self, one: H) -> Sequence[H]:
        """Those that are committed if one is: itself, and all before it."""
        return tuple(self._line[: self._line.index(one) + 1])

    def from_on(self, one: H) -> Sequence[H]:
        """Those that end without effect if one does: itself, and all behind it. From now on they are being taken back."""
        behind = self._line[self._line.index(one) :]
        for each in behind:
            each.undone = True
        return tuple(behind)

    def remove(self, ended: Sequence[H]) -> None:
        """They have ended."""
        self._line = [each for each in self._line if each not in ended]

    def put_back(self, first: Sequence[H]) -> None:
        """They have not ended after all: they were the first ones of the line."""
        self._line = [*first, *self._line]


def recovered(line: Sequence[H]) -> tuple[Sequence[H], Sequence[H]]:
    """What becomes of a line that was saved, after a recovery: those that go on, in doubt, and those that are rolled back. These are the
    first transaction without a vote of the object, and all behind it, whatever it has voted for."""
    place = next((place for place, each in enumerate(line) if each.part is None or not each.part.in_doubt), len(line))
    return line[:place], line[place:]
