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

    async def make_shards(self, numbers: Sequence[int], *, version: int = 0) -> list[str]:
        """Makes shards by the object's constructor, with the chain that stands behind this manager; where they are there, gives them that
        chain. They end with the object.

        Arguments:
            numbers: theirs, from 0; there is one of each.
            version: of the map of shards for which they are made. A shard that was ended is not made again for the same one.

        Returns:
            the ids, in the order of the numbers.

        Raises:
            NoKernelMatches: there is no node for one.
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
