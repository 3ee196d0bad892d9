"""How another process is reached: a channel for requests, a lane for calls."""

from __future__ import annotations

from typing import Protocol

import grpc
import grpc.aio
from amino_wire.connection import FrameConnection
from amino_wire.lane import LaneConnection
from amino_wire.session import CHANNEL_OPTIONS

RECONNECT_OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
)


class Dial(Protocol):
    """Opens connections to other kernels."""

    def channel(self, address: str) -> grpc.aio.Channel:
        """A channel for requests to `address`; it connects when it is first used."""
        ...

    async def lane(self, address: str, *, client_id: str, token: str, peer: str) -> FrameConnection:
        """A lane whose values stay encoded.

        Args:
            address: Where the lane listens: `host:port`, or `unix:path`.
            client_id: Who calls.
            token: What the other kernel handed out for its lane.
            peer: Who answers there, for messages.

        Raises:
            KernelUnavailable, PermissionDenied: See `LaneConnection.connect`.
        """
        ...


class SocketDial:
    """See `Dial`: over sockets."""

    def channel(self, address: str) -> grpc.aio.Channel:
        return grpc.aio.insecure_channel(address, options=(*CHANNEL_OPTIONS, *RECONNECT_OPTIONS))

    async def lane(self, address: str, *, client_id: str, token: str, peer: str) -> FrameConnection:
        return await LaneConnection.connect(address, client_id=client_id, token=token, opaque=True, peer=peer)
