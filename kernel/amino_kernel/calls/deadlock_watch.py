"""Looks for deadlocks across kernels, but only while a call here waits longer than usual. The search itself is in `deadlock`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import structlog
from amino_dms.api import Clock
from amino_kernel.calls.deadlock import confirmed, describe, find_cycle
from amino_kernel.halves.runtime import Runtime
from amino_kernel.halves.wait import Wait
from amino_kernel.links.peers import Peers
from amino_wire.errors import AminoError, Deadlock, to_message
from amino_wire.pb import common_pb2, oms_pb2

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.2
ASK_SECONDS = 2.0
RUNTIMES = 4096
"""More than the JVM halves of a kernel: a call's number times this, plus its JVM half's, is one number in the whole kernel."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts of its kernel that the watch needs: its JVM halves, and the kernels that are alive."""

    kernel_id: str
    runtimes: Callable[[], Sequence[Runtime]]
    kernels: Callable[[], Awaitable[Sequence[common_pb2.KernelRecord]]]


class DeadlockWatch:
    """Every 200 ms: a wait that was there before makes it gather the waits of all kernels, twice, and abort one chain of a cycle."""

    def __init__(self, surroundings: Surroundings, peers: Peers, clock: Clock) -> None:
        self._around = surroundings
        self._peers = peers
        self._clock = clock
        self._known: Sequence[common_pb2.KernelRecord] = ()

    async def run(self) -> None:
        """Runs until cancelled."""
        before: set[Wait] = set()
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            try:
                now = set(await self.local_waits())
                if now & before:
                    await self._search()
                before = now
            except AminoError as error:
                log.warning("the search for deadlocks failed", error=error.message)

    async def local_waits(self) -> list[Wait]:
        """Answers who waits for whom in this kernel."""
        runtimes = self._around.runtimes()
        lists = await asyncio.gather(*(runtime.bridge.waits(self._around.kernel_id) for runtime in runtimes))
        numbered = zip(runtimes, lists, strict=True)
        return [replace(wait, call_number=wait.call_number * RUNTIMES + runtime.number) for runtime, waits in numbered for wait in waits]

    async def abort_local(self, call_number: int, error: AminoError) -> bool:
        """Ends a wait of this kernel with an error; False when it has ended by itself."""
        number, runtime_number = divmod(call_number, RUNTIMES)
        for runtime in self._around.runtimes():
            if runtime.number == runtime_number:
                return await runtime.bridge.abort_wait(number, error)
        return False

    async def _search(self) -> None:
        kernels = await self._kernels()
        cycle = find_cycle(await self._gather(kernels))
        if not cycle:
            return
        await self._clock.sleep(LOOK_SECONDS)
        if not confirmed(cycle, await self._gather(kernels)):
            return
        victim = cycle[0]
        error = Deadlock(
            f"{victim.waiting_call} was given up because its chain of calls waits in a circle: {describe(cycle)}. "
            "Let one of them call without waiting, or always in the same order.",
            details={"calls": [wait.waiting_call for wait in cycle]},
        )
        log.warning("deadlock", calls=[wait.waiting_call for wait in cycle])
        await self._abort(victim, error, kernels)

    async def _kernels(self) -> Sequence[common_pb2.KernelRecord]:
        try:
            self._known = await self._around.kernels()
        except AminoError:
            log.info("the OMS does not say which kernels there are; those of the last time are asked", count=len(self._known))
        return self._known

    async def _gather(self, kernels: Sequence[common_pb2.KernelRecord]) -> list[Wait]:
        others = [kernel for kernel in kernels if kernel.id != self._around.kernel_id]
        answers = await asyncio.gather(self.local_waits(), *(self._ask(kernel) for kernel in others))
        return [wait for waits in answers for wait in waits]

    async def _ask(self, kernel: common_pb2.KernelRecord) -> list[Wait]:
        try:
            peer = self._peers.at(kernel.endpoints)
            answer: oms_pb2.WaitsResponse = await peer.ask(peer.kernels.Waits, oms_pb2.WaitsRequest(), ASK_SECONDS)
        except AminoError:
            return []
        return [
            Wait(each.waiting_chain, each.waiting_call, each.holder_chain, each.holder_call, kernel.id, each.call_number)
            for each in answer.waits
        ]

    async def _abort(self, victim: Wait, error: AminoError, kernels: Sequence[common_pb2.KernelRecord]) -> None:
        if victim.kernel == self._around.kernel_id:
            await self.abort_local(victim.call_number, error)
            return
        for kernel in kernels:
            if kernel.id == victim.kernel:
                peer = self._peers.at(kernel.endpoints)
                request = oms_pb2.AbortWaitRequest(call_number=victim.call_number, error=to_message(error))
                await peer.ask(peer.kernels.AbortWait, request, ASK_SECONDS)
