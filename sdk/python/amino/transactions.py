"""`async with stub.dm.transaction(): …`: the calls inside happen as one or not at all."""

from __future__ import annotations

from contextvars import Token
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError

from amino.location import Location
from amino.transaction_scope import Scope, enter, leave

if TYPE_CHECKING:
    from amino.blocking import BlockingClient
    from amino.client import Client


class Transaction:
    """Calls to one object inside the block are one transaction (LockingTransactions, OptimisticTransactions, DurableTransactions).

    The block's end commits, an exception in it rolls back. Calls of tasks that were started outside of the block stay outside.

    Raises:
        TransactionConflict: on the block's end, with managers that let transactions run beside one another; begin again.
        TransactionInvalid: it is not open any more: its lease ended.
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
        self._location.count_transactions(1)

    async def end(self, failure: BaseException | None) -> None:
        """Commits it, or rolls it back where there is a failure."""
        self._location.count_transactions(-1)
        if failure is None:
            await self._command("commit", self.id)
            return
        try:
            await self._command("rollback", self.id)
        except AminoError as error:
            failure.add_note(f"transaction {self.id} could not be rolled back by its client; it ends with its lease: {error}")

    async def __aenter__(self) -> Transaction:
        await self.begin()
        self._token = enter(self._location.id, self.id)
        return self

    async def __aexit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        if self._token is not None:
            leave(self._token)
        await self.end(failure)

    async def _command(self, name: str, *args: Any) -> Any:
        return await self._client.command(self._location.id, name, args, {}, manager=self._manager)


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
        self._client.run(self._inside.begin())
        self._token = enter(self._location.id, self._inside.id)
        return self

    def __exit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        if self._token is not None:
            leave(self._token)
        self._client.run(self._inside.end(failure))
