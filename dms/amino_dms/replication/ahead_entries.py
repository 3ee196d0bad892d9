"""Entries of the log that are heard before it is their turn: a call that runs may wait for them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from amino_wire.errors import AminoError, from_payload, to_payload
from amino_wire.values import EncodedValue

from amino_dms.api.delegation import Ending

ANSWERED: Final = "answered"
SKIPPED: Final = "skipped"
FAILED: Final = "failed"
KINDS: Final = (ANSWERED, SKIPPED, FAILED)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a call to another object came to, for all replicas.

    Arguments:
        number: of that call; see `outside_calls`.
        value: the answer, encoded; None: it ended with an error.
        error: the payload of that.
    """

    number: int
    value: bytes | None
    error: Any = None

    @classmethod
    def of(cls, number: int, outcome: EncodedValue | AminoError) -> Answered:
        """The entry of an outcome."""
        if isinstance(outcome, AminoError):
            return cls(number, None, to_payload(outcome))
        return cls(number, outcome.data)

    def outcome(self) -> EncodedValue | AminoError:
        """What the object that called is told."""
        return from_payload(self.error) if self.value is None else EncodedValue(self.value)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A call that no replica runs any more.

    Arguments:
        position: of the entry that the call stands in.
        session, number: its key.
        error: the payload of the error that it ends with.
    """

    position: int
    session: str
    number: int
    error: Any

    def ending(self) -> Ending:
        """How it ends for its caller."""
        return Ending(None, from_payload(self.error))


@dataclass(frozen=True, slots=True)
class Failed:
    """A call has failed on the leader of an epoch, which therefore has answered nobody.

    Arguments:
        epoch: of the leader.
        position, session, number: as of `Skipped`.
    """

    epoch: int
    position: int
    session: str
    number: int


Ahead = Answered | Skipped | Failed


def to_list(entry: Ahead) -> list[Any]:
    """An entry as it lies in the log, behind the form."""
    match entry:
        case Answered(number, value, error):
            return [ANSWERED, number, value, error]
        case Skipped(position, session, number, error):
            return [SKIPPED, position, session, number, error]
        case Failed(epoch, position, session, number):
            return [FAILED, epoch, position, session, number]


def from_list(found: list[Any]) -> Ahead:
    """The entry of such a list; the kind is one of `KINDS`."""
    kind, *rest = found
    if kind == ANSWERED:
        return Answered(*rest)
    return Skipped(*rest) if kind == SKIPPED else Failed(*rest)


_MARKS: Final = tuple(bytes((0xA0 | len(kind),)) + kind.encode() for kind in KINDS)


def is_ahead(data: bytes) -> bool:
    """Whether the bytes of an entry are those of such one; nothing else is read."""
    return data.startswith(_MARKS, 2)
