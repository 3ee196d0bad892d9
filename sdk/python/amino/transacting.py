"""The part of a client that makes transactions over several objects."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import random
from typing import TYPE_CHECKING, TypeVar, cast

from amino_wire.errors import from_message
from amino_wire.pb import client_pb2

from amino.identifiers import new_id
from amino.joint_transactions import SECONDS, JointTransaction, pause_before
from amino.kinds import Kinds
from amino.lengths import Length
from amino.transaction_info import TransactionInfo

if TYPE_CHECKING:
    from amino.client import Client

T = TypeVar("T")


class Transacting(Kinds):
    """A client's transactions.

    Arguments: as ClientCore.
    """

    def transaction(self, *, timeout: Length = SECONDS) -> JointTransaction:
        """A block of calls to any objects that happen as one or not at all: `async with client.transaction(): …`.

        Arguments:
            timeout: seconds until it ends without effect, unless it is committed by then.
        """
        return JointTransaction(cast("Client", self), timeout)

    async def transact(self, work: Callable[[], Awaitable[T]], *, tries: int = 10, timeout: Length = SECONDS) -> T:
        """Runs `work` in a transaction, and again, after a pause, where it failed because of others that ran at the same time.

        Arguments:
            work: makes the calls; what it changes elsewhere it may change several times.
            tries: how often it is run at most.
            timeout: seconds for each time.

        Raises:
            TransactionConflict, Deadlock: the last time failed so, too.
            AminoError: what the block raises; see JointTransaction.
        """
        for attempt in range(1, tries + 1):
            transaction = self.transaction(timeout=timeout)
            try:
                async with transaction:
                    result = await work()
            except Exception as error:
                if attempt == tries or not transaction.may_try_again(error):
                    raise
            else:
                return result
            await asyncio.sleep(pause_before(attempt, random()))
        raise ValueError(f"a transaction is tried once at least, not {tries} times")

    async def transactions(self) -> tuple[TransactionInfo, ...]:
        """The transactions over several objects that are open, or whose objects do not all know yet how they ended."""
        response = await self.connections.request("ListTransactions", client_pb2.ListTransactionsRequest())
        return tuple(TransactionInfo.of(record) for record in response.transactions)

    async def abort(self, transaction: str, reason: str = "an operator ended it") -> None:
        """Ends a transaction without effect, also another client's.

        Raises:
            TransactionInvalid: it is committed.
            TransactionAborted: it had been ended before, or never was.
        """
        request = client_pb2.EndTransactionRequest(transaction=transaction, reason=reason, request_id=new_id(), operator=True)
        response = await self.connections.request("EndTransaction", request)
        if response.HasField("ended"):
            raise from_message(response.ended)
