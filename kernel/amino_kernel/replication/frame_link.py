"""The way of frames straight to another kernel's Python half."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from amino_kernel.replication.frame_stream import FrameStream
from amino_wire.errors import FrameInvalid

LOOK_SECONDS = 0.25
"""How often it is looked whether the other end has read what was sent."""
PATIENCE = 1.0
"""How long the other end may take to read. An end that was cut off without a word would keep what comes after it."""
_ASKS = b""


class FrameLink:
    """See the file's docstring. Belongs to the loop it was made on.

    Arguments:
        proof: what shows the other kernel that this one is of its cluster.
        has_room: told when it takes frames again.
        lost: told once when it is gone.
    """

    def __init__(self, proof: str, has_room: Callable[[], None], lost: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._proof, self._has_room, self._lost = proof, has_room, lost
        self.stream = FrameStream(self, limit=0)
        """The other end sends empty frames only."""
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._asked: float | None = None
        self._sent = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def closed(self) -> bool:
        """Whether it takes no frames any more."""
        return self.stream.closed

    @property
    def is_full(self) -> bool:
        """Whether frames had better wait until `has_room` is told."""
        return self.stream.is_full

    async def open(self) -> bool:
        """Shows the proof; returns when the other end has looked at it, and whether it lets this one in."""
        self.stream.send(self._proof.encode())
        await self._opened
        return not self.closed

    def send(self, frame: bytes) -> None:
        """Sends a frame, which may be lost."""
        self.stream.send(frame)
        self._sent = True
        if self._timer is None:
            self._look()

    def close(self) -> None:
        """Nothing is sent any more."""
        self.stream.close()

    def abort(self) -> None:
        """It ends at once."""
        self.stream.abort()

    def _look(self) -> None:
        self._timer = None
        now = self._loop.time()
        if self._asked is not None and now - self._asked >= PATIENCE:
            self.stream.abort()
            return
        if self._asked is None and self._sent:
            self._asked, self._sent = now, False
            self.stream.send(_ASKS)
        if self._asked is not None and not self.closed:
            self._timer = self._loop.call_later(LOOK_SECONDS, self._look)

    def came(self, frame: bytes) -> None:
        """See `StreamOwner`."""
        if frame:
            raise FrameInvalid("the other end of a link for frames only answers")
        self._asked = None
        if not self._opened.done():
            self._opened.set_result(None)

    def has_room(self) -> None:
        """See `StreamOwner`."""
        self._has_room()

    def lost(self) -> None:
        """See `StreamOwner`."""
        if self._timer is not None:
            self._timer.cancel()
        if not self._opened.done():
            self._opened.set_result(None)
        self._lost()
