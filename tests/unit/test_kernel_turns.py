"""Calls that arrive in great numbers leave the event loop to others in between."""

from __future__ import annotations

import asyncio

from amino_kernel.calls.turns import Turns


async def test_others_have_their_turn_between_two_parts_of_many_calls() -> None:
    begun: list[str] = []
    turns = Turns[str](begun.append, in_a_turn=2)
    turns.add(["a", "b", "c", "d", "e"])
    assert begun == ["a", "b"]
    asyncio.get_running_loop().call_soon(begun.append, "another's")
    turns.add(["f"])
    while "f" not in begun:
        await asyncio.sleep(0)
    assert begun == ["a", "b", "c", "d", "another's", "e", "f"]


async def test_few_begin_at_once() -> None:
    begun: list[int] = []
    turns = Turns[int](begun.append)
    turns.add([1])
    turns.add([2, 3])
    assert begun == [1, 2, 3]


async def test_nothing_begins_after_the_end() -> None:
    begun: list[int] = []
    turns = Turns[int](begun.append, in_a_turn=1)
    turns.add([1, 2])
    turns.close()
    await asyncio.sleep(0)
    assert begun == [1]
