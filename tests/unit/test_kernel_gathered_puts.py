"""Durable values that are put in one moment share a request, and each hears what became of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NoReturn

import pytest
from amino_kernel.links.gathered_puts import MOST, GatheredPuts
from amino_kernel.managers.readable_states import is_readable
from amino_wire.errors import EpochStale, OmsUnavailable
from amino_wire.pb import oms_pb2
from amino_wire.values import EncodedValue, decode, encode, encoded_map


class Service:
    """Stores values by the rules of the OMS; `fails` ends the next request after it has stored the first value of it."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}
        self.requests: list[int] = []
        self.fails = False

    async def put(self, puts: Sequence[oms_pb2.DurablePutRequest]) -> Sequence[oms_pb2.DurablePutResponse]:
        self.requests.append(len(puts))
        await asyncio.sleep(0)
        answers: list[oms_pb2.DurablePutResponse] = []
        for each in puts:
            there = self.versions.get(each.key, 0)
            stored = each.expected_version == there
            self.versions[each.key] = there + stored
            answers.append(oms_pb2.DurablePutResponse(version=there + stored, stored=stored))
            if self.fails:
                raise OmsUnavailable("the OMS went away")
        return answers


def ends(puts: Sequence[asyncio.Future[int]]) -> list[int | type[BaseException]]:
    return [put.result() if put.exception() is None else type(put.exception()) for put in puts]  # type: ignore[misc]


async def test_values_of_one_moment_share_a_request_and_each_has_its_own_outcome() -> None:
    service = Service()
    puts = GatheredPuts(service.put)
    first = [puts.put(name, b"x", 0) for name in "abc"]
    await asyncio.wait(first)
    second = [puts.put("a", b"y", 1), puts.put("b", b"y", 0), puts.put("c", b"y", 1)]
    await asyncio.wait(second)
    assert (ends(first), ends(second)) == ([1, 1, 1], [2, EpochStale, 2])
    assert service.requests == [3, 3]


async def test_a_request_that_fails_says_so_to_each_and_a_later_one_is_another() -> None:
    service = Service()
    puts = GatheredPuts(service.put)
    service.fails = True
    failed = [puts.put(name, b"x", 0) for name in "ab"]
    await asyncio.wait(failed)
    service.fails = False
    again = [puts.put(name, b"x", 0) for name in "ab"]
    await asyncio.wait(again)
    assert (ends(failed), ends(again)) == ([OmsUnavailable, OmsUnavailable], [EpochStale, 1])


async def test_what_is_hurried_leaves_at_once_unless_something_is_under_way() -> None:
    service = Service()
    puts = GatheredPuts(service.put)
    first = puts.put("a", b"x", 0)
    puts.hurry()
    second = [puts.put("b", b"x", 0)]
    puts.hurry()
    second.append(puts.put("c", b"x", 0))
    await asyncio.wait([first, *second])
    assert service.requests == [1, 2]
    puts.hurry()
    assert ends([first, *second]) == [1, 1, 1]


async def test_a_request_that_is_refused_before_it_is_sent_fails_for_each() -> None:
    def refuse(_: Sequence[oms_pb2.DurablePutRequest]) -> NoReturn:
        raise OmsUnavailable("the store has been closed")

    puts = GatheredPuts(refuse)
    failed = [puts.put(name, b"x", 0) for name in "ab"]
    await asyncio.wait(failed)
    assert ends(failed) == [OmsUnavailable, OmsUnavailable]


async def test_many_values_take_several_requests_and_a_value_nobody_waits_for_harms_none() -> None:
    service = Service()
    puts = GatheredPuts(service.put)
    made = [puts.put(str(number), b"x", 0) for number in range(MOST + 2)]
    made[0].cancel()
    await asyncio.wait(made)
    assert ends(made[1:]) == [1] * (MOST + 1)
    assert service.requests == [MOST, 2]


def test_an_encoded_map_reads_as_the_same_map() -> None:
    shared = [1]
    value = {"writer": "w", "snapshot": {"state": {"data": shared, "more": shared}, "parts": {}}, "initial": False}
    state = EncodedValue(encode(value["snapshot"]["state"]))  # type: ignore[index]
    made = encoded_map({**value, "snapshot": encoded_map({"state": state, "parts": {}})})
    found = decode(made.data)
    assert found == value
    assert found["snapshot"]["state"]["data"] is found["snapshot"]["state"]["more"]


@pytest.mark.parametrize(
    ("data", "readable"),
    [(b"\xc4\x01x", True), (b"\xa1x", True), (b"\xc7\x01\x63x", False), (b"\xa1\xff", False)],
)
def test_a_state_that_python_cannot_hold_is_found(data: bytes, readable: bool) -> None:
    head = b"\x84\xa6format\xa5graph\xa8language\xa2js\xa4lost\x90\xa4data"
    assert is_readable(head + data) is readable
