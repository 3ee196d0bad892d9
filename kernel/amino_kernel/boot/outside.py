"""Which kernel the parts of a kernel belong to, and what they stand on: real in a process, played in a simulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from amino_dms.api import Clock
from amino_dms.chain import Registry
from amino_kernel.calls.guest_requests import Stuck
from amino_kernel.halves.bridge import Bridge
from amino_kernel.instances.kept_states import KeptStates
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_kernel.membership.lease_clock import LeaseClock
from amino_kernel.membership.seen_store import SeenStore
from amino_kernel.replication.frame_sockets import FramePlaces
from amino_kernel.replication.kernel_log import Disk
from amino_wire.pb import client_pb2_grpc, common_pb2, oms_pb2_grpc


def _nobody_asks(_: int) -> None:
    """The kernel has no supervisor."""


class Server(Protocol):
    """Where the services are offered."""

    async def start(self, clients: client_pb2_grpc.ClientServiceServicer, kernels: oms_pb2_grpc.KernelServiceServicer) -> None:
        """Offers them."""
        ...

    async def serving(self, answer: bool) -> None:
        """Sets the answer to health checks from now on."""
        ...

    async def refuse_clients(self) -> None:
        """Lets no client in any more, and answers none of their further requests: they are to ask another kernel."""
        ...

    async def stop(self, grace: float) -> None:
        """Refuses new requests and gives those that run `grace` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Description:
    """Which kernel it is, and what it offers."""

    kernel_id: str
    host_id: str
    labels: Mapping[str, str]
    languages: Sequence[str]
    allowed: frozenset[str] = frozenset()
    has_program: bool = False
    """Whether a Java program owns its JVM."""
    drain_seconds: float = 20.0
    """How long objects may take to move away before the kernel stops."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The ground that the parts of a kernel stand on.

    `load` answers how busy the kernel is with so many objects. `superseded` is told when another process has taken over the kernel's id,
    `stuck` when a guest cannot be ended inside its JVM half. `managers` are the deployment managers there are; None: those installed.
    `seen` keeps how far the OMS's store has come; None: for the life of this process only. `kept` keeps the states of objects between
    a stop and the next start. `disk` has the log of durable replicated objects; None: there can be none here. `frames` has sockets for
    the frames of replicated objects; None: they go as calls. `registered` is told the life in which the OMS knows this kernel, each time
    that it has registered.
    """

    oms: OmsClient
    peers: Peers
    server: Server
    clock: Clock
    lease_clock: LeaseClock
    random: Random
    load: Callable[[int], float]
    superseded: Callable[[], None]
    stuck: Callable[[Bridge | None, Stuck], None]
    kept: KeptStates
    managers: Registry | None = None
    seen: SeenStore | None = None
    registered: Callable[[int], None] = _nobody_asks
    disk: Disk | None = None
    frames: FramePlaces | None = None


@dataclass(frozen=True, slots=True)
class Doors:
    """Where others come in: the kernel's addresses, the token of its lanes, and where its JVM half takes sessions."""

    endpoints: common_pb2.Endpoints
    lane_token: str
    session_socket: str
