"""Many objects by one request, with a real kernel: made, called, and not half made when the OMS is killed in between."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import pytest
from amino_wire.errors import GuestException, Unavailable
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import DEFAULT

from tests.cluster.client import Client, until
from tests.cluster.processes import cluster

COUNTER = """
module.exports = class Counter {
  constructor(start = 0) { if (start < 0) throw new RangeError('too small'); this.value = start }
  incr(by) { return this.value += by }
}
"""
AT_ONCE = 200

pytestmark = [pytest.mark.cluster, pytest.mark.jvm]


def batch(*starts: int) -> client_pb2.CreateManyRequest:
    """A request for counters that begin with these numbers."""
    instances = [client_pb2.Instance(args=DEFAULT.encode_array([start])) for start in starts]
    return client_pb2.CreateManyRequest(class_name="counter", instances=instances, request_id=uuid.uuid4().hex)


async def objects_of_kernel(client: Client) -> int:
    """How many objects the kernel says that it has."""
    (kernel,) = (await client.ask("Kernels", client_pb2.KernelsRequest())).kernels
    return int(kernel.objects)


async def persistent(client: Client, request: client_pb2.CreateManyRequest) -> list[common_pb2.ObjectRecord]:
    """Asks until it is answered."""
    while True:
        try:
            return list((await client.ask("CreateMany", request)).objects)
        except Unavailable:
            await asyncio.sleep(0.05)


@pytest.mark.timeout(300)
async def test_many_objects_are_made_once_although_the_oms_is_killed(tmp_path: Path) -> None:
    async with cluster(tmp_path, "k1") as here, Client(here.kernels["k1"].address) as client:
        first = await client.register("counter", COUNTER)
        requests = [batch(*range(begin, begin + AT_ONCE)) for begin in range(0, 6 * AT_ONCE, AT_ONCE)]
        making = [asyncio.ensure_future(persistent(client, request)) for request in requests]
        await asyncio.wait(making, return_when=asyncio.FIRST_COMPLETED)
        await here.oms.kill()
        acknowledged = [task.result() for task in making if task.done()]
        await here.oms.start()
        made = [record for task in making for record in await task]
        assert all([record.id for record in part] in [[each.id for each in task.result()] for task in making] for part in acknowledged)
        assert len({record.id for record in made}) == 6 * AT_ONCE
        values = await asyncio.gather(*(client.call(record.id, "incr", 1) for record in made))
        assert values == list(range(1, 6 * AT_ONCE + 1))

        async def nothing_more() -> bool:
            listed = await client.ask("List", client_pb2.ListRequest(page_size=1))
            return (listed.total, await objects_of_kernel(client)) == (len(made) + 1, len(made) + 1)

        await until(nothing_more)
        assert await client.call(first.id, "incr", 1) == 1
        with pytest.raises(GuestException, match="too small"):
            await client.ask("CreateMany", batch(1, 2, -3, 4))
        await until(nothing_more)
