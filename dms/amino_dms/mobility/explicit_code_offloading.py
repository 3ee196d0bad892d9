"""ExplicitCodeOffloading: the application sends the object away from a device, and takes it back (Sapphire Table 1)."""

from __future__ import annotations

from typing import Any

from amino_wire.errors import KernelNotFound

from amino_dms.api import (
    Arrival,
    Coordinator,
    CoordinatorKernel,
    Declarations,
    DeploymentManager,
    NoConfig,
    Purpose,
    Rule,
    Trait,
    command,
)
from amino_dms.mobility.going import go


class OffloadingCoordinator(Coordinator[NoConfig]):
    """Knows from where the object was sent away."""

    def __init__(self, config: NoConfig, kernel: CoordinatorKernel) -> None:
        super().__init__(config, kernel)
        self._home = ""

    @command
    async def offload(self, place: str = "") -> str:
        """Moves the object to a node, or to the least loaded node of a region; without a place to a node that is no device, one of the
        region where the object is if there is any. The id of its node now.

        Raises:
            KernelNotFound: there is no such node or region, or no node that is no device.
            ChainInvalid: another manager of the chain does not allow that place.
        """
        present = self.kernel.replicas()[0].node
        await go(self.kernel, place or await self._server(present), "be offloaded")
        now = await self.where()
        if now != present:
            self._home = self._home or present
        return now

    @command
    async def pull_back(self) -> str:
        """Moves the object back to the node from where `offload` took it first; an object that is there stays. The id of its node now.

        Raises:
            KernelNotFound: that node is not there. The object stays where it is, and can be pulled back once the node is there again.
        """
        if self._home and self._home != await self.where():
            if all(node.id != self._home for node in await self.kernel.nodes()):
                away = f"{self.kernel.title} cannot be pulled back: its node {self._home} is not there now"
                raise KernelNotFound(f"{away}; call pull_back again when it is, or offload the object to another node")
            await self.kernel.pin(self._home)
        self._home = ""
        return await self.where()

    @command
    async def where(self) -> str:
        """The id of the node where the object is."""
        return self.kernel.replicas()[0].node

    async def save(self, purpose: Purpose) -> Any:
        """From where the object was sent away."""
        return self._home

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a restart of the OMS."""
        self._home = saved

    async def _server(self, present: str) -> str:
        """A node for the object that is no device: the present one, else one of its region where there is any."""
        here = next((node for node in await self.kernel.nodes() if node.id == present), None)
        if here is not None and not here.is_device:
            return present
        servers = [node for node in await self.kernel.sites() if not node.is_device]
        if not servers:
            nowhere = f"{self.kernel.title} cannot be offloaded: there is no node for it that is no device"
            raise KernelNotFound(f"{nowhere}; start one, or name a place")
        near = [node for node in servers if here is not None and node.region == here.region]
        return self.kernel.random.choice(sorted(node.id for node in near or servers))


class ExplicitCodeOffloading(DeploymentManager):
    """For objects of a device whose work is heavy at times."""

    family = "mobility"
    promise = "`offload` moves the object off a device, `pull_back` to where it was; calls meanwhile wait, none is lost, none runs twice."
    paper_lines = 49
    coordinator = OffloadingCoordinator
    declares = Declarations(
        traits=frozenset({Trait.MOVES}),
        forbids=(Rule(Trait.SPREADS, "it moves the one object there is, and replicas are several"),),
        needs_state=True,
    )
