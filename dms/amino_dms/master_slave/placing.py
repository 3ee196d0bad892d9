"""Replicas on kernels of their own: two on one kernel would end together."""

from __future__ import annotations

import logging
from collections.abc import Callable

from amino_wire.errors import AminoError, NoKernelMatches

from amino_dms.api import CoordinatorKernel, Replica, Snapshot

_log = logging.getLogger(__name__)


async def free_nodes(kernel: CoordinatorKernel) -> list[str]:
    """The living nodes that have no replica of the object. Raises OmsUnavailable."""
    taken = {replica.node for replica in kernel.replicas()}
    return sorted({node.id for node in await kernel.nodes()} - taken)


async def made_apart(kernel: CoordinatorKernel, snapshot: Snapshot) -> Replica:
    """One more replica, with that state. Raises NoKernelMatches where no kernel is free that may have it."""
    taken = {replica.node for replica in kernel.replicas()}
    missing = NoKernelMatches(f"one more replica of {kernel.title} needs one more kernel: {len(taken)} have one")
    if not await free_nodes(kernel):
        raise missing
    made = await kernel.replicate(snapshot)
    if made.node in taken:
        # The others do not match its selector.
        await kernel.destroy_replica(made.number)
        raise missing
    return made


async def spread(kernel: CoordinatorKernel, stays: Callable[[Replica], bool]) -> None:
    """Moves replicas that share a node with another one to nodes that have none, rather not those that stay; raises NoKernelMatches."""
    ordered = sorted(kernel.replicas(), key=lambda replica: not stays(replica))
    nodes = [replica.node for replica in ordered]
    for replica in [replica for place, replica in enumerate(ordered) if replica.node in nodes[:place]]:
        for node in await free_nodes(kernel):
            try:
                await kernel.pin(node, replica=replica.number)
                break
            except AminoError as error:
                _log.info("replica %d of %s cannot be on %s: %s", replica.number, kernel.title, node, error)
        else:
            raise NoKernelMatches(f"two replicas of {kernel.title} are on {replica.node}, and no other kernel is free")
