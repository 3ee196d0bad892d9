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

    A store that was filled from another one has a name of its own before the names of that one, and has what was seen of it up to the
    revision that was copied.

    Attributes:
        names: the names.
        ends: of some earlier names, the revision up to which the store has all changes. It lacks nothing of the others.
    """

    names: tuple[str, ...] = ()
    ends: tuple[tuple[str, int], ...] = ()

    @staticmethod
    def of(text: str) -> Lineage:
        """Reads what `text` gives."""
        tokens = [token.partition("@") for token in text.split()]
        return Lineage(tuple(name for name, _, _ in tokens), tuple((name, int(end)) for name, _, end in tokens if end))

    def text(self) -> str:
        """The names in one line."""
        ends = dict(self.ends)
        return " ".join(f"{name}@{ends[name]}" if name in ends else name for name in self.names)

    def renamed(self, name: str) -> Lineage:
        """The lineage with a further name; whatever is lacking of the names before is given up."""
        return Lineage((name, *self.names[: _REMEMBERED - 1]))

    def copied(self, name: str, revision: int) -> Lineage:
        """The lineage of a store that was filled with what this one held at a revision."""
        kept = self.names[: _REMEMBERED - 1]
        ends = {**dict(self.ends), **dict.fromkeys(self.names[:1], revision)}
        return Lineage((name, *kept), tuple((each, ends[each]) for each in kept if each in ends))

    def mark(self, revision: int) -> Mark:
        """What may be seen of the store at a revision."""
        return Mark(self.names[0], revision)

    def knows(self, seen: Mark) -> bool:
        """Whether what was seen was seen of this store, or of a copy of it."""
        return seen.lineage in self.names

    def lacks(self, revision: int, seen: Mark) -> bool:
        """Whether the store, which is at `revision`, is without changes that were seen and have not been given up."""
        newest = self.names[0] if self.names else ""
        if seen.lineage == newest:
            return revision < seen.revision
        return not self.knows(seen) or seen.revision > dict(self.ends).get(seen.lineage, seen.revision)
