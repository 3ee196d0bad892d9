"""The transactions of the client without async."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from random import random
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from amino.blocking_kinds import BlockingKinds
from amino.joint_transactions import SECONDS, BlockingJointTransaction, pause_before
from amino.lengths import Length
from amino.transaction_info import TransactionInfo

if TYPE_CHECKING:
    from amino.blocking import BlockingClient
    from amino.client import Client

T = TypeVar("T")


class _Blocking(Protocol):
    @property
    def core(self) -> Client: ...

    def run(self, work: Coroutine[Any, Any, T]) -> T: ...


class BlockingTransacting(BlockingKinds):
    """As Transacting, each waited for."""

    def transaction(self, *, timeout: Length = SECONDS) -> BlockingJointTransaction:
        """See Client.transaction: `with client.transaction(): …`."""
        return BlockingJointTransaction(cast("BlockingClient", self), timeout)

    def transact(self, work: Callable[[], T], *, tries: int = 10, timeout: Length = SECONDS) -> T:
        """See Client.transact."""
        for attempt in range(1, tries + 1):
            transaction = self.transaction(timeout=timeout)
            try:
                with transaction:
                    result = work()
            except Exception as error:
                if attempt == tries or not transaction.inside.may_try_again(error):
                    raise
            else:
                return result
            time.sleep(pause_before(attempt, random()))
        raise ValueError(f"a transaction is tried once at least, not {tries} times")

    def transactions(self: _Blocking) -> tuple[TransactionInfo, ...]:
        """See Client.transactions."""
        return self.run(self.core.transactions())

    def abort(self: _Blocking, transaction: str, reason: str = "an operator ended it") -> None:
        """See Client.abort."""
        self.run(self.core.abort(transaction, reason))
