"""Marks of stored states go back as the answer to a request that has brought states, or in a request of their own."""

from __future__ import annotations

import asyncio
from typing import Any

from amino_kernel.halves.stored_marks import StoredMarks
from amino_wire.incoming import IncomingCall
from amino_wire.invocation import NO_OPTIONS
from amino_wire.values import EncodedValue


def request(number: int) -> IncomingCall:
    return IncomingCall(number, 0, "", "captured", EncodedValue(b"\x90"), NO_OPTIONS, 0.0)


class Half:
    """Notes what it is told: the number of the request that was answered (None: a request of its own), and the marks."""

    def __init__(self) -> None:
        self.told: list[tuple[int | None, list[list[Any]]]] = []
        self.news = asyncio.Event()
        self.marks = StoredMarks(self._send, lambda call, marks: self._note(call.seq, marks))

    def _send(self, marks: list[list[Any]]) -> asyncio.Future[Any]:
        self._note(None, marks)
        return asyncio.get_running_loop().create_future()

    def _note(self, number: int | None, marks: list[list[Any]]) -> None:
        self.told.append((number, marks))
        self.news.set()

    async def hears(self, messages: int) -> None:
        async with asyncio.timeout(20):
            while len(self.told) < messages:
                self.news.clear()
                await self.news.wait()


async def test_marks_of_one_moment_are_one_answer() -> None:
    half = Half()
    half.marks.brought(request(1))
    half.marks.add("a", 1)
    half.marks.add("b", 7)
    await half.hears(1)
    assert half.told == [(1, [["a", 1], ["b", 7]])]


async def test_marks_without_an_open_request_have_one_of_their_own() -> None:
    half = Half()
    half.marks.brought(request(1))
    half.marks.add("a", 1)
    await half.hears(1)
    half.marks.add("a", 2)
    await half.hears(2)
    assert half.told == [(1, [["a", 1]]), (None, [["a", 2]])]


async def test_requests_are_answered_in_their_order_and_none_stays_open() -> None:
    half = Half()
    for number in (1, 2, 3):
        half.marks.brought(request(number))
    half.marks.add("a", 1)
    await half.hears(3)  # nothing more is stored
    assert half.told == [(1, [["a", 1]]), (2, []), (3, [])]
    half.marks.add("a", 2)
    await half.hears(4)
    assert half.told[3] == (None, [["a", 2]])


async def test_a_request_that_is_answered_is_not_closed_in_place_of_a_later_one() -> None:
    half = Half()
    half.marks.brought(request(1))
    half.marks.brought(request(2))
    half.marks.look()  # both are old from now on
    half.marks.add("a", 1)
    await half.hears(1)
    half.marks.brought(request(3))
    half.marks.look()
    assert half.told == [(1, [["a", 1]]), (2, [])]
    half.marks.look()
    assert half.told[2:] == [(3, [])]
