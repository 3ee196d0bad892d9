"""The instances that live in this kernel."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from amino_kernel.halves.runtime import Runtime
from amino_kernel.instances.instance import Life
from amino_kernel.instances.local_instance import LocalInstance


class InstanceTable:
    """Instances by their ids. Belongs to the kernel's loop."""

    def __init__(self) -> None:
        self._instances: dict[str, LocalInstance] = {}
        self._sorted: list[str] | None = None
        self._sleepers: dict[str, LocalInstance] = {}

    def get(self, instance: str) -> LocalInstance | None:
        """The instance of an id, where it has been made or has arrived; an instance that is still being made is not here yet."""
        local = self._instances.get(instance)
        return local if local is not None and local.state.life is not Life.CREATING else None

    def at(self, instance: str) -> LocalInstance | None:
        """The instance of an id, whatever its state."""
        return self._instances.get(instance)

    def of_object(self, object_id: str) -> list[LocalInstance]:
        """All instances of an object."""
        first = self._instances.get(object_id)
        if first is not None and len(first.record.status.replicas) < 2:
            return [first]
        return [local for local in self._instances.values() if local.record.id == object_id]

    def put(self, local: LocalInstance) -> None:
        self._instances[local.id] = local
        if local.sleeps:
            self._sleepers[local.id] = local

    def remove(self, local: LocalInstance) -> None:
        """Takes an instance out; its successor stays."""
        if self._instances.get(local.id) is local:
            del self._instances[local.id]
            self._sleepers.pop(local.id, None)

    def idle(self) -> list[LocalInstance]:
        """The instances that are to sleep when nobody calls them."""
        return list(self._sleepers.values())

    def of_runtime(self, runtime: Runtime) -> list[LocalInstance]:
        """The instances that end with a JVM half."""
        return [local for local in self._instances.values() if local.runtime is runtime]

    def behind(self, instance: str, limit: int) -> list[LocalInstance]:
        """Answers at most `limit` instances behind the id `instance`, in the order of the ids.

        Those that wait to arrive are left out, unless they are offered to the OMS.
        """
        if self._sorted is None or not instance:
            self._sorted = sorted(self._instances)
        listed = islice(self._sorted, bisect_right(self._sorted, instance), None)
        found = (self._instances.get(each) for each in listed)
        return list(islice((local for local in found if local is not None and (local.state.here or local.offered)), limit))

    def __iter__(self) -> Iterator[LocalInstance]:
        return iter(list(self._instances.values()))

    def __len__(self) -> int:
        return len(self._instances)
