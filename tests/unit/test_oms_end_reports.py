"""A supervisor that has reaped a kernel says so to the service: that life ends at once, and no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_oms.registry.keys import KERNELS
from amino_wire.errors import EpochStale
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from amino_wire.protocol import VERSION

from tests.unit.oms_world import World, error_of, world

ACTIVE, LOST = common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def test_the_report_of_an_end_is_believed_once_and_for_that_life_alone(here: World) -> None:
    first = await here.kernel("k1")
    counter = await here.register("counter")

    async def reported(incarnation: int) -> bool:
        request = oms_pb2.LeaveRequest(kernel_id="k1", incarnation=incarnation, end="killed by SIGKILL")
        answer = (await here.stub.Leave(request)).ended
        # The answer promises what it says: a service that starts anew knows it.
        stored = await here.oms.services.registry.store.get(f"{KERNELS}k1")
        assert stored is not None and common_pb2.KernelRecord.FromString(stored.value).alive is not answer
        return answer

    assert await reported(first.incarnation)
    await here.settled()
    lost = await here.get("counter")
    assert (lost.status.state, lost.status.loss) == (LOST, common_pb2.LOSS_GONE)
    assert lost.status.loss_reason == "the process of k1 ended: killed by SIGKILL"
    late = oms_pb2.RegisterKernelRequest(
        kernel_id="k1", endpoints=common_pb2.Endpoints(grpc=first.address), incarnation=first.incarnation, wire_version=VERSION
    )
    assert isinstance(await error_of(here.stub.RegisterKernel(late)), EpochStale)

    before, first.incarnation = first.incarnation, 0
    await first.register()
    await here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter"))
    assert not await reported(before)
    await here.settled()
    assert await first.keep_alive()
    again = await here.get("counter")
    assert (again.id, again.status.state, again.status.replicas[0].kernel_incarnation) == (counter.id, ACTIVE, first.incarnation)
