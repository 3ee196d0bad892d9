"""An instance of an object on this kernel, with what belongs to it. Only the lifecycle changes its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from amino_dms.api import Arrival
from amino_dms.runtime.instance_chain import InstanceChain
from amino_kernel.halves.runtime import Runtime
from amino_kernel.instances.instance import Instance, Life
from amino_wire.errors import AminoError, Moved
from amino_wire.instances import FIRST, instance_id
from amino_wire.pb import common_pb2
from amino_wire.records import epoch_of, name_of


@dataclass(eq=False, slots=True)
class Passage:
    """How an instance comes here, for its managers: `saved` is what managers took along, by their names."""

    arrival: Arrival = Arrival.CREATED
    saved: Mapping[str, Any] = field(default_factory=dict[str, Any])


DIRECT = Passage()
"""For instances without managers."""


@dataclass(eq=False, slots=True)
class LocalInstance:
    """One instance. Two instances of an id, one after the other, are two of these.

    `record` is the newest that the kernel knows of its object, with the interface that the JVM half answered. `managers` are its instance
    managers while there are any. `failure` says why managers could not begin, `moved` and `whereabouts` say where calls go
    when it is gone. `retries`: something is about to be tried again. `offered`: the OMS is to hear of it although it is passive.
    `attempt`: with which attempt of its source kernel it came; 0: by no move between kernels.
    `sleeps`: it is to sleep when nobody calls it; `calls` have begun since it is here, of which some are `running`, where it does.
    `listing`: the last list of what is here that the OMS had when it came so; None once the list is known to have it.
    """

    record: common_pb2.ObjectRecord
    path: str
    runtime: Runtime
    state: Instance
    passage: Passage = DIRECT
    attempt: int = 0
    listing: int | None = None
    managers: InstanceChain | None = None
    failure: AminoError | None = None
    moved: Moved | None = None
    whereabouts: common_pb2.ObjectRecord | None = None
    retry_pause: float = 0.0
    retries: bool = False
    offered: bool = False
    calls: int = 0
    running: int = 0
    sleeps: bool = False

    def __post_init__(self) -> None:
        self.sleeps = self.record.spec.idle_ms > 0

    @property
    def object_id(self) -> str:
        return self.record.id

    @property
    def id(self) -> str:
        """The id of the instance: the object's own for the first one."""
        return self.record.id if self.path == FIRST else instance_id(self.record.id, self.path)

    @property
    def name(self) -> str:
        """How messages call the object."""
        return name_of(self.record)

    @property
    def epoch(self) -> int:
        return epoch_of(self.record, self.path)

    @property
    def gone(self) -> bool:
        """Whether it has ended here."""
        return self.state.life is Life.GONE

    def is_of(self, epoch: int, attempt: int) -> bool:
        """Whether it has arrived in an epoch by an attempt; attempt 0 means any."""
        return self.epoch == epoch and attempt in (0, self.attempt)

    def is_newer_than(self, epoch: int, attempt: int) -> bool:
        """Whether it has arrived in a later epoch, or by a later attempt; attempt 0 is that of no source, and never late in its epoch."""
        return self.epoch > epoch or (self.epoch == epoch and 0 < attempt < self.attempt)

    def reported(self, reason: str = "") -> common_pb2.InstanceState:
        """This kernel's report of it to the OMS; the reason is why it has ended, if it has."""
        return common_pb2.InstanceState(instance=self.id, epoch=self.epoch, generation=self.state.chain.generation, reason=reason)
