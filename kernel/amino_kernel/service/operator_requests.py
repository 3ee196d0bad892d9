"""What operators ask a kernel itself, by `Invoke` with the target `@kernel`: that it gives its objects away, and which OMS leads."""

from __future__ import annotations

from itertools import count
from typing import Any

from amino_dms.api import Clock
from amino_kernel.instances.drain import drain
from amino_kernel.instances.instance import Life
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.membership.membership import Membership
from amino_wire.errors import ArgumentInvalid, NoKernelMatches
from amino_wire.pb import client_pb2

METHODS = ("drain", "services")
NAMED = 20
"""How many objects that stay are named."""
LONGEST = 30.0
"""Seconds that one request may go on; an operator with more patience asks again."""


class OperatorRequests:
    """Answers them. A kernel that drains gets no further objects until it is taken back, or started again.

    Arguments:
        kernel_id: of this kernel.
        table: its instances.
        oms: moves them, and is asked itself.
        membership: tells the OMS that no objects are to come.
        clock: measures the time.
    """

    def __init__(self, kernel_id: str, table: InstanceTable, oms: OmsClient, membership: Membership, clock: Clock) -> None:
        self._kernel_id, self._table, self._oms, self._membership, self._clock = kernel_id, table, oms, membership, clock
        self._numbers = count(1)

    async def answer(self, method: str, args: list[Any]) -> Any:
        """Carries out one of METHODS.

        Raises:
            ArgumentInvalid: it does not take such arguments.
            NoKernelMatches: there is no other kernel.
        """
        if method == "services":
            return [list(each) for each in await self._oms.standings()]
        match args:
            case [float() | int() as seconds, bool() as back] if 0 <= seconds <= LONGEST:
                return await self._drain(float(seconds), back=back)
            case _:
                raise ArgumentInvalid(f"@kernel.drain takes seconds, from 0 to {LONGEST:g}, and whether the kernel is to be taken back.")

    async def _drain(self, seconds: float, *, back: bool) -> dict[str, Any]:
        if back:
            self._membership.drain(False)
            return {"moved": 0, "left": self._left(), "stays": {}}
        if not any(kernel.id != self._kernel_id for kernel in await self._oms.kernels()):
            raise NoKernelMatches(f"There is no other living kernel that could have the objects of {self._kernel_id}: start one first.")
        self._membership.drain()
        drained = await drain(self._table, self._move, self._clock, seconds)
        return {"moved": drained.moved, "left": self._left(), "stays": dict(list(drained.stays.items())[:NAMED])}

    def _left(self) -> int:
        return sum(local.state.life is not Life.PASSIVE for local in self._table)

    async def _move(self, local: LocalInstance) -> None:
        # Where a move has failed, the next one is another request.
        name = f"{self._kernel_id}/{self._membership.incarnation}/drain/{next(self._numbers)}"
        await self._oms.ask(
            self._oms.stub.Move, client_pb2.MoveRequest(name_or_id=local.object_id, path=local.path, request_id=name), LONGEST
        )
