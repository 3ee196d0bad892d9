"""What the kernel asks the OMS for objects that begin transactions."""

from __future__ import annotations

from typing import Any, cast

import pytest
from amino_kernel.calls.guest_transactions import BEGIN, END, PATIENCE, GuestTransactions
from amino_kernel.halves.call import Call
from amino_wire.errors import (
    AminoError,
    ArgumentInvalid,
    Deadlock,
    OmsUnavailable,
    Outcome,
    PermissionDenied,
    TransactionAborted,
    TransactionConflict,
    TransactionInvalid,
    to_message,
)
from amino_wire.frames import CallOptions
from amino_wire.lane_requests import TARGET
from amino_wire.pb import client_pb2
from amino_wire.values import EncodedValue, decode, encode

NAME = "tx-1@*"
CHAIN = ("c1", "shop.sell")


class Clock:
    """Goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 100.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


class Oms:
    """Answers what it is told to, in this order; the last answer again and again."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), list[Any]()
        self.stub = cast("Any", type("Stub", (), {"BeginTransaction": "begin", "EndTransaction": "end"}))

    async def ask(self, method: str, request: Any, timeout: float) -> Any:
        self.asked.append((method, request, timeout))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, AminoError):
            raise answer
        return answer


def called(clock: Clock, method: str, *words: Any, seconds: float = 30.0, **options: Any) -> Call:
    known = CallOptions(request_id="r1", chain=CHAIN, **options)
    return Call(TARGET, method, EncodedValue(encode(list(words))), clock.time + seconds, known)


async def begun(oms: Oms, *words: Any, **facts: Any) -> Any:
    clock = Clock()
    requests = GuestTransactions(cast("Any", oms), cast("Any", clock))
    return decode((await requests.begin(called(clock, BEGIN, *words, **facts))).data)


async def ended(oms: Oms, *words: Any, **facts: Any) -> Any:
    clock = Clock()
    requests = GuestTransactions(cast("Any", oms), cast("Any", clock))
    return decode((await requests.end(called(clock, END, *words, **facts))).data)


async def test_it_is_begun_in_the_name_of_the_object() -> None:
    oms = Oms(client_pb2.BeginTransactionResponse(transaction=NAME))
    assert await begun(oms, 5000) == NAME
    ((method, request, _),) = oms.asked
    assert (method, request.maker, request.timeout_ms, request.request_id) == ("begin", "object shop", 5000, "r1")


async def test_it_does_not_outlast_the_call_of_its_member() -> None:
    oms = Oms(client_pb2.BeginTransactionResponse(transaction=NAME))
    await begun(oms, 60_000, seconds=2.0)
    assert oms.asked[0][1].timeout_ms == 2000


async def test_clients_begin_theirs_otherwise() -> None:
    oms = Oms(client_pb2.BeginTransactionResponse(transaction=NAME))
    with pytest.raises(PermissionDenied, match=r"client\.transaction"):
        await begun(oms, 5000, client_id="c1")
    with pytest.raises(PermissionDenied, match=r"client\.transaction"):
        await ended(oms, NAME, None, client_id="c1")
    assert oms.asked == []


async def test_none_is_begun_inside_another_one() -> None:
    oms = Oms(client_pb2.BeginTransactionResponse(transaction=NAME))
    with pytest.raises(TransactionInvalid, match=r"inside transaction tx-0@\*") as refused:
        await begun(oms, 5000, transaction_id="tx-0@*")
    assert refused.value.outcome is Outcome.NOT_RUN
    assert oms.asked == []


@pytest.mark.parametrize("words", [[], ["5"], [0], [-1], [1, 2]], ids=str)
async def test_a_beginning_that_is_formed_otherwise_is_refused(words: list[Any]) -> None:
    with pytest.raises(ArgumentInvalid):
        await begun(Oms(client_pb2.BeginTransactionResponse(transaction=NAME)), *words)


async def test_a_commit_is_asked_for_until_somebody_answers() -> None:
    oms = Oms(OmsUnavailable("silence"), OmsUnavailable("silence"), client_pb2.EndTransactionResponse())
    assert await ended(oms, NAME, None) == ""
    assert [(request.commit, request.request_id) for _, request, _ in oms.asked] == [(True, "r1")] * 3


@pytest.mark.parametrize("kind", [TransactionAborted, TransactionConflict, Deadlock])
async def test_a_commit_that_did_not_happen_is_told_as_it_is(kind: type[AminoError]) -> None:
    oms = Oms(kind("no"))
    with pytest.raises(kind):
        await ended(oms, NAME, None)
    assert len(oms.asked) == 1


@pytest.mark.parametrize("seconds", [5.0, 600.0])
async def test_where_nobody_answers_a_commit_its_outcome_is_not_known(seconds: float) -> None:
    oms = Oms(OmsUnavailable("silence", outcome=Outcome.NOT_RUN))
    with pytest.raises(OmsUnavailable, match="is not known") as told:
        await ended(oms, NAME, None, seconds=seconds)
    assert told.value.outcome is Outcome.UNKNOWN
    assert told.value.details["transaction"] == NAME
    assert len(oms.asked) == round(2 * min(seconds, PATIENCE))


async def test_the_end_without_effect_says_who_was_faster() -> None:
    response = client_pb2.EndTransactionResponse()
    assert await ended(Oms(response), NAME, "its block raised") == ""
    response.ended.CopyFrom(to_message(Deadlock("these wait for one another")))
    oms = Oms(response)
    assert await ended(oms, NAME, "its block raised") == "DEADLOCK"
    assert (oms.asked[0][1].commit, oms.asked[0][1].reason) == (False, "its block raised")
