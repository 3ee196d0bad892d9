"""`async with stub.dm.transaction(): …`: the calls inside happen as one or not at all."""

from __future__ import annotations

from contextvars import Token
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, Outcome, TransactionInvalid
from amino_wire.transactions import ALL

from amino.location import Location
from amino.transaction_scope import Scope, enter, leave, transaction_of

if TYPE_CHECKING:
    from amino.blocking import BlockingClient
    from amino.client import Client


class Transaction:
    """Calls to one object inside the block are one transaction (LockingTransactions, OptimisticTransactions, DurableTransactions).

    The block's end commits, an exception in it rolls back. Calls that other objects make to the object, because the block called those,
    belong to it as well. It spans the state of its own object alone: what the block changes in others stays. Calls of tasks and threads
    that were started outside of the block, and of other clients, stay outside.

    Raises:
        TransactionConflict: on the block's end, with managers that let transactions run beside one another; begin again.
        TransactionInvalid: it is not open any more: its lease ended. On entering: the block is in a transaction of the object already.
        MemberNotFound: no deployment manager of the object has transactions.
    """

    def __init__(self, client: Client, location: Location, manager: str = "") -> None:
        self.id = ""
        self._client = client
        self._location = location
        self._manager = manager
        self._token: Token[Scope] | None = None

    async def begin(self) -> None:
        """Starts it, without saying yet which calls are inside."""
        self.id = await self._command("start_transaction")
        self._client.connections.count_transactions(1)

    async def end(self, failure: BaseException | None) -> None:
        """Commits it, or rolls it back where there is a failure."""
        self._client.connections.count_transactions(-1)
        if failure is None:
            await self._command("commit", self.id)
            return
        try:
            await self._command("rollback", self.id)
        except AminoError as error:
            failure.add_note(f"transaction {self.id} could not be rolled back by its client; it ends with its lease: {error}")

    async def __aenter__(self) -> Transaction:
        refuse_another(self._location)
        await self.begin()
        self._token = enter(self._location.id, self.id)
        return self

    async def __aexit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        if self._token is not None:
            leave(self._token)
        await self.end(failure)

    async def _command(self, name: str, *args: Any) -> Any:
        return await self._client.command(self._location.id, name, args, {}, manager=self._manager)


def refuse_another(location: Location) -> None:
    """Raises TransactionInvalid inside a transaction of the object: another one would wait for the end of the one around it."""
    around = transaction_of(location.id) or transaction_of(ALL)
    if around:
        what = f"{location.class_name or 'object'} {location.id}"
        raise TransactionInvalid(
            f"no second transaction of {what} was started inside its transaction {around}, for whose end it would wait: "
            "end that one first, or make the calls in it",
            details={"object": location.id, "transaction": around},
            outcome=Outcome.NOT_RUN,
        )


class BlockingTransaction:
    """As Transaction, for `with`; the calls of other threads stay outside."""

    def __init__(self, client: BlockingClient, location: Location, manager: str = "") -> None:
        self._client = client
        self._location = location
        self._inside = Transaction(client.core, location, manager)
        self._token: Token[Scope] | None = None

    @property
    def id(self) -> str:
        """Of the transaction; empty before it is entered."""
        return self._inside.id

    def __enter__(self) -> BlockingTransaction:
        refuse_another(self._location)
        self._client.run(self._inside.begin())
        self._token = enter(self._location.id, self._inside.id)
        return self

    def __exit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        if self._token is not None:
            leave(self._token)
        self._client.run(self._inside.end(failure))
