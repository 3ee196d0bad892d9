"""What the sweeper finds in records, and what it does about it; whatever made them so."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_oms.lifecycle.sweep import Facts, Finding, finding, suspicious
from amino_oms.membership.detector import Standing
from amino_oms.registry.records import Stored
from amino_wire.errors import NameNotFound
from amino_wire.pb import client_pb2, common_pb2

from tests.unit.oms_world import World, error_of, world

CREATING, ACTIVE, LOST = common_pb2.OBJECT_STATE_CREATING, common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


def record(state: common_pb2.ObjectState, replicas: int) -> common_pb2.ObjectRecord:
    placed = [common_pb2.Replica(path=str(number), kernel_id=f"k{number}") for number in range(replicas)]
    return common_pb2.ObjectRecord(id="o", status=common_pb2.ObjectStatus(state=state, replicas=placed))


@pytest.mark.parametrize("first", Standing)
@pytest.mark.parametrize("second", Standing)
@pytest.mark.parametrize("state", [CREATING, ACTIVE, LOST])
def test_a_record_is_wrong_only_where_nobody_is_at_work_on_it(state: common_pb2.ObjectState, first: Standing, second: Standing) -> None:
    for in_making, recovers, tried in itertools.product([False, True], repeat=3):
        standing = {"k0": first, "k1": second}
        facts = Facts(in_making, recovers, tried, lambda each, standing=standing: standing[each.kernel_id])
        found = finding(record(state, 2), facts)
        if state == CREATING:
            assert (found is Finding.HALF_MADE) == (not in_making and first is not Standing.AWAITED)
        elif state == LOST:
            assert (found is Finding.LEFT_LOST) == (recovers and not tried)
        else:
            assert (found is Finding.ON_A_DEAD_KERNEL) == (Standing.DEAD in (first, second) and not tried)


def test_only_what_is_active_in_the_present_life_of_a_living_kernel_is_passed_over() -> None:
    for active, alive, incarnation in itertools.product([False, True], [False, True], [1, 2]):
        assert suspicious(incarnation, active=active, alive=alive, present=2) == (not (active and alive and incarnation == 2))


async def change(here: World, stored: Stored, state: common_pb2.ObjectState, incarnation: int) -> None:
    """A record comes to say what it should not, and nobody hears of it."""
    after = stored.copy()
    after.status.state = state
    after.status.replicas[0].kernel_incarnation = incarnation
    assert await here.oms.services.registry.replace(stored, after) is not None


async def test_a_record_that_nobody_makes_is_removed_by_the_second_look(here: World) -> None:
    await here.kernel("k1")
    made = await here.register("counter")
    stored = await here.oms.services.registry.find(made.id)
    await change(here, stored, CREATING, stored.record.status.replicas[0].kernel_incarnation)
    await here.oms.sweeper.look()
    assert (await here.get("counter")).status.state == CREATING, "it may be under way"
    await here.oms.sweeper.look()
    await here.oms.services.background.idle()
    assert isinstance(await error_of(here.stub.Get(client_pb2.GetRequest(name_or_id="counter"))), NameNotFound)


async def test_an_object_of_a_past_life_is_lost_after_the_second_look(here: World) -> None:
    await here.kernel("k1")
    made = await here.register("counter")
    stored = await here.oms.services.registry.find(made.id)
    await change(here, stored, ACTIVE, stored.record.status.replicas[0].kernel_incarnation + 7)
    await here.oms.sweeper.look()
    await here.oms.sweeper.look()
    await here.oms.services.background.idle()
    assert (await here.get("counter")).status.state == LOST


async def test_looks_leave_objects_alone_that_are_well(here: World) -> None:
    await here.kernel("k1")
    made = await here.register("counter")
    before = (await here.oms.services.registry.find(made.id)).entry
    for _ in range(3):
        await here.oms.sweeper.look()
    await here.oms.services.background.idle()
    assert (await here.oms.services.registry.find(made.id)).entry == before
