"""How far a store has come, and whether another one is an older copy of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody has seen of a store: its lineage, and a revision that was on its disk for good."""

    lineage: str
    revision: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """The names that a store has had, the newest first.

    A store gets its first name when it is made, and a further one whenever an operator accepts it though it is older than
    what was seen: what was seen under the names before is given up by that.
    """

    names: tuple[str, ...] = ()

    @staticmethod
    def of(text: str) -> Lineage:
        """Reads what `text` gives."""
        return Lineage(tuple(text.split()))

    def text(self) -> str:
        """The names in one line."""
        return " ".join(self.names)

    def renamed(self, name: str) -> Lineage:
        """The lineage with a further name."""
        return Lineage((name, *self.names[: _REMEMBERED - 1]))

    def mark(self, revision: int) -> Mark:
        """What may be seen of the store at a revision."""
        return Mark(self.names[0], revision)

    def knows(self, seen: Mark) -> bool:
        """Whether what was seen was seen of this store, or of a copy of it."""
        return seen.lineage in self.names

    def lacks(self, revision: int, seen: Mark) -> bool:
        """Whether the store, which is at `revision`, is without changes that were seen and have not been given up."""
        newest = self.names[0] if self.names else ""
        return revision < seen.revision if seen.lineage == newest else not self.knows(seen)
