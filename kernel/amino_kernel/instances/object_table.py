"""The objects that live in this kernel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from amino_kernel.halves.runtime import Runtime
from amino_wire.pb import common_pb2


class Standing(Enum):
    """What an object here is. PASSIVE has arrived by a move that is not committed yet; LEAVING is on its way to another kernel."""

    ACTIVE = "active"
    PASSIVE = "passive"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class LocalObject:
    """An object of this kernel: its record, the JVM half it is in, and which replica it is."""

    record: common_pb2.ObjectRecord
    replica: int
    runtime: Runtime
    standing: Standing = Standing.ACTIVE

    @property
    def id(self) -> str:
        return self.record.id


class ObjectTable:
    """Local objects by id. Belongs to the kernel's loop."""

    def __init__(self) -> None:
        self._objects: dict[str, LocalObject] = {}

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

    def __iter__(self) -> Iterator[LocalObject]:
        return iter(list(self._objects.values()))

    def __len__(self) -> int:
        return len(self._objects)
