"""Which transactions the calls of a block belong to. Tasks and threads started outside of the block are not part of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar, Token
from dataclasses import replace
from types import MappingProxyType

from amino_wire.invocation import CallOptions
from amino_wire.transactions import carried, joint_of

from amino.identifiers import new_id

Scope = Mapping[str, str]
"""Names of transactions by the ids of their objects; of one over several objects by `*`."""
_NONE: Scope = MappingProxyType({})
_open: ContextVar[Scope] = ContextVar("amino_transactions", default=_NONE)


def transaction_of(object_id: str) -> str:
    """The name of the transaction of an object that is open here; empty: none."""
    return _open.get().get(object_id, "")


def any_here() -> str:
    """The name of a transaction that is open here; empty: none."""
    return next(iter(_open.get().values()), "")


def transactions_for(object_id: str) -> str:
    """What a call to an object carries here: its own transaction and those of other objects, which it may reach; empty: none."""
    return carried(_open.get(), object_id)


def within(transactions: str, options: CallOptions | None) -> CallOptions | None:
    """The options of a call that is part of transactions, unless its options name others. In one over several objects it has an id of its
    own, by which it counts once."""
    name = options.transaction_id if options is not None and options.transaction_id else transactions
    if not name:
        return options
    known = options or CallOptions()
    request_id = known.request_id or (new_id() if joint_of(name) else "")
    return replace(known, transaction_id=name, request_id=request_id)


def enter(object_id: str, transaction: str) -> Token[Scope]:
    """Calls belong to the transaction of the object from here on, until `leave`."""
    return _open.set({**_open.get(), object_id: transaction})


def leave(token: Token[Scope]) -> None:
    """Ends what `enter` began."""
    _open.reset(token)
