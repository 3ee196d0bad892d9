"""KeepOnDevice: the object moves to a device that calls it, and stays on devices (Sapphire Table 1 and section 8.4)."""

from __future__ import annotations

from typing import Any

from amino_wire.errors import AminoError

from amino_dms.api import (
    Coordinator,
    Declarations,
    DeploymentManager,
    Invocation,
    Next,
    NoConfig,
    Node,
    Proxy,
    ProxyKernel,
    Replica,
    Rule,
    Trait,
    question,
)


class DeviceProxy(Proxy[NoConfig]):
    """On a device, asks for the object once."""

    passes_reads = True

    def __init__(self, config: NoConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._settled = not kernel.node.is_device

    def hands_on(self, method: str) -> bool:
        """Once the object was asked for, and on what is no device."""
        return self._settled

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Asks before its first call. If the object cannot come, the call goes to where it is."""
        if not self._settled:
            self._settled = True
            try:
                await self.kernel.coordinator().call("wanted", self.kernel.node.id)
            except AminoError:
                self._settled = False
        return await next(call)

    async def on_member_removed(self, replica: Replica) -> None:
        """The object is elsewhere now: asks again, should it have left the devices."""
        self._settled = not self.kernel.node.is_device


class DeviceCoordinator(Coordinator[NoConfig]):
    """Moves the object to the first device that wants it."""

    @question
    async def wanted(self, node: str) -> bool:
        """A device calls the object; whether it was moved there."""
        devices = {found.id for found in await self.kernel.nodes() if found.is_device}
        if self.kernel.replicas()[0].node in devices or node not in devices:
            return False
        await self.kernel.pin(node)
        return True


class KeepOnDevice(DeploymentManager):
    """For objects of one person's devices."""

    family = "mobility"
    promise = "The object moves to the first device that calls it, and from then on only to devices."
    paper_lines = 45
    proxy = DeviceProxy
    coordinator = DeviceCoordinator
    declares = Declarations(
        traits=frozenset({Trait.MOVES}),
        forbids=(Rule(Trait.SPREADS, "it moves the one object there is, and replicas are several"),),
        needs_state=True,
    )

    def refuses(self, node: Node, origin: Node | None) -> str | None:
        """Nodes that are no devices, once the object is made."""
        if origin is None or node.is_device or node.id == origin.id:
            return None
        return f"the object stays on devices, and {node.id} is none (it has no label device)"
