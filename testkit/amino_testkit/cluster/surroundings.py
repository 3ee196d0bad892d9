"""What the members of a simulated cluster share."""

from __future__ import annotations

from dataclasses import dataclass, field

from amino_dms.chain import Registry
from amino_wire.proof import ClusterSecret

from amino_testkit.cluster.classes import Classes
from amino_testkit.network.dial import SimulatedDial
from amino_testkit.network.lane import LaneListener
from amino_testkit.network.network import Network
from amino_testkit.network.rpc_server import RpcServer
from amino_testkit.world.process import Process
from amino_testkit.world.scheduler import Scheduler


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Time, network, the classes of objects, and the deployment managers there are."""

    scheduler: Scheduler
    network: Network
    classes: Classes
    registry: Registry
    places: dict[str, RpcServer] = field(default_factory=dict[str, RpcServer])
    """The servers that answer requests, by address."""
    listeners: dict[str, LaneListener] = field(default_factory=dict[str, LaneListener])
    """The listeners that take lanes, by address."""
    secret: ClusterSecret = field(default_factory=ClusterSecret)
    """Of the cluster, for clients that call through a router of kernels without being one."""

    def dial(self, process: Process) -> SimulatedDial:
        """How a process reaches others."""
        return SimulatedDial(self.network, process, self.places, self.listeners)
