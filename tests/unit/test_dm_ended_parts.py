"""Proxies and coordinators that have ended: they ask nobody, and store nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from amino_dms.api import Coordinator, DeploymentManager, Purpose, peer
from amino_dms.chain import Chain, Registry
from amino_dms.runtime import CoordinatorRuntime, ProxyChain
from amino_wire.errors import KernelUnavailable, OmsUnavailable

from tests.unit.noting_managers import VIEW, run
from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, raised_by, request


def test_proxies_that_have_ended_ask_nobody() -> None:
    async def scenario() -> None:
        host = PlayedHost(PlayedObjects(), PlayedStore())
        managers = Chain.parse("WriteThroughCaching", Registry.installed())
        chain = ProxyChain(managers, VIEW, host)  # type: ignore[arg-type]
        await chain.open()
        calling = asyncio.ensure_future(chain.call(request("put", "x", 1)))
        await chain.close()
        host.asked.clear()
        assert await calling is None, "a call that is on its way goes on"
        await asyncio.sleep(1.0)
        assert "call_part" not in host.asked
        kernel = chain._parts[0].kernel  # type: ignore[attr-defined]
        assert isinstance(await raised_by(kernel.instance_manager().call("reads")), KernelUnavailable)

    run(scenario)


def test_coordinators_that_have_ended_store_nothing() -> None:
    class Slow(Coordinator[Any]):
        """Takes long to count."""

        count = 0

        @peer
        async def add(self) -> int:
            """Counts."""
            await self.kernel.clock.sleep(1.0)
            self.count += 1
            return self.count

        async def save(self, purpose: Purpose) -> Any:
            return self.count

    async def scenario() -> None:
        host = PlayedHost(PlayedObjects(), PlayedStore())
        made: type[DeploymentManager] = type("Slow", (DeploymentManager,), {"promise": "-", "coordinator": Slow})
        runtime = CoordinatorRuntime(Chain([made()]), VIEW, host)  # type: ignore[arg-type]
        await runtime.open()
        calling = asyncio.ensure_future(raised_by(runtime.call(0, "add", ())))
        await asyncio.sleep(0.5)
        await runtime.close()
        puts = host.store.puts
        assert isinstance(await calling, OmsUnavailable)
        assert host.store.puts == puts
        kernel = runtime._parts[0].kernel  # type: ignore[attr-defined]
        assert isinstance(await raised_by(kernel.durable_put("key", 1)), OmsUnavailable)
        assert isinstance(await raised_by(kernel.pin("here")), OmsUnavailable)

    run(scenario)
