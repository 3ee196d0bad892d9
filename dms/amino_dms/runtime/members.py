"""Upcalls about replicas that came, went or moved, and the check of what may be called from outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amino_wire.errors import MemberNotFound

from amino_dms.api import Part, is_command, is_peer
from amino_dms.runtime.hosts import ObjectView


async def tell_members(parts: Iterable[Part[Any]], before: ObjectView, after: ObjectView) -> None:
    """Calls `on_member_removed` and `on_member_added` for every replica that is no longer, or newly, at its place."""
    old = {(replica.number, replica.node): replica for replica in before.replicas}
    new = {(replica.number, replica.node): replica for replica in after.replicas}
    for part in parts:
        for place in old.keys() - new.keys():
            await part.on_member_removed(old[place])
        for place in new.keys() - old.keys():
            await part.on_member_added(new[place])


def method_of(part: Part[Any] | None, owner: str, name: str, *, commands_only: bool) -> Any:
    """The bound method of a part that may be called from outside.

    Raises:
        MemberNotFound: the manager has no such part, or the part offers no such method.
    """
    allowed = is_command if commands_only else is_peer
    if part is None or not allowed(type(part), name):
        kind = "command" if commands_only else "method"
        raise MemberNotFound(f"the deployment manager {owner} has no {kind} {name!r} at that part; `amino explain` lists its commands")
    return getattr(part, name)
