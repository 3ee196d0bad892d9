"""`async with client.transaction() as t: …`: the calls inside, to however many objects, happen as one or not at all."""

from __future__ import annotations

import asyncio
from contextvars import Token
from typing import TYPE_CHECKING

from amino_wire.errors import AminoError, Deadlock, Ended, Outcome, TransactionConflict, TransactionInvalid, Unavailable, from_message
from amino_wire.pb import client_pb2
from amino_wire.transactions import ALL

from amino.identifiers import new_id
from amino.lengths import Length, milliseconds
from amino.transaction_scope import Scope, any_here, enter, leave

if TYPE_CHECKING:
    from amino.blocking import BlockingClient
    from amino.client import Client

SECONDS = 60.0
_AGAIN, _PATIENCE = 0.5, 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0


class JointTransaction:
    """The calls of the block, and all calls that objects make because of them, happen as one or not at all, in whatever objects, languages
    and kernels. Each object needs LockingTransactions, OptimisticTransactions or DurableTransactions; members that only read may be called
    of any. The block's end commits, an exception in it takes everything back.

    Arguments:
        client: whose.
        timeout: seconds until it ends without effect, unless it is committed by then.

    Raises:
        TransactionConflict, Deadlock: at the end, or by a call: nothing has happened, and it may be begun again (`Client.transact`).
        TransactionAborted: at the end: nothing has happened; `details` say which object refused (`object`) and in which `phase`.
        TransactionInvalid: on entering: the block is in a transaction already.
        NotTransactional: by a call: the object takes no part in transactions.
        OmsUnavailable, KernelUnavailable: at the end, with the outcome UNKNOWN: everything has happened or nothing, `commit` asks again.
    """

    def __init__(self, client: Client, timeout: Length = SECONDS) -> None:
        self.id = ""
        """Its name; empty before it is entered."""
        self.ended: AminoError | None = None
        """Why others ended it before the block did; None: nobody has."""
        self._client = client
        self._timeout_ms = milliseconds(timeout, "timeout")
        self._token: Token[Scope] | None = None
        self._key = new_id()
        """Shown at the end: nobody else may end it."""

    async def begin(self) -> None:
        """Starts it, without saying yet which calls are inside."""
        request = client_pb2.BeginTransactionRequest(timeout_ms=self._timeout_ms, request_id=new_id(), key=self._key)
        self.id = (await self._client.connections.request("BeginTransaction", request)).transaction
        self._client.connections.count_transactions(1)

    async def commit(self) -> None:
        """Returns when all of it has happened. Asked again it answers the same; raises as the end of the block."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + _PATIENCE
        request = client_pb2.EndTransactionRequest(transaction=self.id, commit=True, request_id=new_id(), key=self._key)
        while True:
            try:
                await self._client.connections.request("EndTransaction", request)
                return
            except (Unavailable, Ended) as error:
                if isinstance(error, Deadlock):
                    raise
                if loop.time() >= ends:
                    error.outcome = Outcome.UNKNOWN
                    error.add_note(f"whether transaction {self.id} has happened is not known: everything of it has, or nothing")
                    raise
            await asyncio.sleep(_AGAIN)

    async def end(self, failure: BaseException | None) -> None:
        """Commits it, or takes it back where there is a failure."""
        self._client.connections.count_transactions(-1)
        if failure is None:
            await self.commit()
            return
        reason = f"its block raised {type(failure).__name__}"
        request = client_pb2.EndTransactionRequest(transaction=self.id, reason=reason, request_id=new_id(), key=self._key)
        try:
            response = await self._client.connections.request("EndTransaction", request)
        except AminoError as error:
            failure.add_note(f"transaction {self.id} could not be taken back by its client; it ends by itself: {error}")
            return
        if response.HasField("ended"):
            self.ended = from_message(response.ended)
            failure.add_note(f"transaction {self.id} had been ended before: {self.ended.message}")

    def may_try_again(self, failure: BaseException) -> bool:
        """Whether it failed only because of others that ran at the same time."""
        return any(isinstance(each, (TransactionConflict, Deadlock)) for each in (failure, self.ended))

    async def __aenter__(self) -> JointTransaction:
        refuse_inside()
        await self.begin()
        self._token = enter(ALL, self.id)
        return self

    async def __aexit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        if self._token is not None:
            leave(self._token)
        await self.end(failure)


def refuse_inside() -> None:
    """Raises TransactionInvalid inside a transaction."""
    around = any_here()
    if around:
        raise TransactionInvalid(
            f"no transaction was started inside transaction {around}: end that one first, or make the calls in it",
            details={"transaction": around},
            outcome=Outcome.NOT_RUN,
        )


def pause_before(attempt: int, chance: float) -> float:
    """Seconds before the attempt of that number, from 1; `chance` lies between 0 and 1."""
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt) * (0.5 + chance)


class BlockingJointTransaction:
    """As JointTransaction, for `with`; the calls of other threads stay outside."""

    def __init__(self, client: BlockingClient, timeout: Length = SECONDS) -> None:
        self._client = client
        self.inside = JointTransaction(client.core, timeout)
        """The transaction itself."""
        self._token: Token[Scope] | None = None

    @property
    def id(self) -> str:
        """Its name; empty before it is entered."""
        return self.inside.id

    def __enter__(self) -> BlockingJointTransaction:
        refuse_inside()
        self._client.run(self.inside.begin())
        self._token = enter(ALL, self.inside.id)
        return self

    def __exit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        if self._token is not None:
            leave(self._token)
        self._client.run(self.inside.end(failure))
