"""The real service of a test, and more doors to it: addresses that do not lead, stand still or break."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from amino_kernel.links.oms_client import OmsClient
from amino_oms.service.gate import Gate
from amino_oms.service.server import OmsServer, listen
from amino_wire.errors import NotLeader

from tests.unit.oms_world import World


class Door:
    """A servicer that counts requests before it lets `pass_on` answer them."""

    def __init__(self, pass_on: Any, before: Callable[[str, Any], Any]) -> None:
        self._pass_on, self._before = pass_on, before
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name in ("Watch", "GetArtifact"):
            return getattr(self._pass_on, name)

        async def answer(request: Any, context: Any) -> Any:
            self.asked.append(name)
            await self._before(name, context)
            return await getattr(self._pass_on, name)(request, context)

        return answer


class Place:
    """The real service of a test, and more doors to it."""

    def __init__(self, here: World, stack: AsyncExitStack) -> None:
        self.here, self.stack = here, stack

    async def door(self, servicer: Any, *, serving: bool = False) -> OmsServer:
        """Another address."""
        server = await listen(servicer, replace(self.here.settings, port=0))
        self.stack.push_async_callback(server.stop, 0)
        if serving:
            await server.serving()
        return server

    async def standby(self, leader: str) -> str:
        """The address of an OMS that stands by."""
        gate = Gate()
        gate.refuse(lambda: NotLeader("it stands by", details={"address": leader}))
        return (await self.door(gate)).address

    def client(self, *addresses: str) -> OmsClient:
        """A kernel's way to them."""
        client = OmsClient(",".join(addresses), secret=self.here.oms.services.secret)
        self.stack.push_async_callback(client.close)
        return client
