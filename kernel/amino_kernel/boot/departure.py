"""How a kernel stops: objects that can live elsewhere move there; the others are fenced and saved before the kernel leaves the OMS."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random

import structlog
from amino_dms.api import Clock
from amino_kernel.boot.outside import Description, Server
from amino_kernel.halves.bridge import Bridge
from amino_kernel.instances.drain import drain
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.keeping import Keeping, Kept
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.managers import ManagedChains
from amino_kernel.membership.membership import Membership
from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2, common_pb2

log = structlog.get_logger(__name__)

STOP_SECONDS = 2.0
"""How long requests by gRPC may take that are under way when all else has ended."""
SAVE_SECONDS = 5.0
ANSWER_SECONDS = 2.0
"""At least so long calls may take that are under way when the kernel stops, however long its objects have taken to move."""
KEEP_SECONDS = 2.0
"""At least so long the kernel captures states, however long other work has taken."""
_ASK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Departure:
    """The parts that a kernel that stops works with.

    Args:
        own: Which kernel it is, and how long objects may take to move away.
        server: Where clients ask the kernel.
        half: Answers the JVM half that has the lanes.
        fence: Has the JVM halves answer for no object any more.
        keeping: Keeps the states of objects that nobody saves.
    """

    own: Description
    oms: OmsClient
    table: InstanceTable
    chains: ManagedChains
    server: Server
    half: Callable[[], Awaitable[Bridge]]
    membership: Membership
    clock: Clock
    random: Random
    fence: Callable[[], Awaitable[None]]
    keeping: Keeping

    async def drain(self) -> None:
        """Moves objects to other kernels and sends callers after them, where there are any and the OMS answers."""
        try:
            others = [kernel for kernel in await self._kernels() if kernel.id != self.own.kernel_id]
        except AminoError:
            return
        if others and self.own.drain_seconds > 0:
            end = self.clock.now() + self.own.drain_seconds
            self.membership.drain()
            await drain(self.table, self._move, self.clock, self.own.drain_seconds)
            await self._dismiss(max(ANSWER_SECONDS, end - self.clock.now()))

    async def _dismiss(self, seconds: float) -> None:
        """Callers go to other kernels: what they send from now on is not run here, and what they have sent is answered first."""
        await self.server.refuse_clients()
        with contextlib.suppress(AminoError):
            owing = await (await self.half()).leave(seconds)
            if owing:
                log.warning("calls were under way for so long that they end without an answer", connections=owing)

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
            left = begun + self.own.drain_seconds - self.clock.now()
            kept = await self.keeping.keep(self.membership.incarnation, max(KEEP_SECONDS, left))
        await self.membership.leave(keeps=kept.states > 0, lost=kept.lost)

    async def _kernels(self) -> Sequence[common_pb2.KernelRecord]:
        answer: client_pb2.KernelsResponse = await self.oms.ask(self.oms.stub.Kernels, client_pb2.KernelsRequest(), _ASK_SECONDS)
        return list(answer.kernels)

    async def _move(self, local: LocalInstance) -> None:
        request = client_pb2.MoveRequest(name_or_id=local.object_id, path=local.path, request_id=f"{self.random.getrandbits(128):032x}")
        await self.oms.ask(self.oms.stub.Move, request, self.own.drain_seconds)
