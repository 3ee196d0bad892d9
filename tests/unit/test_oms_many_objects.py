"""Kernels that have very many objects, against the real service over real gRPC, connected as kernels connect."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest
from amino_kernel.links.oms_client import OmsClient

from tests.unit.oms_world import world
from tests.unit.played_kernel import Held

COUNT = 700_000


@pytest.mark.xfail(
    strict=True,
    raises=grpc.aio.AioRpcError,
    reason="All objects of a kernel travel in one message of 18 MB, and gRPC takes 16.8 MB: the kernel stays fenced for ever.",
)
async def test_a_kernel_with_700_000_objects_registers_again_after_a_restart_of_the_service(tmp_path: Path) -> None:
    async with world(tmp_path / "oms") as here:
        kernel = await here.kernel("k1")
        life = kernel.incarnation
        known = await here.register("counter")
        kernel.objects.update(dict.fromkeys((f"{number:020x}" for number in range(COUNT - 1)), Held(1, 0)))
        await here.restart()
        client = OmsClient(here.server.address)
        try:
            kernel.oms = client.stub
            await kernel.register()
            assert kernel.incarnation == life and await kernel.keep_alive()
            # The service has records of one of them: the others it has the kernel drop.
            assert list(kernel.objects) == [known.id]
        finally:
            await client.close()
