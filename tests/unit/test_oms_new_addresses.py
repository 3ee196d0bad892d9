"""A kernel registers under another address in the same life: nothing is lost, and other kernels are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_wire.pb import common_pb2

from tests.unit.oms_world import World, world
from tests.unit.played_kernel import PlayedKernel

ACTIVE = common_pb2.OBJECT_STATE_ACTIVE


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


def told(kernel: PlayedKernel) -> list[tuple[str, str, str]]:
    return [(each.kernel.id, each.kernel.endpoints.grpc, each.former_address) for each in kernel.addresses]


async def test_the_others_are_told_and_nothing_is_lost(here: World) -> None:
    phone = await here.kernel("phone")
    counter = await here.register("counter")
    other, third = await here.kernel("other"), await here.kernel("third")
    former, life = phone.address, phone.incarnation
    phone.address = "10.0.0.7:7420"
    await phone.register()
    await here.settled()
    assert phone.incarnation == life
    assert told(other) == told(third) == [("phone", "10.0.0.7:7420", former)]
    assert told(phone) == []
    found = await here.get("counter")
    assert (found.status.state, found.status.epoch) == (ACTIVE, counter.status.epoch)
    assert found.status.replicas[0].endpoints.grpc == "10.0.0.7:7420"
    # As long as its lease goes on, and not longer.
    assert await phone.keep_alive()


async def test_nobody_is_told_of_a_kernel_that_comes_again_at_its_address_or_in_another_life(here: World) -> None:
    phone, other = await here.kernel("phone"), await here.kernel("other")
    await phone.register()
    phone.address, phone.incarnation = "10.0.0.7:7420", 0
    await phone.register()
    await here.settled()
    assert told(other) == []


async def test_a_kernel_that_does_not_answer_is_told_until_it_does(here: World) -> None:
    phone, other = await here.kernel("phone"), await here.kernel("other")
    other.busy = 2
    former, phone.address = phone.address, "10.0.0.7:7420"
    await phone.register()
    await here.settled()
    assert (told(other), other.busy) == ([("phone", "10.0.0.7:7420", former)], 0)
