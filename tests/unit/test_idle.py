"""Which objects may sleep, when an instance counts as idle, and what the command line understands by a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from amino.times import seconds
from amino_kernel.instances.idleness import Idleness
from amino_wire.errors import ArgumentInvalid, ChainInvalid, NameTaken
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.oms_world import World, error_of, world

IDLE = 10.0
DURABLE = [common_pb2.DeploymentManagerSpec(name="DurableSerializableRPC")]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


@given(st.lists(st.tuples(st.floats(0.0, 20.0), st.integers(0, 2), st.integers(0, 1)), max_size=40))
def test_an_instance_is_never_idle_sooner_than_its_time_after_a_call(looks: list[tuple[float, int, int]]) -> None:
    now, calls, last = 0.0, 0, 0.0
    idleness = Idleness(-1, now)
    for pause, new, running in looks:
        before, now = now, now + pause
        calls += new
        idleness = idleness.seen(calls, running, now)
        # A call between two looks may have come right after the first one.
        last = now if running else before if new else last
        if idleness.over(IDLE, now):
            assert now - last >= IDLE and not new and not running


def test_an_instance_that_nobody_calls_is_idle_in_the_end() -> None:
    idleness = Idleness(-1, 0.0).seen(7, 0, 1.0)
    assert not idleness.seen(7, 0, 1.0 + IDLE / 2).over(IDLE, 1.0 + IDLE / 2)
    assert idleness.seen(7, 0, 1.0 + IDLE).over(IDLE, 1.0 + IDLE)


@pytest.mark.parametrize(
    ("text", "wanted"), [("", 0.0), ("10m", 600.0), ("1.5h", 5400.0), ("30", 30.0), ("250ms", 0.25), ("2d", 172_800.0)]
)
def test_times_are_read_as_people_write_them(text: str, wanted: float) -> None:
    assert seconds(text, "--idle") == wanted


@pytest.mark.parametrize("text", ["m", "-1s", "10 m", "10y", "1e3"])
def test_other_texts_are_no_times(text: str) -> None:
    with pytest.raises(ArgumentInvalid, match="write it as 30s, 10m or 2h"):
        seconds(text, "--idle")


async def sleeping(here: World, record: common_pb2.ObjectRecord, **changes: Any) -> bool:
    """Whether the OMS lets an object go to sleep on its kernel's word."""
    (replica,) = record.status.replicas
    fields: dict[str, Any] = {"epoch": record.status.epoch, "kernel_id": replica.kernel_id, "incarnation": replica.kernel_incarnation}
    return (await here.oms.sleep(oms_pb2.SleepRequest(object_id=record.id, **{**fields, **changes}))).asleep


async def test_only_the_kernel_that_has_an_idle_object_puts_it_to_sleep(here: World) -> None:
    await here.kernel("k1")
    record = await here.register("counter", deployment_managers=DURABLE, idle_ms=1000)
    other = await here.register("other", deployment_managers=DURABLE)
    for changes in ({"epoch": 7}, {"kernel_id": "k2"}, {"incarnation": 9}):
        assert not await sleeping(here, record, **changes)
    assert not await sleeping(here, other)
    assert await sleeping(here, record) and await sleeping(here, record), "a request that is sent again hears the same"
    asleep = await here.get("counter")
    assert (asleep.status.state, asleep.status.epoch) == (common_pb2.OBJECT_STATE_ASLEEP, 1)
    listed = await here.stub.List(client_pb2.ListRequest(kernel_id="k1"))
    assert [each.name for each in listed.objects] == ["other"]
    await here.restart()
    assert (await here.get("counter")).status.state == common_pb2.OBJECT_STATE_ASLEEP


async def test_what_could_not_come_back_is_refused_for_objects_and_kinds(here: World) -> None:
    await here.kernel("k1")
    refused = await error_of(here.register("counter", idle_ms=1000))
    assert isinstance(refused, ChainInvalid) and "DurableSerializableRPC" in refused.message
    assert isinstance(await error_of(here.register("counter", deployment_managers=DURABLE, idle_ms=-1)), ArgumentInvalid)
    spec = common_pb2.ObjectSpec(artifact=await here.artifact(), idle_ms=1000)
    kind = client_pb2.RegisterKindRequest(kind=common_pb2.KindRecord(name="cart", spec=spec))
    assert isinstance(await error_of(here.stub.RegisterKind(kind)), ChainInvalid)
    kind.kind.spec.deployment_managers.extend(DURABLE)
    await here.stub.RegisterKind(kind)
    kind.kind.spec.idle_ms = 2000
    assert isinstance(await error_of(here.stub.RegisterKind(kind)), NameTaken)
    made = (await here.stub.GetOrCreate(client_pb2.GetOrCreateRequest(kind="cart", key="1"))).object
    assert made.spec.idle_ms == 1000
