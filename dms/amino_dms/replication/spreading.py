"""Replicas that share a node part: they would end together."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection

from amino_wire.errors import AminoError, NoKernelMatches

from amino_dms.api import CoordinatorKernel, Replica

_log = logging.getLogger(__name__)


async def spread(kernel: CoordinatorKernel, stays: Callable[[Replica], bool], free: Callable[[int], Awaitable[Collection[str]]]) -> None:
    """Moves replicas that share a node with another one to nodes that have none.

    Arguments:
        kernel: of the coordinator.
        stays: of replicas that share a node, those for which it is true are moved last.
        free: the nodes to which a replica may move, by its number.

    Raises:
        NoKernelMatches: there is no other node for a replica.
    """
    ordered = sorted(kernel.replicas(), key=lambda replica: not stays(replica))
    nodes = [replica.node for replica in ordered]
    for replica in [replica for place, replica in enumerate(ordered) if replica.node in nodes[:place]]:
        for node in sorted(await free(replica.number)):
            try:
                await kernel.pin(node, replica=replica.number)
                break
            except AminoError as error:
                _log.info("replica %d of %s cannot be on %s: %s", replica.number, kernel.title, node, error)
        else:
            raise NoKernelMatches(f"two replicas of {kernel.title} are on {replica.node}, and no other kernel is free")
