"""A kernel whose address has changed asks the OMS over new connections: what went on over the old ones is sent again, or ends."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.oms_stub import PROBE_SECONDS
from amino_oms.service.server import guarded
from amino_wire.errors import OmsUnavailable
from amino_wire.pb import client_pb2, oms_pb2

from tests.unit.test_kernel_oms_stub import SECONDS, Door, Place, place, registration

__all__ = ["place"]


async def silent_once(place: Place) -> tuple[Door, OmsClient, asyncio.Event]:
    """An OMS whose first answer never comes, as over an address that has gone; the event: it was asked."""
    asked = asyncio.Event()

    async def silent(_name: str, _context: Any) -> None:
        if not asked.is_set():
            asked.set()
            await asyncio.Event().wait()

    door = Door(guarded(place.here.oms), silent)
    return door, place.client((await place.door(door)).address), asked


@pytest.mark.parametrize("way", ["a read", "with an id"])
async def test_what_may_be_sent_again_is_answered_over_the_new_connection(place: Place, way: str) -> None:
    door, client, asked = await silent_once(place)
    artifact = await place.here.artifact()
    if way == "a read":
        asking = asyncio.ensure_future(client.ask(client.stub.Kernels, client_pb2.KernelsRequest(), SECONDS))
    else:
        asking = asyncio.ensure_future(client.ask(client.stub.Register, registration(artifact, "counter"), SECONDS))
    await asyncio.wait_for(asked.wait(), SECONDS)
    client.renew()
    await asyncio.wait_for(asking, SECONDS / 2)
    assert len(door.asked) == 2


async def test_what_may_have_been_done_ends_with_an_error_and_cancels_nobody(place: Place) -> None:
    door, client, asked = await silent_once(place)
    asking = asyncio.ensure_future(client.ask(client.stub.DurablePut, oms_pb2.DurablePutRequest(key="k"), SECONDS))
    await asyncio.wait_for(asked.wait(), SECONDS)
    client.renew()
    with pytest.raises(OmsUnavailable, match="whether it has done the request is unknown"):
        await asyncio.wait_for(asking, SECONDS / 2)
    assert len(door.asked) == 1


async def test_the_next_request_goes_over_a_new_connection(place: Place) -> None:
    client = place.client(place.here.server.address)
    assert [kernel.id for kernel in await client.kernels()] == ["k1"]
    client.renew()
    assert [kernel.id for kernel in await client.kernels()] == ["k1"]


def silent(place: Place) -> str:
    """The address of a machine that takes connections and says nothing."""
    listening = place.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    return f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("limit_ms", [0, 60_000])
@pytest.mark.parametrize("after", [0.1, 1.4])
async def test_a_new_address_cancels_nobody_who_waits_for_an_oms(place: Place, limit_ms: int, after: float) -> None:
    """The connections close while the others are asked who leads, or for an answer of some age."""
    client = place.client(silent(place), silent(place))
    request = client_pb2.KernelsRequest(age_limit=client_pb2.AgeLimit(ms=limit_ms))
    asking = [asyncio.ensure_future(client.ask(client.stub.Kernels, request, 2.0)) for _ in range(3)]
    await asyncio.wait(asking, timeout=after * PROBE_SECONDS)
    client.renew()
    for each in asking:
        with pytest.raises(OmsUnavailable):
            await asyncio.wait_for(each, SECONDS)
