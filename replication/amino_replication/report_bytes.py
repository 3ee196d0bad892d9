"""The bytes of a report, for its way to the master."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from amino_wire import frames
from amino_wire.errors import FrameInvalid, ValueInvalid
from amino_wire.guards import is_list
from amino_wire.values import reader

from amino_replication.identity import MemberId
from amino_replication.reports import CaughtUp, Differs, Handover, Leaves, Longer, Opened, Report, Suspected

VERSION = 1
_KINDS: tuple[type[Report], ...] = (Suspected, Longer, Opened, CaughtUp, Differs, Handover, Leaves)
"""By their numbers in the bytes."""
_MEMBERS = frozenset({"by", "member", "to"})


def encode_report(report: Report) -> bytes:
    """A report as bytes."""
    plain: list[Any] = [getattr(report, each.name) for each in fields(report)]
    flat: list[Any] = [list(value) if type(value) in (tuple, MemberId) else value for value in plain]
    return frames.pack([VERSION, _KINDS.index(type(report)), *flat])


def decode_report(data: bytes) -> Report:
    """The report in such bytes. Raises FrameInvalid where they are none, or of a version that is not known here."""
    try:
        plain: Any = reader.unpack(data)
        if not is_list(plain):
            raise ValueError("no list of a report's fields")
        if len(plain) < 3 or plain[0] != VERSION or type(plain[1]) is not int or not 0 <= plain[1] < len(_KINDS):
            raise ValueError("no report of a known version and kind")
        kind = _KINDS[plain[1]]
        names = [each.name for each in fields(kind)]
        values: dict[str, Any] = {name: _value(name, value) for name, value in zip(names, plain[2:], strict=True)}
        return kind(**values)
    except (ValueInvalid, ValueError, TypeError, IndexError) as error:
        raise FrameInvalid(f"a report of a group's member cannot be read ({error}): look whether all kernels have one version") from None


def _value(name: str, value: Any) -> Any:
    if name in _MEMBERS:
        kernel, incarnation = value
        if type(kernel) is not str or type(incarnation) is not int:
            raise ValueError("a member is a kernel and an incarnation")
        return MemberId(kernel, incarnation)
    if name == "end":
        epoch, index = value
        if type(epoch) is not int or type(index) is not int:
            raise ValueError("the end of a log is an epoch and an index")
        return (epoch, index)
    if type(value) is not (bool if name == "ended" else int):
        raise ValueError(f"{name} is a {type(value).__name__}")
    return value
