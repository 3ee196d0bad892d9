"""Moves by the name of a place, which is a node or a region."""

from __future__ import annotations

from amino_wire.errors import KernelNotFound

from amino_dms.api import CoordinatorKernel


async def go(kernel: CoordinatorKernel, place: str, deed: str) -> None:
    """Moves the object to a node, or to the least loaded node of a region.

    Arguments:
        kernel: of the object's coordinator.
        place: the id of the node, or the region.
        deed: what is asked for, for messages: the object "cannot" do so.

    Raises:
        KernelNotFound: there is no such node or region.
        ChainInvalid: another manager of the chain does not allow that place.
    """
    nodes = await kernel.nodes()
    if any(node.id == place for node in nodes):
        await kernel.pin(place)
    elif any(node.region == place for node in nodes):
        await kernel.pin_region(place)
    else:
        known = ", ".join(sorted({node.id for node in nodes} | {node.region for node in nodes if node.region}))
        raise KernelNotFound(f"{kernel.title} cannot {deed} to {place}: no such node or region; there are {known}")
