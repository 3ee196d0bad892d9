"""Slots: how a transaction whose answer was lost is found again, and how it is kept from being done later if it was not done. Pure.

Each transaction that writes also writes the key of a slot, which nobody else uses meanwhile, and holds only while that key is as it
was. So the key tells afterwards whether the transaction was done. The first write of the key, if only to say that the
transaction was given up, decides the matter for good.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


@dataclass(slots=True, eq=False)
class Slot:
    """A key that one transaction at a time writes; `modified` is the revision at which it was written last, 0 while it is absent."""

    number: int
    modified: int = 0


@dataclass(slots=True)
class Slots:
    """The slots of one client. There are as many as it has had transactions under way at once."""

    _free: list[Slot] = field(default_factory=list[Slot])
    _made: int = 0

    def take(self) -> Slot:
        """A slot that no other transaction has."""
        if self._free:
            return self._free.pop()
        self._made += 1
        return Slot(self._made)

    def give_back(self, slot: Slot) -> None:
        """The outcome of the slot's transaction is known."""
        self._free.append(slot)


class Fate(Enum):
    """The end of a transaction, as the value of its slot says."""

    THEN = b"then"
    OTHERWISE = b"otherwise"
    GIVEN_UP = b"given up"


def noted(sequence: int, fate: Fate) -> bytes:
    """The value that a slot gets with the transaction `sequence`."""
    return b"%d %s" % (sequence, fate.value)


def fate_of(value: bytes, sequence: int) -> Fate | None:
    """The fate of the transaction `sequence` by the value of its slot; None where the value is of another transaction."""
    number, _, word = value.partition(b" ")
    return Fate(word) if number == b"%d" % sequence else None
