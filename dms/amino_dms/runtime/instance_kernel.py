"""What an instance manager may ask, over a kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Protocol, TypeVar

from amino_wire.errors import Moved
from amino_wire.frames import Invocation

from amino_dms.api import Copy, DeploymentManager, Gate, Snapshot, State
from amino_dms.runtime.hosts import InstanceHost
from amino_dms.runtime.kernels import Background, Holder, HostedKernel, asked

T = TypeVar("T")


class Submitting(Protocol):
    """The chain that hosts the manager."""

    @property
    def replica(self) -> int: ...

    async def submit(self, call: Invocation) -> Any: ...

    async def capture(self) -> Snapshot: ...


class HostedInstanceKernel(HostedKernel):
    """See `InstanceKernel`."""

    def __init__(
        self, chain: Submitting, host: InstanceHost, holder: Holder, manager: DeploymentManager, index: int, background: Background
    ) -> None:
        super().__init__(host, holder, manager, index, background)
        self._instance_host = host
        self._chain = chain
        self._gates: list[Gate] = []
        self._closed: asyncio.Future[Moved] | None = None

    @property
    def replica(self) -> int:
        return self._chain.replica

    @property
    def epoch(self) -> int:
        return self._holder.view.epoch

    def gate(self) -> Gate:
        gate = Gate()
        self._gates.append(gate)
        return gate

    def close_gates(self, error: Moved) -> None:
        """Sends back who waits in a gate or is held."""
        for gate in self._gates:
            gate.close(error)
        closed = self._closing()
        if not closed.done():
            closed.set_result(error)

    def open_gates(self) -> None:
        """Lets callers wait again."""
        for gate in self._gates:
            gate.open()
        self._closed = None

    async def held(self, awaited: Awaitable[T], seconds: float) -> T:
        task = asyncio.ensure_future(awaited)
        timer = asyncio.ensure_future(self.clock.sleep(seconds))
        closed = self._closing()
        try:
            await asyncio.wait((task, timer, closed), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if closed.done():
                raise closed.result()
            raise TimeoutError(f"nothing came within {seconds:g} s")
        finally:
            timer.cancel()
            if not task.done():
                task.cancel()

    async def copy(self) -> State:
        return await asked(self._instance_host.copy())

    async def sync(self, state: State) -> None:
        await asked(self._instance_host.sync(state))

    async def instantiate(self, state: State) -> Copy:
        return await asked(self._instance_host.instantiate(state))

    async def capture(self) -> Snapshot:
        return await asked(self._chain.capture())

    async def submit(self, method: str, *args: Any, request_id: str, chain: str = "") -> Any:
        call = Invocation(self.object_id, method, args, request_id=request_id, chain=(chain,) if chain else ())
        return await self._chain.submit(call)

    def _closing(self) -> asyncio.Future[Moved]:
        if self._closed is None:
            self._closed = asyncio.get_running_loop().create_future()
        return self._closed
