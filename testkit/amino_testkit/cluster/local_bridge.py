"""The bridge between the two halves of a simulated kernel: both ends are in one process, and its frames are real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from amino_wire.connection import FrameConnection
from amino_wire.errors import FrameInvalid
from amino_wire.lane import IncomingCall


class BridgeEnd(FrameConnection):
    """One end.

    Arguments:
        peer: who is at the other end, for messages.
        on_request: takes calls.
    """

    def __init__(self, peer: str, on_request: Callable[[list[IncomingCall]], None]) -> None:
        super().__init__(peer, opaque=True, on_request=on_request)
        self.partner: BridgeEnd | None = None

    def _write(self, data: bytes) -> None:
        if self.partner is not None:
            asyncio.get_running_loop().call_soon(self.partner.take, data)

    def take(self, data: bytes) -> None:
        """Takes a frame."""
        if not self.closed:
            try:
                self.receive(data)
            except FrameInvalid as error:
                self.refuse(error)

    def _press(self, pressed: bool) -> None:
        """There is always room."""

    def _disconnect(self) -> None:
        if self.partner is not None:
            partner, self.partner = self.partner, None
            asyncio.get_running_loop().call_soon(partner.close)
