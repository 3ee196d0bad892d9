"""Kernels that have very many objects, against the real service over real gRPC, connected as kernels connect.

The number of objects is 20,000, or what the variable AMINO_KERNEL_OBJECTS says: `make soak` runs it with 2,000,000.
"""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from amino_kernel.links.oms_client import OmsClient
from amino_oms.lifecycle.creation import BATCH_LIMIT
from amino_wire.pb import client_pb2, common_pb2

from tests.unit.oms_world import World, world
from tests.unit.played_kernel import Held, PlayedKernel

COUNT = int(os.environ.get("AMINO_KERNEL_OBJECTS", "20000"))
_UNKNOWN = 7_000


async def test_a_kernel_with_very_many_objects_registers_again_after_a_restart_of_the_service(tmp_path: Path) -> None:
    """All of them would not fit into one message: 700,000 are 18 MB, and gRPC takes 16.8 MB."""
    async with world(tmp_path / "oms", max_nameless=0) as here:
        kernel = await here.kernel("k1")
        await _created(here, kernel, COUNT)
        life, known = kernel.incarnation, set(kernel.objects)
        assert len(known) == COUNT
        # The service has no records of some: those it has the kernel drop. Others the kernel lacks: those are lost.
        kernel.objects.update(dict.fromkeys((f"{number:020x}" for number in range(_UNKNOWN)), Held(1, "0")))
        missing = sorted(known)[:: COUNT // 10]
        for each in missing:
            del kernel.objects[each]
        await here.restart()
        client = OmsClient(here.server.address, secret=here.oms.services.secret)
        try:
            kernel.oms = client.stub
            await kernel.register()
            assert kernel.incarnation == life and await kernel.keep_alive()
            assert set(kernel.objects) == known - set(missing)
            await here.until(lambda: _lost(here, missing))
        finally:
            await client.close()


async def _created(here: World, kernel: PlayedKernel, count: int) -> None:
    await here.register("counter")
    for begin in range(1, count, BATCH_LIMIT):
        instances = [client_pb2.Instance()] * min(BATCH_LIMIT, count - begin)
        await here.stub.CreateMany(client_pb2.CreateManyRequest(class_name="counter", instances=instances))
        # One for all of them: each with a record of its own takes gigabytes.
        light = next(iter(kernel.objects.values()))
        kernel.objects.update(dict.fromkeys([*islice(reversed(kernel.objects), len(instances))], light))


async def _lost(here: World, instances: list[str]) -> bool:
    states = [(await here.get(each)).status.state for each in instances]
    return all(state == common_pb2.OBJECT_STATE_LOST for state in states)
