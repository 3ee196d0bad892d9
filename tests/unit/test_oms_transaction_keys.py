"""The OMS ends a transaction for who shows the key with which it was begun, and for operators."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_wire.errors import Outcome, PermissionDenied, TransactionAborted
from amino_wire.pb import client_pb2

from tests.unit.oms_world import World, error_of, world

KEY = "known to its client"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def begin(here: World, key: str, request_id: str = "r1") -> str:
    request = client_pb2.BeginTransactionRequest(request_id=request_id, maker="client c1", key=key)
    answer: client_pb2.BeginTransactionResponse = await here.stub.BeginTransaction(request)
    return answer.transaction


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize("key", ["", "a guess"])
async def test_others_are_refused_and_change_nothing(here: World, key: str, *, commit: bool) -> None:
    name = await begin(here, KEY)
    request = client_pb2.EndTransactionRequest(transaction=name, commit=commit, key=key, operator=commit)
    error = await error_of(here.stub.EndTransaction(request))
    assert isinstance(error, PermissionDenied)
    assert error.outcome is Outcome.NOT_RUN
    assert all(part in error.message for part in (name, "client c1", f"amino abort {name}")), error.message
    await here.stub.EndTransaction(client_pb2.EndTransactionRequest(transaction=name, commit=True, key=KEY))
    await here.stub.EndTransaction(client_pb2.EndTransactionRequest(transaction=name, commit=True, key=KEY))


async def test_a_copy_of_the_beginning_gives_nobody_else_the_right(here: World) -> None:
    """Ids of requests may be guessed."""
    name = await begin(here, KEY)
    assert await begin(here, "another") == name
    request = client_pb2.EndTransactionRequest(transaction=name, commit=True, key="another")
    assert isinstance(await error_of(here.stub.EndTransaction(request)), PermissionDenied)


async def test_an_operator_ends_it_without_effect(here: World) -> None:
    name = await begin(here, KEY)
    answer = await here.stub.EndTransaction(client_pb2.EndTransactionRequest(transaction=name, operator=True, reason="enough"))
    assert not answer.HasField("ended")
    ended = await error_of(here.stub.EndTransaction(client_pb2.EndTransactionRequest(transaction=name, commit=True, key=KEY)))
    assert isinstance(ended, TransactionAborted)
    assert "enough" in ended.message


async def test_one_without_a_key_is_everybodys(here: World) -> None:
    """Clients of earlier versions give none."""
    name = await begin(here, "")
    await here.stub.EndTransaction(client_pb2.EndTransactionRequest(transaction=name, commit=True))
