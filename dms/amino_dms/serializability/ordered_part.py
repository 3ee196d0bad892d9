"""The part of an object with replicas in a transaction over several objects, as the log has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class OrderedPart:
    """A part of the replicated state.

    Arguments:
        token: of the part, from the entry that made it: all replicas have the same.
        joined: the coordinator knows of the part. Until then no call of the transaction runs.
        voted: only the coordinator ends it from now on.
    """

    token: str
    joined: bool = False
    voted: bool = False

    def joins(self, shown: Any) -> bool:
        """Whether calls of the transaction run. `shown`: the token with which a call comes that has waited for the coordinator."""
        self.joined = self.joined or shown == self.token
        return self.joined

    def votes(self) -> None:
        """The coordinator has asked for the vote, which is yes: so it knows of the part."""
        self.joined = self.voted = True

    def ends_committed(self, *, committed: bool) -> bool | None:
        """How it ends, told how the transaction has: True: committed; False: taken back; None: it cannot end so.

        A transaction is never committed without the vote of an object that takes part. So if it is, an object whose part the
        coordinator never heard of takes no part."""
        if not committed:
            return False
        return True if self.voted else None if self.joined else False

    def to_value(self) -> list[Any]:
        """For snapshots."""
        return [self.token, self.joined, self.voted]

    @staticmethod
    def of(value: Any) -> OrderedPart | None:
        """From a snapshot; None: the transaction is one of this object alone."""
        return None if value is None else OrderedPart(*value)
