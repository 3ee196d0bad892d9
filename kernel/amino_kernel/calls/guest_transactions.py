"""Transactions over several objects that objects begin: `@kernel.begin_transaction` and `@kernel.end_transaction`."""

from __future__ import annotations

import secrets
from typing import Any, Final

from amino_dms.api import Clock
from amino_kernel.calls.callers import maker_of
from amino_kernel.halves.call import Call
from amino_kernel.links.oms_client import SHORT_SECONDS, OmsClient
from amino_wire.errors import (
    AminoError,
    ArgumentInvalid,
    Deadlock,
    Ended,
    OmsUnavailable,
    Outcome,
    PermissionDenied,
    TransactionInvalid,
    Unavailable,
)
from amino_wire.pb import client_pb2
from amino_wire.values import EncodedValue, decode, encode

BEGIN: Final = "begin_transaction"
END: Final = "end_transaction"
PATIENCE: Final = 30.0
"""Seconds for which a commit is asked for again where nobody answers."""
_ATTEMPT: Final = 15.0
"""Seconds for one attempt: the objects have 10 for their votes, then comes the store."""
_AGAIN: Final = 0.5
_LEAST: Final = 0.05
_KEY_BYTES: Final = 16


class GuestTransactions:
    """Asks the coordinator in the name of the members that begin transactions.

    Arguments:
        oms: the coordinator.
        clock: by which calls have their deadlines.
    """

    def __init__(self, oms: OmsClient, clock: Clock) -> None:
        self._oms, self._clock = oms, clock
        # Which call may end a transaction the JVM half knows, and it has no other way to the coordinator.
        self._key = secrets.token_hex(_KEY_BYTES)

    async def begin(self, call: Call) -> EncodedValue:
        """Begins one for a member's call: its name. It does not outlast the call, so nobody waits long for a member that is gone.

        Raises:
            PermissionDenied: A client asks.
            TransactionInvalid: The call is part of one already.
            AminoError: What the OMS answered.
        """
        _check_object(call)
        if call.options.transaction_id:
            around = call.options.transaction_id
            raise TransactionInvalid(
                f"no transaction was started inside transaction {around}: end that one first, or make the calls in it",
                details={"transaction": around},
                outcome=Outcome.NOT_RUN,
            )
        match decode(call.args.data):
            case [int(milliseconds)] if milliseconds > 0:
                pass
            case _:
                raise ArgumentInvalid("A transaction takes the milliseconds until it ends, above 0.")
        request = client_pb2.BeginTransactionRequest(request_id=call.options.request_id, maker=maker_of(call), key=self._key)
        request.timeout_ms = min(milliseconds, max(1, int(1000 * self._left(call))))
        answer: client_pb2.BeginTransactionResponse = await self._oms.ask(
            self._oms.stub.BeginTransaction, request, min(SHORT_SECONDS, self._left(call))
        )
        return EncodedValue(encode(answer.transaction))

    async def end(self, call: Call) -> EncodedValue:
        """Commits one, or ends it without effect: the code of the error with which others have ended it before, empty: nobody has.

        Raises:
            PermissionDenied: A client asks.
            TransactionConflict, Deadlock, TransactionAborted: By a commit: nothing of it has happened.
            OmsUnavailable: By a commit, with the outcome UNKNOWN: everything of it has happened or nothing.
        """
        _check_object(call)
        words: list[Any] = decode(call.args.data)
        match words:
            case [str(name), None]:
                await self._commit(call, name)
                return EncodedValue(encode(""))
            case [str(name), str(reason)]:
                request = client_pb2.EndTransactionRequest(
                    transaction=name, reason=reason, request_id=call.options.request_id, key=self._key
                )
                answer = await self._ask(request, min(_ATTEMPT, self._left(call)))
                return EncodedValue(encode(answer.ended.code if answer.HasField("ended") else ""))
            case _:
                raise ArgumentInvalid("The end of a transaction takes its name, and why nothing of it is to happen, or nothing.")

    async def _commit(self, call: Call, name: str) -> None:
        request = client_pb2.EndTransactionRequest(transaction=name, commit=True, request_id=call.options.request_id, key=self._key)
        ends = min(self._clock.now() + PATIENCE, call.deadline)
        while True:
            try:
                await self._ask(request, min(_ATTEMPT, max(_LEAST, ends - self._clock.now())))
                return
            except (Unavailable, Ended) as error:
                if isinstance(error, Deadlock):
                    raise
                if self._clock.now() + _AGAIN >= ends:
                    raise _unknown(name, error) from None
            await self._clock.sleep(_AGAIN)

    async def _ask(self, request: client_pb2.EndTransactionRequest, seconds: float) -> client_pb2.EndTransactionResponse:
        answer: client_pb2.EndTransactionResponse = await self._oms.ask(self._oms.stub.EndTransaction, request, seconds)
        return answer

    def _left(self, call: Call) -> float:
        return max(_LEAST, call.deadline - self._clock.now())


def _unknown(name: str, error: AminoError) -> AminoError:
    return OmsUnavailable(
        f"whether transaction {name} has happened is not known: everything of it has, or nothing. {error.message}",
        details={"transaction": name},
        cause=error,
        outcome=Outcome.UNKNOWN,
    )


def _check_object(call: Call) -> None:
    if call.options.client_id:
        raise PermissionDenied(f"{call.target}.{call.method} is for objects; a client begins a transaction by client.transaction().")
