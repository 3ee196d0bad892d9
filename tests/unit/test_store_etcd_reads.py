"""Reads that come together are one request, and none of them is older than its question."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from amino_store.etcd.messages import Keyspace
from amino_store.etcd.pb import etcd_pb2 as pb
from amino_store.etcd.reads import MOST, Reads
from amino_store.transaction import Entry, Get, Outcome, Transaction
from amino_wire.errors import OmsUnavailable

from tests.unit.played_host import until

SPACE = Keyspace("p", "c")


class PlayedEtcd:
    """Answers reads when the gate is open, and keeps which keys each request had."""

    def __init__(self) -> None:
        self.requests: list[list[str]] = []
        self.values: dict[str, bytes] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: BaseException | None = None

    async def asked(self, request: pb.RangeRequest) -> pb.RangeResponse:
        key = SPACE.named(request.key)
        found = await self._answer([key])
        return pb.RangeResponse(kvs=[pb.KeyValue(key=request.key, value=each) for each in found if each is not None])

    async def commit(self, transaction: Transaction) -> Outcome:
        keys = [operation.key for operation in transaction.then if isinstance(operation, Get)]
        assert len(keys) == len(transaction.then) and not transaction.compares and not transaction.otherwise
        values = await self._answer(keys)
        entries = [None if value is None else Entry(key, value, 1, 1, 1) for key, value in zip(keys, values, strict=True)]
        return Outcome(True, 1, tuple(entries))

    async def _answer(self, keys: list[str]) -> list[bytes | None]:
        assert len(set(keys)) == len(keys)
        self.requests.append(keys)
        values = [self.values.get(key) for key in keys]  # as they are when the request comes
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return values


@pytest.fixture
def etcd() -> PlayedEtcd:
    return PlayedEtcd()


@pytest.fixture
def reads(etcd: PlayedEtcd) -> Reads:
    return Reads(cast("Any", etcd), SPACE)


async def values(reads: Reads, *keys: str) -> list[bytes | None]:
    return [None if entry is None else entry.value for entry in await asyncio.gather(*map(reads.get, keys))]


async def test_reads_of_one_turn_are_one_request_that_has_each_key_once(etcd: PlayedEtcd, reads: Reads) -> None:
    etcd.values = {"class": b"c", "one": b"1"}
    assert await values(reads, "class", "one", "class", "absent", "class") == [b"c", b"1", b"c", None, b"c"]
    assert await values(reads, "one") == [b"1"]
    assert etcd.requests == [["class", "one", "absent"], ["one"]]


async def test_a_request_has_so_many_keys_that_its_answer_can_be_read(etcd: PlayedEtcd, reads: Reads) -> None:
    keys = [str(number) for number in range(2 * MOST + 1)]
    etcd.values = {key: key.encode() for key in keys}
    assert await values(reads, *keys) == [key.encode() for key in keys]
    assert [len(request) for request in etcd.requests] == [MOST, MOST, 1]
    assert MOST < 128, "an etcd with its own settings takes no more operations"


async def test_a_read_that_begins_while_another_is_under_way_is_asked_anew(etcd: PlayedEtcd, reads: Reads) -> None:
    etcd.values["key"] = b"before"
    etcd.gate.clear()
    first = asyncio.ensure_future(reads.get("key"))
    await until(lambda: len(etcd.requests) == 1)
    etcd.values["key"] = b"after"  # its writer has been answered
    second = asyncio.ensure_future(reads.get("key"))
    await until(lambda: len(etcd.requests) == 2)
    etcd.gate.set()
    old, new = await first, await second
    assert old is not None and new is not None
    assert (old.value, new.value) == (b"before", b"after")


async def test_who_hangs_up_disturbs_nobody(etcd: PlayedEtcd, reads: Reads) -> None:
    etcd.values["key"] = b"value"
    etcd.gate.clear()
    waiting = [asyncio.ensure_future(reads.get("key")) for _ in range(3)]
    await until(lambda: len(etcd.requests) == 1)
    waiting[1].cancel()
    etcd.gate.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(answer, asyncio.CancelledError) for answer in answers] == [False, True, False]


async def test_a_failure_is_told_to_all_that_asked_and_to_nobody_later(etcd: PlayedEtcd, reads: Reads) -> None:
    etcd.failure = OmsUnavailable("no member answers")
    answers = await asyncio.gather(*map(reads.get, ("a", "b", "a")), return_exceptions=True)
    assert [type(answer) for answer in answers] == [OmsUnavailable] * 3
    etcd.failure = None
    assert await values(reads, "a", "b") == [None, None]


async def test_a_request_that_ends_with_its_connection_ends_the_reads(etcd: PlayedEtcd, reads: Reads) -> None:
    etcd.failure = asyncio.CancelledError()
    answers = await asyncio.gather(*map(reads.get, ("a", "b")), return_exceptions=True)
    assert [type(answer) for answer in answers] == [asyncio.CancelledError] * 2
