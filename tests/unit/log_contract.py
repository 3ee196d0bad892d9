"""What every `ReplicatedLog` holds to, whatever it is kept by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from amino_dms.api import LogPage, ReplicatedLog
from amino_wire.errors import ArgumentInvalid

Reopen = Callable[[], ReplicatedLog]
"""Another way to the same log, as another replica has it."""
SECONDS = 20.0


class LogContract:
    """Inherit from it, with a fixture `log`, and one `other` that gives a second way to it."""

    async def test_positions_are_written_in_order(self, log: ReplicatedLog, other: ReplicatedLog) -> None:
        for number in range(5):
            assert await log.append(b"entry %d" % number, number)
        page = await other.read(0)
        assert page == LogPage(tuple(b"entry %d" % number for number in range(5)), 5, 0)
        assert (await other.read(3)).entries == (b"entry 3", b"entry 4")
        assert (await other.read(5)).entries == ()

    async def test_a_position_is_written_once(self, log: ReplicatedLog, other: ReplicatedLog) -> None:
        assert await log.append(b"first", 0)
        assert not await other.append(b"second", 0)
        assert not await other.append(b"far", 7)
        assert (await other.read(0)).entries == (b"first",)

    async def test_of_many_that_write_at_once_one_comes_first(self, log: ReplicatedLog, other: ReplicatedLog) -> None:
        for position in range(5):
            written = await asyncio.gather(*((log, other)[number % 2].append(b"%d" % number, position) for number in range(8)))
            assert sum(written) == 1
            entry = (await other.read(position)).entries
            assert entry == (b"%d" % written.index(True),)

    async def test_a_reader_waits_for_the_next_entry(self, log: ReplicatedLog, other: ReplicatedLog) -> None:
        await log.append(b"one", 0)
        waiting = asyncio.ensure_future(other.read(1, SECONDS))
        await asyncio.sleep(0)
        assert not waiting.done()
        await log.append(b"two", 1)
        assert (await asyncio.wait_for(waiting, SECONDS)).entries == (b"two",)

    async def test_a_reader_that_waits_in_vain_is_told_so(self, log: ReplicatedLog) -> None:
        assert await log.read(0, 0.05) == LogPage()

    async def test_many_wait_and_one_gives_up(self, log: ReplicatedLog, other: ReplicatedLog) -> None:
        readers = [asyncio.ensure_future(other.read(0, SECONDS)) for _ in range(3)]
        await asyncio.sleep(0)
        readers[0].cancel()
        await log.append(b"one", 0)
        pages = await asyncio.gather(*readers, return_exceptions=True)
        assert isinstance(pages[0], asyncio.CancelledError)
        assert [page.entries for page in pages[1:] if isinstance(page, LogPage)] == [(b"one",), (b"one",)]

    async def test_more_than_one_answer_takes(self, log: ReplicatedLog, other: ReplicatedLog) -> None:
        for number in range(12):
            assert await log.append(bytes([number]) * 300_000, number)
        position = 0
        while position < (page := await other.read(position)).end:
            assert page.entries
            for entry in page.entries:
                assert entry == bytes([position]) * 300_000
                position += 1
        assert position == 12

    async def test_a_reader_behind_the_floor_needs_a_snapshot(self, log: ReplicatedLog, other: ReplicatedLog) -> None:
        for number in range(10):
            await log.append(b"%d" % number, number)
        await log.trim(6)
        assert await other.read(3) == LogPage((), 10, 6)
        assert (await other.read(6)).entries == (b"6", b"7", b"8", b"9")
        await other.trim(4)
        await log.trim(10)
        assert await other.read(10) == LogPage((), 10, 10)
        assert await log.append(b"10", 10)
        assert (await other.read(10)).entries == (b"10",)

    async def test_what_is_not_there_cannot_be_trimmed(self, log: ReplicatedLog) -> None:
        await log.append(b"0", 0)
        with pytest.raises(ArgumentInvalid, match="ends at 1"):
            await log.trim(2)

    async def test_an_entry_may_be_too_large(self, log: ReplicatedLog) -> None:
        with pytest.raises(ArgumentInvalid, match="does not fit into the log"):
            await log.append(bytes(9 * 1024 * 1024), 0)
        assert await log.append(b"small", 0)
