"""Deadlines of tasks: who is late ends with TimeoutError, and nobody else does."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from amino_wire.deadlines import Deadlines


async def never() -> None:
    await asyncio.get_running_loop().create_future()


async def soon(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def test_work_that_ends_in_time_gives_its_result_and_leaves_nothing() -> None:
    deadlines = Deadlines()
    assert await deadlines.keep(soon(5), time.monotonic() + 60) == 5
    task = asyncio.current_task()
    assert task is not None and task.cancelling() == 0


async def test_late_work_is_cancelled_and_other_work_is_not() -> None:
    deadlines = Deadlines()
    other = asyncio.ensure_future(deadlines.keep(never(), time.monotonic() + 60))
    with pytest.raises(TimeoutError):
        await deadlines.keep(never(), time.monotonic() + 0.01)
    task = asyncio.current_task()
    assert task is not None and task.cancelling() == 0, "the task lives on"
    assert not other.done()
    other.cancel()
    with pytest.raises(asyncio.CancelledError):
        await other


async def test_work_whose_time_is_over_before_it_begins_ends_at_its_first_wait() -> None:
    with pytest.raises(TimeoutError):
        await Deadlines().keep(never(), time.monotonic() - 1)


async def test_a_cancellation_by_somebody_else_is_no_timeout() -> None:
    deadlines = Deadlines()
    task = asyncio.ensure_future(deadlines.keep(never(), time.monotonic() + 60))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_errors_of_the_work_pass() -> None:
    async def broken() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await Deadlines().keep(broken(), time.monotonic() + 60)


async def test_the_shorter_of_two_nested_deadlines_counts() -> None:
    deadlines = Deadlines()

    async def inner(seconds: float) -> str:
        try:
            await deadlines.keep(never(), time.monotonic() + seconds)
        except TimeoutError:
            return "inner"
        return "none"

    assert await deadlines.keep(inner(0.01), time.monotonic() + 60) == "inner"
    with pytest.raises(TimeoutError):
        await deadlines.keep(inner(60), time.monotonic() + 0.01)


async def test_many_tasks_in_one_loop_end_each_at_its_own_time() -> None:
    deadlines = Deadlines()
    begin = time.monotonic()
    late = [asyncio.ensure_future(deadlines.keep(never(), begin + 0.005 * number)) for number in range(20)]
    early = [asyncio.ensure_future(deadlines.keep(soon(number), begin + 60)) for number in range(20)]
    results: list[Any] = await asyncio.gather(*late, *early, return_exceptions=True)
    assert all(isinstance(result, TimeoutError) for result in results[:20])
    assert results[20:] == list(range(20))
