"""Replicas on kernels of their own: two on one kernel would end together."""

from __future__ import annotations

from amino_wire.errors import NoKernelMatches

from amino_dms.api import CoordinatorKernel, Replica, Snapshot


async def free_nodes(kernel: CoordinatorKernel) -> frozenset[str]:
    """The living nodes that have no replica of the object. Raises OmsUnavailable."""
    taken = {replica.node for replica in kernel.replicas()}
    return frozenset({node.id for node in await kernel.nodes()} - taken)


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
