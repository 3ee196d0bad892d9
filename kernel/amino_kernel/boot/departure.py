"""How a kernel stops: objects that can live elsewhere move there; the others are fenced and saved before the kernel leaves the OMS."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random

from amino_dms.api import Clock
from amino_kernel.instances.drain import drain
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.keeping import Keeping, Kept
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.managers import ManagedChains
from amino_kernel.membership.membership import Membership
from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2, common_pb2

SAVE_SECONDS = 5.0
KEEP_SECONDS = 2.0
"""At least so long the kernel captures states, however long other work has taken."""
_ASK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Departure:
    """The parts that a kernel that stops works with.

    Args:
        kernel_id: Which kernel it is.
        drain_seconds: How long objects may take to move away.
        fence: Has the JVM halves answer for no object any more.
        keeping: Keeps the states of objects that nobody saves.
    """

    kernel_id: str
    drain_seconds: float
    oms: OmsClient
    table: InstanceTable
    chains: ManagedChains
    membership: Membership
    clock: Clock
    random: Random
    fence: Callable[[], Awaitable[None]]
    keeping: Keeping

    async def drain(self) -> bool:
        """Moves objects to other kernels, where there are any and the OMS answers. Returns whether any has moved."""
        try:
            others = [kernel for kernel in await self._kernels() if kernel.id != self.kernel_id]
        except AminoError:
            return False
        if others and self.drain_seconds > 0:
            self.membership.drain()
            return await drain(self.table, self._move, self.clock, self.drain_seconds) > 0
        return False

    async def leave(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Ends the work of the kernel, fences its objects, has them saved or keeps their states itself, and leaves the OMS, which brings
        objects back at once: no object answers in two places."""
        begun, kept = self.clock.now(), Kept()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.membership.joined:
            self.membership.give_up()
            with contextlib.suppress(AminoError):
                await self.fence()
            await self.chains.settle(SAVE_SECONDS)
            kept = await self.keeping.keep(self.membership.incarnation, max(KEEP_SECONDS, begun + self.drain_seconds - self.clock.now()))
        await self.membership.leave(keeps=kept.states > 0, lost=kept.lost)

    async def _kernels(self) -> Sequence[common_pb2.KernelRecord]:
        answer: client_pb2.KernelsResponse = await self.oms.ask(self.oms.stub.Kernels, client_pb2.KernelsRequest(), _ASK_SECONDS)
        return list(answer.kernels)

    async def _move(self, local: LocalInstance) -> None:
        request = client_pb2.MoveRequest(name_or_id=local.object_id, path=local.path, request_id=f"{self.random.getrandbits(128):032x}")
        await self.oms.ask(self.oms.stub.Move, request, self.drain_seconds)
