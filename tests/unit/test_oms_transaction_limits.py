"""How many transactions over several objects may be open at the OMS, and how many objects may take part in one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_oms.settings import OmsSettings
from amino_oms.transactions.desk import TICK
from amino_wire.errors import ConfigInvalid, Outcome, Overloaded, TransactionAborted
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.oms_world import World, error_of, world

OPEN, OBJECTS = 3, 2


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms", max_transactions=OPEN, max_transaction_objects=OBJECTS) as made:
        await made.kernel("k1")
        yield made


async def begin(here: World, request_id: str = "") -> str:
    request = client_pb2.BeginTransactionRequest(request_id=request_id)
    answer: client_pb2.BeginTransactionResponse = await here.stub.BeginTransaction(request)
    return answer.transaction


async def test_one_more_than_may_be_open_is_refused_until_another_has_ended(here: World) -> None:
    names = [await begin(here, f"r{number}") for number in range(OPEN)]
    error = await error_of(here.stub.BeginTransaction(client_pb2.BeginTransactionRequest()))
    assert isinstance(error, Overloaded)
    assert error.outcome is Outcome.NOT_RUN
    assert "--max-transactions" in error.message and "amino abort" in error.message
    assert error.details["limit"] == OPEN
    assert await begin(here, "r0") == names[0], "that was begun before"
    await here.stub.EndTransaction(client_pb2.EndTransactionRequest(transaction=names[1], commit=True))
    here.clock.now += TICK

    async def another() -> bool:
        try:
            await here.oms.transactions.begin(client_pb2.BeginTransactionRequest())
        except Overloaded:
            here.clock.now += TICK
            return False
        return True

    await here.until(another)


async def test_requests_whose_ids_begin_alike_begin_different_transactions(here: World) -> None:
    """Those of objects have their kernel's id and life before their number."""
    ids = [f"kernel-72ba1978/guest/m9epik31fk/{number}" for number in range(2)]
    one, other, again = [await begin(here, request_id) for request_id in (*ids, ids[0])]
    assert one != other
    assert again == one


async def test_a_transaction_with_too_many_objects_ends_without_effect(here: World) -> None:
    chain = [common_pb2.DeploymentManagerSpec(name="LockingTransactions")]
    objects = [(await here.register(f"account-{number}", deployment_managers=chain)).id for number in range(OBJECTS + 1)]
    name = await begin(here)
    for each in objects[:OBJECTS]:
        await here.stub.JoinTransaction(oms_pb2.JoinTransactionRequest(transaction=name, object_id=each, token=f"t-{each}"))
    await here.stub.JoinTransaction(oms_pb2.JoinTransactionRequest(transaction=name, object_id=objects[0], token=f"t-{objects[0]}"))
    error = await error_of(here.stub.JoinTransaction(oms_pb2.JoinTransactionRequest(transaction=name, object_id=objects[-1], token="t")))
    assert isinstance(error, TransactionAborted)
    assert f"more than {OBJECTS} objects" in error.message and "--max-transaction-objects" in error.message
    ended = await error_of(here.stub.EndTransaction(client_pb2.EndTransactionRequest(transaction=name, commit=True)))
    assert isinstance(ended, TransactionAborted)


@pytest.mark.parametrize("setting", ["max_transactions", "max_transaction_objects"])
def test_a_bound_is_no_negative_number(setting: str) -> None:
    with pytest.raises(ConfigInvalid, match="max-transaction"):
        OmsSettings(Path("data"), **{setting: -1}).check()  # type: ignore[arg-type]
