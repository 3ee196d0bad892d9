"""A client's connections to objects' own kernels: which of them have stalled, so that it is asked where their kernels are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from amino.direct_watch import LOOK_SECONDS, DirectWatch, Stall
from amino.link import KernelLink


def asked(*oldest: int | None) -> list[bool]:
    stall = Stall()
    return [stall.looked(each) for each in oldest]


def test_a_connection_whose_requests_are_answered_has_not_stalled() -> None:
    assert asked(None, 1, 2, None, 3, 4) == [False] * 6


def test_a_request_that_stays_is_asked_about_ever_less_often() -> None:
    looks = asked(*[7] * 130)
    assert [number for number, ask in enumerate(looks) if ask] == [1, 2, 4, 8, 16, 32, 64, 96, 128]


def test_each_request_is_new() -> None:
    assert asked(7, 7, 8, 8, None, 8, 8) == [False, True, False, True, False, False, True]


class Carrier:
    oldest: int | None = 7


class Link:
    connection: Carrier | None = Carrier()


async def test_it_looks_while_there_are_connections_and_not_otherwise() -> None:
    loop, looks, suspects = asyncio.get_running_loop(), list[float](), list[Any]()
    link, ended = Link(), asyncio.Event()

    def links() -> list[KernelLink]:
        looks.append(loop.time())
        if len(looks) == 3:
            ended.set()
        return cast("list[KernelLink]", [link] if len(looks) < 3 else [])

    watch = DirectWatch(links, suspects.append)
    begun = loop.time()
    watch.start()
    watch.start()
    await asyncio.wait_for(ended.wait(), 10 * LOOK_SECONDS)
    assert suspects == [link]
    assert looks[1] - begun >= 2 * LOOK_SECONDS
    # It is asleep: nothing but a new connection wakes it.
    watch.start()
    await asyncio.wait_for(_until(lambda: len(looks) == 4), 10 * LOOK_SECONDS)
    watch.stop()


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)
