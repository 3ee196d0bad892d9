"""Upcalls about replicas that came, went or moved, and the check of what may be called from outside."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Mapping, Sequence
from functools import partial
from typing import Any

from amino_wire.errors import ArgumentInvalid, MemberNotFound, PermissionDenied

from amino_dms.api import Part, is_command, is_peer, is_question
from amino_dms.runtime.hosts import ObjectView
from amino_dms.runtime.upcalls import Making, Upcall, tell_each


async def tell_members(parts: Mapping[str, Part[Any]], before: ObjectView, after: ObjectView) -> None:
    """Calls `on_member_removed` and `on_member_added` for every replica that is no longer, or newly, at its place. All
    parts hear of all of them; an error of a part is logged, since the change has happened.

    Arguments:
        parts: by the names of their managers.
        before, after: the facts about the object, earlier and now.
    """
    old = {(replica.number, replica.node): replica for replica in before.replicas}
    new = {(replica.number, replica.node): replica for replica in after.replicas}
    gone = [old[place] for place in sorted(old.keys() - new.keys())]
    come = [new[place] for place in sorted(new.keys() - old.keys())]
    news: list[tuple[str, str, Making]] = []
    for name, part in parts.items():
        news += [(name, "on_member_removed", partial(part.on_member_removed, replica)) for replica in gone]
        news += [(name, "on_member_added", partial(part.on_member_added, replica)) for replica in come]
    await tell_each(Upcall(after, name, upcall, tell) for name, upcall, tell in news)


def saves(part: Part[Any]) -> bool:
    """Whether a part ever has anything to save: its class has a `save` of its own."""
    return next(each for each in type(part).__mro__ if "save" in vars(each)).__module__ != Part.__module__


def method_of(part: Part[Any] | None, owner: str, name: str, *, commands_only: bool, by_client: bool = False) -> Any:
    """The bound method of a part that may be called from outside.

    Arguments:
        by_client: a proxy in the process of a client calls, for whom nobody vouches.

    Raises:
        MemberNotFound: the manager has no such part, or the part offers no such method.
        PermissionDenied: only parts in kernels and in the OMS may call it.
    """
    allowed = is_command if commands_only else is_peer
    if part is None or not allowed(type(part), name):
        kind = "command" if commands_only else "method"
        raise MemberNotFound(f"the deployment manager {owner} has no {kind} {name!r} at that part; `amino explain` lists its commands")
    if by_client and not is_question(type(part), name):
        raise PermissionDenied(
            f"the method {name!r} of the deployment manager {owner} is for its parts in kernels and in the OMS;"
            " proxies of clients may call commands, and what is marked `@question`"
        )
    return getattr(part, name)


def begun(method: Any, owner: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None) -> Awaitable[Any]:
    """A method that `method_of` gave, called with these arguments.

    Raises:
        ArgumentInvalid: they do not fit its parameters, which the message names.
    """
    given = kwargs or {}
    try:
        pending: Awaitable[Any] = method(*args, **given)
    except TypeError as error:
        signature = inspect.signature(method)
        plain = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
        raise ArgumentInvalid(
            f"the command {name} of {owner} was called with other arguments than it takes ({_misfit(signature, args, given) or error}); "
            f"it is {name}{inspect.Signature(plain)}",
            details={"manager": owner, "command": name, "parameters": list(signature.parameters)},
        ) from None
    return pending


def _misfit(signature: inspect.Signature, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        return str(error)
    return ""
