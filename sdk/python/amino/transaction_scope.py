"""Which transaction the calls of a block belong to. Tasks and threads started outside of the block are not part of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar, Token
from types import MappingProxyType

Scope = Mapping[str, str]
_NONE: Scope = MappingProxyType({})
_open: ContextVar[Scope] = ContextVar("amino_transactions", default=_NONE)


def transaction_of(object_id: str) -> str:
    """The id of the transaction that calls to an object are part of here; empty: none."""
    return _open.get().get(object_id, "")


def enter(object_id: str, transaction: str) -> Token[Scope]:
    """Calls to the object belong to the transaction from here on, until `leave`."""
    return _open.set({**_open.get(), object_id: transaction})


def leave(token: Token[Scope]) -> None:
    """Ends what `enter` began."""
    _open.reset(token)
