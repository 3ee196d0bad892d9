"""Names that people guess for the options of calls. They are refused, since a call of that name would go to the object instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amino.member_texts import member_in

if TYPE_CHECKING:
    from amino_wire.pb import common_pb2

_ALWAYS = frozenset(
    {"withoptions", "withoption", "withopts", "withopt", "withcalloptions", "withdeadline", "withtimeout", "withheaders", "calloptions"}
)
"""In lower case, without underscores."""
_UNLESS_LISTED = frozenset({"options", "option", "opts", "with", "setoptions", "deadline", "timeout"})
"""The same, for names that an object may well have: they are refused only where the object is known not to."""


def check_guess(name: str, record: common_pb2.ObjectRecord | None) -> None:
    """Raises AttributeError for a name that is meant for `with_options`."""
    plain = name.replace("_", "").lower()
    if plain not in _ALWAYS and (plain not in _UNLESS_LISTED or record is None):
        return
    if member_in(record, name) is None:
        raise AttributeError(
            f"{name} is no member; did you mean stub.with_options(deadline=…)? Where the object does have that member, use stub[{name!r}]",
            name=name,
        )
