"""Which transactions the calls of a block belong to. Tasks and threads started outside of the block are not part of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar, Token
from types import MappingProxyType

from amino_wire.transactions import carried

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


def enter(object_id: str, transaction: str) -> Token[Scope]:
    """Calls belong to the transaction of the object from here on, until `leave`."""
    return _open.set({**_open.get(), object_id: transaction})


def leave(token: Token[Scope]) -> None:
    """Ends what `enter` began."""
    _open.reset(token)
