"""Which members of an object only read: declared by its author, or found to change nothing (Sapphire section 6: copy and diff)."""

from __future__ import annotations

from amino_dms.api import QUESTION, Interface, is_internal

TRIALS = 3
"""How often a member must have changed nothing before callers are told that it reads."""


class Members:
    """The members of an object, as readers and writers. A member that has changed something once is a writer for good.

    Arguments:
        interface: the author's declarations.
    """

    def __init__(self, interface: Interface) -> None:
        self._declared = interface.read_only
        self._writers: set[str] = set()
        self._unchanged: dict[str, int] = {}

    def reads(self, method: str) -> bool:
        """Whether its author declared that it changes nothing, or a manager asks a question."""
        return method in self._declared or method.startswith(QUESTION)

    def writes(self, method: str) -> bool:
        """Whether it has changed something once, or is a call of a manager."""
        return method in self._writers or is_internal(method)

    def known_writers(self) -> frozenset[str]:
        """The members that have changed something once."""
        return frozenset(self._writers)

    def ran_unwatched(self, method: str) -> None:
        """A member ran without a comparison of states: its earlier runs prove nothing any more."""
        self._unchanged.pop(method, None)

    def saw(self, method: str, *, changed: bool) -> None:
        """Takes note of one call that came to its end, or that changed something before it failed."""
        if changed:
            self._writers.add(method)
            self._unchanged.pop(method, None)
        else:
            self._unchanged[method] = self._unchanged.get(method, 0) + 1

    def seem_to_read(self) -> list[str]:
        """The members that are not declared, and have changed nothing often enough."""
        return sorted(method for method, count in self._unchanged.items() if count >= TRIALS and method not in self._writers)
