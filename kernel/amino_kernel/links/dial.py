"""How another process is reached: a channel for requests, a lane for calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import grpc
import grpc.aio
from amino_wire.connection import FrameConnection
from amino_wire.lane import LaneConnection
from amino_wire.protocol import Role
from amino_wire.session import CHANNEL_OPTIONS, SessionConnection

RECONNECT_OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 3000),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # A channel that is opened anew must not find the connection of the one before, which may lead nowhere.
    ("grpc.use_local_subchannel_pool", 1),
)
"""Attempts follow one another after 0.1 to 1 s. The middle number is the time that gRPC gives one attempt: a kernel on a busy machine
needs it to answer, and a host that swallows packets is given up after it, before the request's own time is over."""


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
            token: What the other kernel takes as the proof that this is a kernel.
            peer: Who answers there, for messages.

        Raises:
            KernelUnavailable, PermissionDenied: See `LaneConnection.connect`.
        """
        ...

    async def session(self, channel: grpc.aio.Channel, *, client_id: str, proof: Sequence[tuple[str, str]], peer: str) -> FrameConnection:
        """The same over a gRPC stream of a channel, for where no lane can be opened; `proof` is metadata that shows the token.

        Raises:
            KernelUnavailable: Nobody answers there.
        """
        ...


class SocketDial:
    """See `Dial`: over sockets."""

    def channel(self, address: str) -> grpc.aio.Channel:
        return grpc.aio.insecure_channel(address, options=(*CHANNEL_OPTIONS, *RECONNECT_OPTIONS))

    async def lane(self, address: str, *, client_id: str, token: str, peer: str) -> FrameConnection:
        return await LaneConnection.connect(address, client_id=client_id, token=token, role=Role.PEER, opaque=True, peer=peer)

    async def session(self, channel: grpc.aio.Channel, *, client_id: str, proof: Sequence[tuple[str, str]], peer: str) -> FrameConnection:
        return await SessionConnection.connect(channel, client_id=client_id, proof=proof, opaque=True, peer=peer)
