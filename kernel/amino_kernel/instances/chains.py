"""The deployment managers' place in a kernel, as the rest of it sees them."""

from __future__ import annotations

from typing import Protocol

from amino_kernel.halves.call import Call, Next
from amino_kernel.instances.object_table import LocalObject
from amino_wire.errors import Moved
from amino_wire.pb import common_pb2
from amino_wire.values import EncodedValue


class Way(Protocol):
    """One side of an object's chain: runs a call, `following` being what comes after it."""

    async def __call__(self, call: Call, following: Next, /) -> EncodedValue: ...


class Chains(Protocol):
    """The chains of objects. A None stands for "nothing to do here", so that calls without managers pay nothing."""

    def proxies(self, record: common_pb2.ObjectRecord) -> Way | None:
        """The caller's side of an object's chain."""
        ...

    def instance_managers(self, local: LocalObject) -> Way | None:
        """The object's side of its chain."""
        ...

    def replica(self, record: common_pb2.ObjectRecord, call: Call) -> str:
        """Answers the path of the replica that a call is for."""
        ...

    def managed(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether calls to an object must pass the Python half of its kernel."""
        ...

    def proxies_only(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether calls whose proxies have run elsewhere need not pass it: the object has no instance managers that take part in calls."""
        ...

    async def created(self, local: LocalObject, recovered: bool) -> None:
        """An object has been made here, by its constructor or (`recovered`) from a state."""
        ...

    async def arrived(self, local: LocalObject, manager_state: bytes) -> None:
        """An object has arrived by a move, with what its instance managers took along; it is still held."""
        ...

    async def changed(self, local: LocalObject, before: common_pb2.ObjectRecord) -> None:
        """The record of an object here is another one now."""
        ...

    async def freeze(self, local: LocalObject) -> None:
        """A move begins: calls inside the instance managers finish, new ones wait."""
        ...

    async def thaw(self, local: LocalObject) -> None:
        """The move was given up: who waits goes on."""
        ...

    async def manager_state(self, local: LocalObject) -> bytes:
        """Answers what the instance managers of an object take along on a move, encoded."""
        ...

    async def left(self, object_id: str, moved: Moved) -> None:
        """An object is not here any more: its instance managers end, and who waits in them gets `moved`."""
        ...

    def forget(self, object_id: str) -> None:
        """An object was deleted."""
        ...
