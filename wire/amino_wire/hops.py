"""Where a call that failed went: the objects through whose code it came, one hop each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, cast

from amino_wire.protocol import CAUSE_LIMIT

if TYPE_CHECKING:
    from amino_wire.error_base import AminoError

HOP_LENGTH = 200
"""Characters of each text of a hop that are shown."""


@dataclass(frozen=True)
class Hop:
    """Where the call was in the code of one object.

    Arguments:
        language: of the object.
        object_id: of the object.
        name: of the object; None: it has none.
        member: the one that was called.
        file: of the artifact; None where the language does not say.
        line: of the file, from 1; None where the language does not say.
    """

    language: str
    object_id: str
    name: str | None
    member: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.name}.{self.member}" if self.name else f"object {self.object_id} {self.member}"
        place = "" if self.file is None else f", {self.file}" + ("" if self.line is None else f":{self.line}")
        return f"{_short(where)} ({self.language}{_short(place)})"

    def parts(self) -> list[Any]:
        """The array of the hop, as it travels."""
        return list(astuple(self))


def _short(text: str) -> str:
    return text if len(text) <= HOP_LENGTH else f"{text[:HOP_LENGTH]}…"


_KINDS = ((str,), (str,), (str, type(None)), (str,), (str, type(None)), (int, type(None)))


def hop_of(parts: Any) -> Hop | None:
    """The hop of an array that travelled; None for what is none, such as an item of a later version."""
    if not isinstance(parts, (list, tuple)):
        return None
    found = cast("Sequence[Any]", parts)[: len(_KINDS)]
    if len(found) < len(_KINDS) or any(type(part) not in kinds for part, kinds in zip(found, _KINDS, strict=True)):
        return None
    return Hop(*found)


def trace_of(error: AminoError) -> list[Hop]:
    """The objects through whose code a call went until it failed, the one that was called first in front."""
    hops: list[Hop] = []
    link: AminoError | None = error
    for _ in range(CAUSE_LIMIT + 1):
        if link is None:
            break
        if link.hop is not None:
            hops.append(link.hop)
        link = link.cause
    return hops


def trace_text(error: AminoError) -> str:
    """The trace of an error for people, one hop a line; empty where no object's code ended with it."""
    hops = trace_of(error)
    return "\n".join(["the call went through", *(f"  {hop}" for hop in hops)]) if hops else ""
