"""Requests of the right types that make no sense get an answer that says what is wrong with them, never INTERNAL."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from amino_wire.pb import oms_pb2

from tests.support.nonsense import Nonsense, ask_nonsense
from tests.unit.oms_world import World, world

COUNT = int(os.environ.get("AMINO_NONSENSE") or 400)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


@pytest.mark.timeout(max(120, COUNT))
@pytest.mark.parametrize("seed", range(3))
async def test_no_request_is_answered_with_internal(here: World, seed: int) -> None:
    await here.kernel("k1")
    await here.kernel("k2", region="west")
    artifact = await here.artifact()
    honest = await here.register("honest")
    victims = [await here.register(f"victim{number}") for number in range(6)]
    random = Random(seed)
    named = [word for victim in victims for word in (victim.id, victim.name)]
    words = (*named, "k1", "k2", artifact.hash, f"/durable/{victims[0].id}/x", "region", "west")
    service = oms_pb2.DESCRIPTOR.services_by_name["ObjectManagementService"]
    tally = await ask_nonsense(here.channel, service, Nonsense(random, words), random, COUNT)
    print(tally)
    assert not tally.internal, "\n".join(tally.internal[:10])
    assert (await here.get("honest")).id == honest.id
