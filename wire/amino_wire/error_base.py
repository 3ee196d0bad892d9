"""The root of the error tree and the groups that callers distinguish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from amino_wire.hops import Hop, trace_of
from amino_wire.protocol import DEFAULT_OUTCOMES, Code, Outcome


class AminoError(Exception):
    """Something that Amino could not do. The message says what happened, to which object, and what to do.

    Arguments:
        message: one or two sentences for a person.
        type: the class name in the language that raised it; empty for an error of ours.
        stack: the guest's frames as text, innermost first as its language prints them; may be empty.
        details: values for programs, such as the new address of a moved object.
        cause: the error behind this one.
        outcome: whether the call ran that ended with this error; None: the outcome of the code (`spec/protocol.json`).
        errors: the members of a group of errors; most errors have none.
        hop: where it came out of an object's code; None: no object's code ended with it.
    """

    code: ClassVar[str] = Code.INTERNAL

    def __init__(
        self,
        message: str,
        *,
        type: str = "",
        stack: str = "",
        details: Mapping[str, Any] | None = None,
        cause: AminoError | None = None,
        outcome: Outcome | None = None,
        errors: Sequence[AminoError] = (),
        hop: Hop | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.type = type or self.__class__.__name__
        self.stack = stack
        self.details: dict[str, Any] = dict(details or {})
        self.cause = cause
        self.outcome = DEFAULT_OUTCOMES[self.code] if outcome is None else outcome
        self.errors = tuple(errors)
        self.hop = hop
        if cause is not None:
            self.__cause__ = cause

    def __str__(self) -> str:
        return self.message

    @property
    def trace(self) -> list[Hop]:
        """The objects through whose code the call went until it failed, the one that was called first in front."""
        return trace_of(self)

    def __reduce__(self) -> tuple[Any, ...]:
        parts = ("type", "stack", "details", "cause", "outcome", "errors", "hop")
        notes = list(getattr(self, "__notes__", ()))
        return _restore, (self.__class__, self.message, {part: getattr(self, part) for part in parts}, notes)


def _restore(kind: type[AminoError], message: str, parts: dict[str, Any], notes: Sequence[str]) -> AminoError:
    error = kind(message, **parts)
    for note in notes:
        error.add_note(note)
    return error


class InvalidRequest(AminoError):
    """The request cannot be right, however often it is sent."""


class NotFound(AminoError):
    """Nothing of that name."""


class Conflict(AminoError):
    """It conflicts with the state that is there."""


class Unavailable(AminoError):
    """Not now; perhaps later."""


class Ended(AminoError):
    """The call ended without its result."""


class Refused(AminoError):
    """The operator of the kernel does not allow it."""


class MachineProblem(AminoError):
    """Something is missing or in the way on this machine; `amino doctor` says more."""
