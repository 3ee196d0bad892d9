"""The objects that live in this kernel."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import Any

from amino_kernel.halves.runtime import Runtime
from amino_wire.instances import instance_id, object_of
from amino_wire.pb import common_pb2
from amino_wire.records import epoch_of


class Standing(Enum):
    """What an object here is. PASSIVE has arrived by a move that is not committed yet; LEAVING is on its way to another kernel."""

    ACTIVE = "active"
    PASSIVE = "passive"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class LocalObject:
    """An object of this kernel: its record, the JVM half it is in, and the path of the instance."""

    record: common_pb2.ObjectRecord
    path: str
    runtime: Runtime
    standing: Standing = Standing.ACTIVE

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def instance(self) -> str:
        """The id of this instance."""
        return instance_id(self.record.id, self.path)

    def reported(self) -> common_pb2.InstanceState:
        """What this kernel says of it to the OMS."""
        generation = self.record.spec.generation
        return common_pb2.InstanceState(instance=self.instance, epoch=epoch_of(self.record, self.path), generation=generation)


class ObjectTable:
    """Local objects by id. Belongs to the kernel's loop."""

    def __init__(self) -> None:
        self._objects: dict[str, LocalObject] = {}
        self._sorted: list[str] | None = None

    def get(self, object_id: str) -> LocalObject | None:
        return self._objects.get(object_id)

    def put(self, local: LocalObject) -> None:
        self._objects[local.id] = local

    def change(self, object_id: str, **changes: Any) -> LocalObject | None:
        """Replaces fields of an object; answers the new entry, or None when there is no such object."""
        local = self._objects.get(object_id)
        if local is None:
            return None
        self._objects[object_id] = replace(local, **changes)
        return self._objects[object_id]

    def remove(self, object_id: str) -> LocalObject | None:
        return self._objects.pop(object_id, None)

    def of_runtime(self, runtime: Runtime) -> list[LocalObject]:
        """The objects that end with a JVM half."""
        return [local for local in self._objects.values() if local.runtime is runtime]

    def behind(self, instance: str, limit: int) -> list[LocalObject]:
        """Answers at most `limit` objects behind the id `instance`, in the order of the ids; those that wait to arrive are left out."""
        if self._sorted is None or not instance:
            self._sorted = sorted(local.instance for local in self._objects.values())
        listed = islice(self._sorted, bisect_right(self._sorted, instance), None)
        found = (self._objects.get(object_of(each)) for each in listed)
        return list(islice((local for local in found if local is not None and local.standing is not Standing.PASSIVE), limit))

    def __iter__(self) -> Iterator[LocalObject]:
        return iter(list(self._objects.values()))

    def __len__(self) -> int:
        return len(self._objects)
