"""Calls that an object's own gate lets in without a part, until the part is asked for anything (Gray and Cheriton, 1989)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from amino_wire.errors import AminoError

_NO_SESSIONS: Mapping[str, int] = {}
_NO_REQUESTS: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers that calls carry in a header, as `[session, number, lowest]`. The gate lets in a call whose number is higher than
    all before in its session, and keeps outcomes from number `lowest` on for the part.

    Arguments:
        header: the name of the header.
        last: the last number that the part has seen of each session.
        requests: the request ids that the part knows: a call with another one of its own is let in; None: no such call is.
    """

    header: str
    last: Mapping[str, int] = field(default_factory=lambda: _NO_SESSIONS)
    requests: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """Which calls may run without a part.

    Arguments:
        members: whose calls; None: those of all members.
        calls: how many; None: any number. The gate sends the next one to the part.
        numbers: calls must carry these; None: they carry no header at all.
        free: members whose calls are neither counted nor numbered.
        alone: calls run one after another.
        withholds: their answers wait at the gate until the part has stored the state they have left (`InstanceManager.withheld`).
        captures: the gate captures the state too, which comes with the notice that answers wait (`InstanceManager.captured`).
        later: calls wait at the gate first, until none is inside and the part delegates without this.
    """

    members: frozenset[str] | None = None
    calls: int | None = None
    numbers: Numbers | None = None
    free: frozenset[str] = frozenset()
    alone: bool = False
    withholds: bool = False
    later: bool = False
    captures: bool = False

    def with_(self, other: Delegation) -> Delegation | None:
        """What two parts of a chain delegate together; None: nothing."""
        if self.numbers is not None and other.numbers is not None:
            return None
        members = self.members if other.members is None else other.members if self.members is None else self.members & other.members
        calls = self.calls if other.calls is None else other.calls if self.calls is None else min(self.calls, other.calls)
        free = self.free & other.free if self._looks and other._looks else self.free if self._looks else other.free
        alone, withholds, later = self.alone or other.alone, self.withholds or other.withholds, self.later or other.later
        captures = self.captures or other.captures
        return Delegation(members, calls, self.numbers or other.numbers, free, alone, withholds, later, captures)

    @property
    def _looks(self) -> bool:
        return self.calls is not None or self.numbers is not None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended: `error` is None where it answered `value`."""

    value: Any
    error: AminoError | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """What became of the numbered calls of one session.

    Arguments:
        lowest: the lowest number whose outcome may still be asked for.
        endings: of each call from there on: its number and how it ended.
        requests: the request ids of those that had one of their own, by number.
    """

    lowest: int
    endings: tuple[tuple[int, Ending], ...]
    requests: Mapping[int, str] = field(default_factory=lambda: _NO_REQUESTS)


@dataclass(frozen=True, slots=True)
class Ran:
    """What ran under a delegation until it was recalled. Calls that had not ended then come through `on_call`, and their `next`
    waits for their end.

    Arguments:
        calls: how many calls have ended, besides those that are free.
        sessions: of numbered calls, by session.
        withheld: how many calls have run whose answers wait until the state is stored.
        under_way: how many calls have not ended.
    """

    calls: int
    sessions: Mapping[str, Session]
    withheld: int = 0
    under_way: int = 0
