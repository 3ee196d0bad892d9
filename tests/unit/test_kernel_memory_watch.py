"""When deployment managers are told that little memory is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from amino_kernel.halves.memory_watch import MemoryWatch, Room, Shortage, host_room
from amino_kernel.halves.runtime import Runtime
from amino_wire.errors import KernelUnavailable
from amino_wire.pb import common_pb2


def told(*parts: float) -> list[int]:
    """The hints that are given when looks find these free parts, one after the other."""
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
class Half:
    """The bridge of a JVM half with so much heap left of 1,000 bytes; None: it has ended. Each unloading frees 500 bytes."""

    free: int | None
    looks: int = 0
    unloaded: list[str] = field(default_factory=list[str])

    async def stats(self) -> dict[str, Any]:
        self.looks += 1
        if self.free is None:
            raise KernelUnavailable("it has ended")
        return {"heap_used": 1000 - self.free, "heap_limit": 1000}

    async def load(self, *_: object) -> dict[str, Any]:
        return {}

    async def unload(self, key: str) -> None:
        self.unloaded.append(key.partition("-")[0])
        self.free = (self.free or 0) + 500


def runtime(half: Half) -> Runtime:
    return Runtime(0, "", None, half, ("js",))  # type: ignore[arg-type]


class Watched:
    """A watch that looks every millisecond, on a clock that the test sets."""

    def __init__(self, *halves: Half) -> None:
        self.runtimes = [runtime(half) for half in halves]
        self.heard: asyncio.Queue[int] = asyncio.Queue()
        self.wanted, self.asked, self.seconds = False, 0, 0.0
        self.watch = MemoryWatch(lambda: self.runtimes, self._is_wanted, self.heard.put, lambda: self.seconds)

    def _is_wanted(self) -> bool:
        self.asked += 1
        return self.wanted

    async def __aenter__(self) -> Watched:
        self._running = asyncio.ensure_future(self.watch.run(0.001))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._running.cancel()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.001)

    async def looks(self, more: int) -> None:
        """Waits for so many looks more."""
        before = self.asked
        await self.until(lambda: self.asked >= before + more)


async def test_the_watch_tells_the_least_and_goes_on_when_a_jvm_ends() -> None:
    halves = [Half(900), Half(None)]
    async with Watched(*halves) as watched:
        await watched.looks(3)
        assert halves[0].looks == 0, "nobody would be told"
        watched.wanted = True
        await watched.until(lambda: halves[1].looks >= 3)
        halves[1].free = 30
        async with asyncio.timeout(20):
            assert await watched.heard.get() == 30
    assert watched.heard.empty()


async def test_an_artifact_that_nothing_uses_is_unloaded_after_a_minute_also_when_nobody_would_be_told() -> None:
    half = Half(900)
    used, unused = (common_pb2.Artifact(hash=name, language="js", entry="x.js") for name in ("used", "unused"))
    async with Watched(half) as watched:
        for artifact in (used, unused):
            await watched.runtimes[0].load(artifact, "/folder", {})
        watched.runtimes[0].used(used)
        await watched.looks(3)
        watched.seconds += 59
        await watched.looks(3)
        assert half.unloaded == []
        watched.seconds += 1
        await watched.until(lambda: half.unloaded == ["unused"])
        watched.seconds += 3600
        await watched.looks(3)
        assert half.unloaded == ["unused"]
        assert watched.heard.empty()


async def test_when_little_memory_is_left_all_that_nothing_uses_is_unloaded_at_once() -> None:
    half = Half(30)
    used, unused = (common_pb2.Artifact(hash=name, language="js", entry="x.js") for name in ("used", "unused"))
    async with Watched(half) as watched:
        await watched.runtimes[0].load(used, "/folder", {})
        watched.runtimes[0].used(used)
        await watched.looks(3)
        assert half.looks == 0, "there is nothing to unload, and nobody would be told"
        await watched.runtimes[0].load(unused, "/folder", {})
        await watched.until(lambda: half.unloaded == ["unused"])
        assert watched.heard.empty()
