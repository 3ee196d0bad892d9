"""The surroundings of a client: how it reaches kernels, its clock, its chance. A simulation gives other ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol, cast

import grpc
import grpc.aio
from amino_wire.connection import FrameConnection
from amino_wire.errors import AminoError
from amino_wire.host import host_id
from amino_wire.lane import LaneConnection, SessionConnection
from amino_wire.outgoing import FailedCall, Title
from amino_wire.pb import common_pb2
from amino_wire.session import CHANNEL_OPTIONS
from amino_wire.values import Codec

from amino.addresses import is_loopback
from amino.forks import FORKS
from amino.identifiers import new_id

if TYPE_CHECKING:
    from amino_dms.api import Clock
    from amino_dms.chain import Registry

CHANNELS = (
    *CHANNEL_OPTIONS,
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # Two links to one address are two connections: a broken one is thrown away whole.
    ("grpc.use_local_subchannel_pool", 1),
)


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """This end of a connection to a kernel: see `amino_wire.connection.FrameConnection`."""

    client_id: str
    codec: Codec
    budget_ms: int
    on_lost: Callable[[AminoError], None]
    on_failed: Callable[[FailedCall], bool]
    title: Title


class Dial(Protocol):
    """How a client reaches kernels."""

    @property
    def host_id(self) -> str:
        """Which machine this is."""
        ...

    def channel(self, address: str) -> grpc.aio.Channel:
        """A channel for control requests. Nothing is connected yet."""
        ...

    def lanes(self, address: str, endpoints: common_pb2.Endpoints) -> list[str]:
        """The lanes of the kernel at an address that may be reached from here, the best one first."""
        ...

    async def lane(self, address: str, end: LinkEnd, *, token: str, peer: str) -> FrameConnection:
        """A lane for calls. Raises KernelUnavailable, PermissionDenied, FrameInvalid."""
        ...

    async def session(self, channel: grpc.aio.Channel, end: LinkEnd, *, peer: str) -> FrameConnection:
        """The same over a channel. Raises KernelUnavailable."""
        ...


class SocketDial:
    """Over sockets of this machine."""

    @property
    def host_id(self) -> str:
        """See Dial."""
        return host_id()

    def channel(self, address: str) -> grpc.aio.Channel:
        """See Dial."""
        if FORKS.grpc_is_lost:
            # Only forked processes pay for reading it.
            from amino.relay.channel import RelayedChannel

            return cast("grpc.aio.Channel", RelayedChannel(address))
        return grpc.aio.insecure_channel(address, options=CHANNELS)

    def lanes(self, address: str, endpoints: common_pb2.Endpoints) -> list[str]:
        """See Dial."""
        lanes: list[str] = []
        if endpoints.lane_unix and endpoints.host_id == host_id() and Path(endpoints.lane_unix).exists():
            lanes.append(f"unix:{endpoints.lane_unix}")
        if endpoints.lane_tcp and is_loopback(address):
            lanes.append(endpoints.lane_tcp)
        return lanes

    async def lane(self, address: str, end: LinkEnd, *, token: str, peer: str) -> FrameConnection:
        """See Dial."""
        return await LaneConnection.connect(
            address,
            client_id=end.client_id,
            token=token or None,
            codec=end.codec,
            on_lost=end.on_lost,
            on_failed=end.on_failed,
            title=end.title,
            budget_ms=end.budget_ms,
            peer=peer,
        )

    async def session(self, channel: grpc.aio.Channel, end: LinkEnd, *, peer: str) -> FrameConnection:
        """See Dial."""
        return await SessionConnection.connect(
            channel,
            client_id=end.client_id,
            codec=end.codec,
            on_lost=end.on_lost,
            on_failed=end.on_failed,
            title=end.title,
            budget_ms=end.budget_ms,
            peer=peer,
        )


@dataclass(frozen=True, slots=True)
class Outside:
    """The surroundings of a client.

    `clock` and `managers` are this machine's clock and the installed deployment managers where they are None: only clients that meet
    managers need them. `new_id` makes up ids of requests.
    """

    dial: Dial = field(default_factory=SocketDial)
    clock: Clock | None = None
    random: Callable[[], Random] = Random
    managers: Registry | None = None
    new_id: Callable[[], str] = new_id
