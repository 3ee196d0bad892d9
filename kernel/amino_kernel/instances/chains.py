"""The deployment managers' place in a kernel, as the life of an instance sees it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from amino_kernel.instances.instance import ChainFacts, Happening
from amino_kernel.instances.local_instance import LocalInstance
from amino_wire.errors import Moved
from amino_wire.pb import common_pb2


class Routing(NamedTuple):
    """Where calls to an object go, as the bridge's `manage` has it."""

    managed: bool = False
    """They pass the Python half of the object's kernel."""
    proxies_only: bool = False
    """Only those pass it whose proxies have not run."""
    rule: str = ""
    """The rule that the object's gate keeps in place of a manager; empty: none."""


class Chains(Protocol):
    """Opens, exchanges and ends the instance managers of instances."""

    def facts(self, record: common_pb2.ObjectRecord) -> ChainFacts:
        """The facts of an object's chain that its instance needs.

        Raises:
            ChainInvalid: A manager is not installed here, or a setting cannot be right.
        """
        ...

    def routing(self, record: common_pb2.ObjectRecord) -> Routing:
        """Where calls to an object go."""
        ...

    def saves(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether a manager of an object saves it durably, so that the object comes back with its state."""
        ...

    async def open(self, local: LocalInstance) -> None:
        """Makes the managers of an instance and tells them how it came here. Calls wait until they have begun.

        Raises:
            AminoError: Why they could not begin.
        """
        ...

    async def exchange(self, local: LocalInstance) -> Happening:
        """Exchanges the managers of an instance for those of its record: EXCHANGED, EXCHANGE_REFUSED where the old ones stay, or
        EXCHANGE_FAILED where there are none now. Calls wait meanwhile."""
        ...

    async def update(self, local: LocalInstance) -> None:
        """Tells the managers of an instance what its record says now."""
        ...

    async def freeze(self, local: LocalInstance) -> None:
        """A move begins: calls inside the managers finish, new ones wait."""
        ...

    def thaw(self, local: LocalInstance) -> None:
        """The move was given up: calls that wait go on."""
        ...

    async def state_of(self, local: LocalInstance) -> bytes:
        """Answers what the managers of an instance take along on a move, encoded."""
        ...

    async def close(self, local: LocalInstance, moved: Moved) -> None:
        """The instance is not here any more: its managers end, and calls that wait in them get `moved`."""
        ...

    def abandon(self, local: LocalInstance, moved: Moved) -> None:
        """The instance has ended with its context: nothing that its managers still do reaches the object."""
        ...

    def forget(self, object_id: str) -> None:
        """An object was deleted: the proxies of callers here end."""
        ...
