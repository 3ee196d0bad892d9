"""The requests of a manager that divides an object into shards, each an object of its own with the chain behind that manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from amino_wire.frames import Invocation


class ShardCall(Protocol):
    """The request of its proxy, and of its instance manager."""

    async def call_shard(self, shard: str, call: Invocation) -> Any:
        """A call to a shard, through the managers that stand behind this one, from the outermost.

        Arguments:
            shard: the shard's id.
            call: the call as it came; its request id, deadline, transaction and chain go along.

        Raises:
            AminoError: whatever the call raises.
        """
        ...


class ShardCalls(ShardCall, Protocol):
    """The requests of its proxy."""

    async def command_shard(self, shard: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
        """A command of a manager that stands behind this one, at one shard.

        Arguments:
            shard: the shard's id.
            name: the command's.
            args, kwargs: values.
            manager: whose command; empty: the first manager's that has it.

        Raises:
            AminoError: whatever the command raises.
        """
        ...


class ShardMaking(Protocol):
    """The requests of its coordinator."""

    async def make_shard(self, number: int, *, version: int = 0) -> str:
        """Makes a shard by the object's constructor, with the chain that stands behind this manager; where it is there, gives it that
        chain. It ends with the object.

        Arguments:
            number: its number, from 0; there is one of each.
            version: of the map of shards for which it is made. A shard that was ended is not made again for the same one.

        Returns:
            the shard's id.

        Raises:
            NoKernelMatches: there is no node for it.
            ObjectNotFound: the object was deleted.
            ChainInvalid: a manager behind this one cannot work on the object.
        """
        ...

    async def end_shard(self, number: int) -> None:
        """Ends a shard, if it is there."""
        ...

    async def hinders_split(self) -> str | None:
        """Why the object's shards cannot split and join; see `DeploymentManager.splits`."""
        ...
