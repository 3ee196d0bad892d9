"""Kinds of values that have no class in Python, and the numbers of the extension types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from amino_wire.protocol import Extension

BIG_INTEGER = Extension.BIG_INTEGER
SET = Extension.SET
DURATION = Extension.DURATION
REFERENCE = Extension.REFERENCE
ERROR = Extension.ERROR
GRAPH = Extension.GRAPH
BACK_REFERENCE = Extension.BACK_REFERENCE
RAISED = Extension.RAISED
NAMED = Extension.NAMED

SCALARS: frozenset[type] = frozenset({int, str, float, bool, bytes, type(None)})
"""Exact types that msgpack writes and reads by itself."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000_000
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Reference:
    """Says which object is meant and where it was last seen (Sapphire section 3: objects are passed by reference).

    Arguments:
        id: the object's id, the same for its whole life.
        class_name: the name its class is registered under, for people.
        epoch: how often the object had moved when this reference was made.
        address: `host:port` of a kernel that can reach it.
    """

    id: str
    class_name: str | None = None
    epoch: int = 0
    address: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A moment, in nanoseconds since 1970, UTC. Used where `datetime` is too coarse or its range too small."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if not -(2**63) <= self.nanoseconds // _SECOND < 2**63:
            raise ValueError(f"{self.nanoseconds} ns does not fit a timestamp, whose seconds have 64 bits")

    @classmethod
    def of(cls, moment: datetime) -> Timestamp:
        """The same moment; `moment` must know its time zone."""
        if moment.tzinfo is None:
            raise ValueError("a datetime without a time zone names no moment; give it tzinfo")
        return cls((moment - _EPOCH) // _MICROSECOND * 1000)

    def to_datetime(self) -> datetime:
        """The same moment, cut to microseconds.

        Raises:
            OverflowError: outside the years 1 to 9999.
        """
        return _EPOCH + timedelta(microseconds=self.nanoseconds // 1000)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in nanoseconds (64 bits). Used where `timedelta` is too coarse."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if not -(2**63) <= self.nanoseconds < 2**63:
            raise ValueError(f"{self.nanoseconds} ns does not fit a duration of 64 bits (about 292 years)")

    @classmethod
    def of(cls, length: timedelta) -> Duration:
        """The same length."""
        return cls(length // _MICROSECOND * 1000)

    def to_timedelta(self) -> timedelta:
        """The same length, cut to microseconds."""
        return timedelta(microseconds=self.nanoseconds // 1000)


@dataclass(frozen=True, slots=True)
class EncodedValue:
    """A value as its bytes: passed on without looking into it (a router does not need to know what it carries)."""

    data: bytes


def moment_of(nanoseconds: int) -> datetime | Timestamp:
    """A datetime where it loses nothing, else a Timestamp."""
    if nanoseconds % 1000 == 0:
        try:
            return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
        except OverflowError:
            pass
    return Timestamp(nanoseconds)


def length_of(nanoseconds: int) -> timedelta | Duration:
    """A timedelta where it loses nothing, else a Duration."""
    if nanoseconds % 1000 == 0:
        return timedelta(microseconds=nanoseconds // 1000)
    return Duration(nanoseconds)
