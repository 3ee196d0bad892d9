"""The lines that guests print."""

from __future__ import annotations

import asyncio

from amino_kernel.calls.log_buffer import BACKLOG, LINE_LENGTH, LogBuffer, Wanted


def test_the_last_lines_of_one_object() -> None:
    buffer = LogBuffer(lines=4)
    for number in range(6):
        buffer.add("a" if number % 2 else "b", "info", str(number))
    assert [line.text for line in buffer.tail(Wanted("a"), 10)] == ["3", "5"]
    assert [line.text for line in buffer.tail(Wanted(), 2)] == ["4", "5"]


def test_a_long_line_is_cut() -> None:
    buffer = LogBuffer()
    buffer.add("a", "info", "x" * (LINE_LENGTH + 1))
    assert len(buffer.tail(Wanted("a"), 1)[0].text) == LINE_LENGTH


async def test_followers_get_lines_and_a_slow_one_is_told_what_it_lost() -> None:
    buffer = LogBuffer()
    lines = buffer.follow(Wanted("a"))
    first = asyncio.ensure_future(anext(lines))
    await asyncio.sleep(0)
    buffer.add("b", "info", "other")
    buffer.add("a", "info", "mine")
    assert (await first).text == "mine"
    for number in range(BACKLOG + 10):
        buffer.add("a", "info", str(number))
    texts = [(await anext(lines)).text for _ in range(BACKLOG)]
    assert any("left out" in text for text in texts) and texts[-1] == str(BACKLOG + 9)
    await lines.aclose()
