"""The end of a group's log, when another chain takes its place."""

from __future__ import annotations

import asyncio
from typing import Final

from amino_replication.configuration import Configuration
from amino_wire.errors import AminoError

from amino_dms.api import CoordinatorKernel, Replica

_SECONDS: Final = 2.0
"""How long the end of a log may take."""


async def finished_replicas(kernel: CoordinatorKernel, known: Configuration | None) -> set[int]:
    """The replicas that have applied the log of the group to its end. It ends while a majority of them is there to say so."""
    members = {} if known is None else {member.kernel: member.incarnation for member in known.members}

    async def finish(replica: Replica) -> int | None:
        try:
            # A message that comes late must not end the log of a later group.
            await kernel.instance_manager(replica.number).call("finish", members[replica.node], budget=_SECONDS)
        except AminoError:
            return None
        return replica.number

    numbers = await asyncio.gather(*(finish(replica) for replica in kernel.replicas() if replica.node in members))
    return {number for number in numbers if number is not None}
