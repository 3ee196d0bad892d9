"""Groups of errors: an exception of an object that has members is also an ExceptionGroup of Python's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, cast

from amino_wire.error_base import AminoError
from amino_wire.error_tree import GuestException
from amino_wire.protocol import CAUSE_LIMIT, ERRORS_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable


class GuestExceptionGroup(GuestException, ExceptionGroup[AminoError]):
    """An exception of the application that groups others: Python's ExceptionGroup, JavaScript's AggregateError and the like.

    `except amino.GuestException` takes the whole group, `except*` its members, which are in `errors` and in `exceptions`.
    """

    # An ExceptionGroup's own cannot be set.
    message: str = ""  # pyright: ignore[reportIncompatibleMethodOverride]

    def __new__(cls, message: str, *, errors: Sequence[AminoError], **_: Any) -> Self:  # pyright: ignore[reportInconsistentConstructor]
        return super().__new__(cls, message, errors)

    def derive(self, excs: Sequence[Any]) -> GuestExceptionGroup:  # type: ignore[override]
        """The same error with some of its members, as `except*` and `split` ask for."""
        parts = ("type", "stack", "details", "cause", "outcome", "hop")
        return GuestExceptionGroup(self.message, errors=excs, **{part: getattr(self, part) for part in parts})


def error_of(kind: type[AminoError], message: str, errors: Sequence[AminoError], **parts: Any) -> AminoError:
    """An error of a class, which is a group where it has members."""
    if errors and kind is GuestException:
        return GuestExceptionGroup(message, errors=errors, **parts)
    return kind(message, errors=errors, **parts)


class Room:
    """How many errors may still travel within one error, causes and members taken together."""

    def __init__(self) -> None:
        self._left = ERRORS_LIMIT - 1

    def take(self, wanted: int) -> int:
        """Takes room for as many errors as there is, at most as many as are wanted."""
        taken = min(wanted, self._left)
        self._left -= taken
        return taken


def members_of(raised: BaseException) -> Sequence[BaseException]:
    """The members of an error or of an ExceptionGroup; most exceptions have none."""
    if isinstance(raised, AminoError):
        return raised.errors
    return cast("BaseExceptionGroup[BaseException]", raised).exceptions if isinstance(raised, BaseExceptionGroup) else ()


def converted(raised: BaseException, make: Callable[..., AminoError], levels: int = CAUSE_LIMIT, room: Room | None = None) -> AminoError:
    """The error that stands for an exception of Python's, with those behind it and its members; an error of ours is itself.

    Arguments:
        raised: the exception.
        make: gives the error of one exception: `make(raised, cause=…, errors=…)`.
        levels: how many levels of causes and members may follow.
        room: how many errors may follow; None: as many as travel.
    """
    if isinstance(raised, AminoError):
        return raised
    room = room or Room()
    behind = raised.__cause__
    cause = converted(behind, make, levels - 1, room) if behind is not None and levels and room.take(1) else None
    members = members_of(raised) if levels else ()
    errors = [converted(member, make, levels - 1, room) for member in members[: room.take(len(members))]]
    return make(raised, cause=cause, errors=errors)
