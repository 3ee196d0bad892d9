"""Takes frames of other kernels which come over sockets of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from amino_kernel.replication.frame_stream import FrameStream
from amino_wire.errors import FrameInvalid
from amino_wire.frames import FRAME_LIMIT

log = structlog.get_logger(__name__)

HELLO_SECONDS = 5.0
"""How long an end may take to show its proof."""
_PROOF_BYTES = 256
_ANSWER = b""


class FrameListener:
    """Makes an end for each socket that is accepted.

    Arguments:
        is_proof: whether a text shows that the other end is a kernel of the cluster.
        received: takes a frame; raises FrameInvalid.
    """

    def __init__(self, is_proof: Callable[[str], bool], received: Callable[[bytes], None]) -> None:
        self._is_proof, self._received = is_proof, received
        self._ends: set[_End] = set()

    def accept(self) -> asyncio.Protocol:
        """The end for a socket."""
        end = _End(self._is_proof, self._received, self._ends.discard)
        self._ends.add(end)
        return end.stream

    def close(self) -> None:
        """Nothing is taken any more."""
        for end in tuple(self._ends):
            end.stream.close()


class _End:
    def __init__(self, is_proof: Callable[[str], bool], received: Callable[[bytes], None], gone: Callable[[_End], None]) -> None:
        self._is_proof, self._received, self._gone = is_proof, received, gone
        self._proved = False
        self.stream = FrameStream(self, _PROOF_BYTES)
        self._timer = asyncio.get_running_loop().call_later(HELLO_SECONDS, self.stream.abort)

    def came(self, frame: bytes) -> None:
        """See `StreamOwner`."""
        if not self._proved:
            self._prove(frame)
        elif frame:
            try:
                self._received(frame)
            except FrameInvalid as error:
                log.warning("another kernel has sent no frame", error=error.message)
                raise
            return
        self.stream.send(_ANSWER)

    def _prove(self, frame: bytes) -> None:
        if not self._is_proof(frame.decode("ascii", "replace")):
            raise FrameInvalid("it is no kernel of the cluster")
        self._proved = True
        self.stream.limit = FRAME_LIMIT
        self._timer.cancel()

    def has_room(self) -> None:
        """See `StreamOwner`; what it sends it need not wait with."""

    def lost(self) -> None:
        """See `StreamOwner`."""
        self._timer.cancel()
        self._gone(self)
