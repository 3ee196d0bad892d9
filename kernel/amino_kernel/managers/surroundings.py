"""What the chains of a kernel stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from amino_dms.api import Clock, Node

from amino_kernel.instances.object_table import ObjectTable
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.managers.object_hosts import Deliver
from amino_kernel.managers.part_calls import PartCalls


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What chains need of their kernel."""

    oms: OmsClient
    parts: PartCalls
    table: ObjectTable
    node: Node
    clock: Clock
    random: Random
    deliver: Deliver
    run: Deliver
    held: Callable[[], bool]
    """Whether the kernel's lease lasts: after its end, another copy of an object may be in use."""

    def fresh_random(self) -> Random:
        """Chance for one chain, which draws as much of it as it likes."""
        return Random(self.random.getrandbits(64))
