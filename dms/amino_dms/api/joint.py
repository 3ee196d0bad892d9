"""The requests of a transaction manager about transactions over several objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class JointCall:
    """The call by which an object takes part in a transaction, or would.

    Arguments:
        transaction: the transaction's name.
        token: of the object's part: another one says that what an earlier part did is lost.
        member: of the object, for people.
        caller: who called, for people.
        after: the transaction whose changes the object shows, and which is not decided as far as the object knows; empty: none.
    """

    transaction: str
    token: str
    member: str
    caller: str
    after: str = ""


class JointKernel(Protocol):
    """An instance manager's way to the coordinator of transactions."""

    async def join_transaction(self, call: JointCall) -> None:
        """The object takes part from now on.

        Raises:
            TransactionAborted, TransactionInvalid, Deadlock: the transaction has ended, or its commit has been asked for.
            NotTransactional: the chain of the object does not keep what a transaction promises.
            OmsUnavailable: the coordinator does not answer.
        """
        ...

    async def wait_in_transaction(self, call: JointCall, holder: str) -> None:
        """The call waits for the object. Raises as `join_transaction`.

        Arguments:
            holder: the transaction that has the object; empty: calls outside of transactions.
        """
        ...

    async def transaction_outcome(self, transaction: str) -> str:
        """`committed` or `aborted`; empty: it is not decided. Raises OmsUnavailable."""
        ...
