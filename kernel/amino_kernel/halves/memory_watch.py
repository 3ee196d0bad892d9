"""Has unused artifacts unloaded, and tells deployment managers when little memory is left (Sapphire section 5: `onLowMemory`)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from amino_kernel.halves.runtime import IDLE_SECONDS, Runtime
from amino_wire.errors import AminoError

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
LOW = 0.1
"""The part of the memory that is free below which little is left."""
ENOUGH = 0.2
"""The part above which enough is left again, so that the next shortage is told as well."""
MEMORY_INFORMATION = Path("/proc/meminfo")


@dataclass(frozen=True, slots=True)
class Room:
    """Memory of a JVM half or of the host: its free part, and all of it, in bytes."""

    free: int
    limit: int

    @property
    def part(self) -> float:
        """The part that is free, 0 to 1."""
        return self.free / max(1, self.limit)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Whether memory is short, as told so far. Pure.

    Arguments:
        looks: how often in turn little was left; garbage that the JVM has not collected yet looks like use, but not twice.
        told: it was told, and has not ended since.
    """

    looks: int = 0
    told: bool = False

    def seen(self, rooms: Sequence[Room]) -> tuple[Shortage, int | None]:
        """The consequence of a look at all memories, and the news for the log: the bytes that are left, or None."""
        least = min(rooms, key=lambda room: room.part, default=None)
        if least is None or least.part >= ENOUGH:
            return Shortage(), None
        if least.part >= LOW:
            return Shortage(0, self.told), None
        looks = self.looks + 1
        tell = looks >= 2 and not self.told
        return Shortage(looks, self.told or tell), least.free if tell else None


def host_room(information: Path = MEMORY_INFORMATION) -> Room | None:
    """The host's memory; None where the system does not say."""
    try:
        lines = dict(line.split(":", 1) for line in information.read_text().splitlines() if ":" in line)
        return Room(*(int(lines[name].split()[0]) * 1024 for name in ("MemAvailable", "MemTotal")))
    except (OSError, KeyError, ValueError, IndexError):
        return None


class MemoryWatch:
    """Looks every five seconds.

    Artifacts that nothing has used for a while are unloaded. When little memory is left, all that nothing uses are
    unloaded, and deployment managers are told.

    Arguments:
        runtimes: the JVM halves that run.
        wanted: whether anybody would be told.
        tell: tells that so many bytes are left.
        now: seconds of a clock.
        idle_seconds: for how long nothing must have used an artifact before it is unloaded.
    """

    def __init__(
        self,
        runtimes: Callable[[], Sequence[Runtime]],
        wanted: Callable[[], bool],
        tell: Callable[[int], Awaitable[None]],
        now: Callable[[], float] = time.monotonic,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._runtimes = runtimes
        self._wanted = wanted
        self._tell = tell
        self._now = now
        self._idle_seconds = idle_seconds

    async def run(self, seconds: float = LOOK_SECONDS) -> None:
        """Runs until cancelled. A look every so many seconds."""
        shortage = Shortage()
        while True:
            await asyncio.sleep(seconds)
            await self._unload(self._idle_seconds)
            if not self._wanted() and not any(runtime.uses.any_idle() for runtime in self._runtimes()):
                continue
            try:
                shortage, left = shortage.seen(await self._rooms())
                if left is not None:
                    await self._short(left)
            except AminoError as error:
                log.warning("nobody knows how much memory is left", error=error.message)

    async def _short(self, left: int) -> None:
        log.warning("little memory is left; unused artifacts go, and deployment managers are told", free_bytes=left)
        await self._unload(0.0)
        if self._wanted():
            await self._tell(left)

    async def _unload(self, after: float) -> None:
        await asyncio.gather(*(runtime.unload_unused(self._now(), after) for runtime in self._runtimes()))

    async def _rooms(self) -> list[Room]:
        found = await asyncio.gather(*(runtime.bridge.stats() for runtime in self._runtimes()))
        rooms = [Room(stats["heap_limit"] - stats["heap_used"], stats["heap_limit"]) for stats in found]
        host = host_room()
        return [*rooms, host] if host is not None else rooms
