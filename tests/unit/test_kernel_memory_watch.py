"""When deployment managers are told that little memory is left."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from amino_kernel.halves.memory_watch import MemoryWatch, Room, Shortage, host_room
from amino_wire.errors import KernelUnavailable


def told(*parts: float) -> list[int]:
    """What is told when the part that is free is seen to be this, one look after the other."""
    shortage, seen = Shortage(), []
    for part in parts:
        shortage, left = shortage.seen([Room(900, 1000), Room(int(part * 1000), 1000)])
        if left is not None:
            seen.append(left)
    return seen


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((0.5, 0.3, 0.15, 0.12), []),
        ((0.05, 0.5, 0.05, 0.5), []),
        ((0.05, 0.15, 0.05), []),
        ((0.09, 0.05), [50]),
        ((0.05, 0.04, 0.03, 0.02), [40]),
        ((0.05, 0.04, 0.15, 0.03, 0.02), [40]),
        ((0.05, 0.04, 0.25, 0.03, 0.02), [40, 20]),
    ],
)
def test_each_shortage_is_told_once_when_it_lasts(parts: tuple[float, ...], expected: list[int]) -> None:
    assert told(*parts) == expected


def test_nothing_is_known_of_no_memory() -> None:
    assert Shortage(1).seen([]) == (Shortage(), None)


def test_the_host_s_memory(tmp_path: Path) -> None:
    information = tmp_path / "meminfo"
    information.write_text("MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    250 kB\nHugePages_Total:   0\n")
    assert host_room(information) == Room(250 * 1024, 1000 * 1024)
    for text in ("", "MemTotal: x kB\nMemAvailable: 1 kB", "MemTotal: 5 kB", "MemTotal:\nMemAvailable:"):
        information.write_text(text)
        assert host_room(information) is None
    assert host_room(tmp_path / "none") is None


@dataclass
class Heap:
    """The bridge of a JVM half with so much heap left of 1,000 bytes; None: it has ended."""

    free: int | None
    looks: int = 0

    async def stats(self) -> dict[str, Any]:
        self.looks += 1
        if self.free is None:
            raise KernelUnavailable("it has ended")
        return {"heap_used": 1000 - self.free, "heap_limit": 1000}


async def test_the_watch_tells_the_least_and_goes_on_when_a_jvm_ends() -> None:
    heaps = [Heap(900), Heap(None)]
    heard: asyncio.Queue[int] = asyncio.Queue()
    wanted, asked = False, 0

    def is_wanted() -> bool:
        nonlocal asked
        asked += 1
        return wanted

    watch = MemoryWatch(lambda: [SimpleNamespace(bridge=heap) for heap in heaps], is_wanted, heard.put)  # type: ignore[misc]
    running = asyncio.ensure_future(watch.run(0.001))
    try:
        async with asyncio.timeout(20):
            while asked < 3:
                await asyncio.sleep(0.001)
            assert heaps[0].looks == 0, "nobody would be told"
            wanted = True
            while heaps[1].looks < 3:
                await asyncio.sleep(0.001)
            heaps[1].free = 30
            assert await heard.get() == 30
    finally:
        running.cancel()
    assert heard.empty()
