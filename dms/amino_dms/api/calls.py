"""Small helpers over an invocation, and the names of calls that managers make themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from amino_wire.errors import AminoError
from amino_wire.frames import Invocation
from amino_wire.transactions import own_transaction
from amino_wire.values import EncodedValue

from amino_dms.api.model import Interface

Next = Callable[[Invocation], Awaitable[Any]]
"""Hands a call to the next part inwards, and at the end to the object."""

Tell = Callable[["EncodedValue | AminoError"], None]
"""Hears what became of a call, once."""
GiveUp = Callable[[], None]
"""Says that nobody waits for a call any more."""

REPLICA_HEADER: Final = "replica"
"""Which replica a call must go to; absent: any that the kernel likes, which is number 0."""

SAVED_HEADER: Final = "saved"
"""A header of calls that managers make: a manager that saves the object now and then has saved it when such a call is answered."""

SYNC: Final = "@sync"
"""A call that managers make: the object's state becomes the first argument. Parts nearer the object see it as a write."""
TOUCH: Final = "@touch"
"""A call that managers make: nothing changes in the object, but what the managers know has; savers save."""
QUESTION: Final = "@?"
"""How the names of calls begin that managers make and that change nothing; all parts treat them as reads."""
LOOK: Final = "@?look"
"""A call that managers make before they show the object's state to somebody: savers nearer the object save changes that are not
saved."""


class FixedCall(NamedTuple):
    """A call that comes to the same on every replica: its values stay encoded until the object runs it.

    Arguments:
        method: the member.
        args: an array of the arguments.
        kwargs: a map of the named ones; empty: there are none.
        request_id, client_id: of the caller.
        fixed: the time of day that the object sees, in nanoseconds since 1970, the seed of its chance, and for how many milliseconds it
            may run.
        chain: the calls that led to it.
    """

    method: str
    args: bytes
    kwargs: bytes
    request_id: str
    client_id: str
    fixed: tuple[int, ...]
    chain: tuple[str, ...] = ()


class NotAnswered:
    """Says that a proxy cannot answer without waiting."""

    def __repr__(self) -> str:
        return "NOT_ANSWERED"

    def __bool__(self) -> bool:
        return False


NOT_ANSWERED: Final = NotAnswered()


def is_internal(method: str) -> bool:
    """Whether a call was made by a manager, not by a caller: its name begins with `@`."""
    return method.startswith("@")


def is_read(method: str, interface: Interface) -> bool:
    """Whether a call changes nothing: its author declared the member to read, or a manager asks a question."""
    return method in interface.read_only or method.startswith(QUESTION)


def chain_id(call: Invocation) -> str:
    """The id that the calls of one chain (A calls B calls A) have in common; a call without a chain is a chain by itself."""
    return call.chain[0] if call.chain else call.request_id


def is_of(hop: str, object_id: str) -> bool:
    """Whether a hop of a chain is a call of an object: of any instance of it."""
    # A replica has the object's id, then a slash and its path; a transaction's copy, a tilde and a number.
    return hop.startswith((f"{object_id}.", f"{object_id}~", f"{object_id}/"))


def re_enters(call: Invocation) -> bool:
    """Whether a call comes from inside another call to the same object, by way of other objects: that one waits for
    it. Two calls of one chain may also run beside one another, where an object awaits several at once; those do
    not."""
    chain = call.chain
    if len(chain) < 2:
        return False
    # A transaction's copy of the object has the object's id, then a tilde and a number.
    within = (f"{call.object_id}.", f"{call.object_id}~")
    return any(hop.startswith(within) for hop in chain[1:])


def transaction_of(call: Invocation) -> str:
    """The transaction of the call's object that it is part of; empty: none. Those of other objects may be open around it."""
    return own_transaction(call.transaction_id, call.object_id)


def to_replica(call: Invocation, number: int) -> Invocation:
    """The call, addressed to one replica."""
    return call.changed(headers={**call.headers, REPLICA_HEADER: number})


def replica_of(call: Invocation) -> int | None:
    """The replica a call is addressed to; None: any."""
    number = call.headers.get(REPLICA_HEADER)
    return number if isinstance(number, int) else None


def with_header(call: Invocation, name: str, value: Any) -> Invocation:
    """The call with one more header, under its manager's name."""
    return call.changed(headers={**call.headers, name: value})
