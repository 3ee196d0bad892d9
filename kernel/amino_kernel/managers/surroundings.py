"""The parts of a kernel that its chains work with."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from amino_dms.api import Clock, Node
from amino_wire.values import EncodedValue

from amino_kernel.halves.call import Call
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.managers.part_calls import PartCalls
from amino_kernel.replication.groups import Groups

Deliver = Callable[[Call], Awaitable[EncodedValue]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts that chains need of their kernel."""

    oms: OmsClient
    parts: PartCalls
    table: InstanceTable
    node: Node
    clock: Clock
    random: Random
    deliver: Deliver
    route: Deliver
    """As `deliver`, through all proxies of the object."""
    held: Callable[[], bool]
    """Whether the kernel's lease lasts: after its end, another copy of an object may be in use."""
    outage: Callable[[], str]
    """Why no object of this kernel answers, once it is known that no OMS does; empty: they do, or callers are to wait."""
    begun: Callable[[], Awaitable[None]]
    """Returns when each call that has come out of a JVM half so far has begun."""
    may_not_save: Callable[[LocalInstance], None]
    """Told of an instance whose managers have lost the right to save."""
    once: Deliver
    """As `route`, for a call that may have been sent before; see `amino_kernel.calls.once_calls`."""
    groups: Groups | None = None
    """The members of replicated objects here; None: it has no objects."""
    time_ns: Callable[[], int] = time.time_ns
    """The time of day."""

    def seed(self) -> int:
        """Of the chance of one chain, which draws as much of it as it likes."""
        return self.random.getrandbits(64)
