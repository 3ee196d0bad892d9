"""Objects without a name: listed with their makers, bounded for each maker, and removed when their time is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import pytest
from amino_oms.lifecycle.nameless import PAUSE
from amino_oms.settings import OmsSettings
from amino_wire.errors import ArgumentInvalid, ConfigInvalid, NotFound, QuotaExceeded, from_rpc_error
from amino_wire.pb import client_pb2

from tests.unit.oms_world import World, error_of, world

QUOTA = 5


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms", max_nameless=QUOTA) as made:
        await made.kernel("k1")
        await made.register("counter")
        yield made


def create(maker: str, **fields: object) -> client_pb2.CreateRequest:
    return client_pb2.CreateRequest(class_name="counter", maker=maker, **fields)  # type: ignore[arg-type]


async def test_a_maker_may_have_so_many_and_others_are_not_concerned(here: World) -> None:
    made = [(await here.stub.Create(create("object o1", request_id=f"r{number}"))).object for number in range(QUOTA)]
    error = await error_of(here.stub.Create(create("object o1")))
    assert isinstance(error, QuotaExceeded)
    assert "amino ls --nameless" in error.message and "object o1" in error.message
    assert (error.details["there"], error.details["quota"]) == (QUOTA, QUOTA)
    assert (await here.stub.Create(create("object o1", request_id="r0"))).object.id == made[0].id, "that was carried out before"
    await here.stub.Create(create("client c1"))
    await here.stub.Create(create("object o1", name="named"))
    many = client_pb2.CreateManyRequest(class_name="counter", maker="client c1", instances=[client_pb2.Instance()] * QUOTA)
    assert isinstance(await error_of(here.stub.CreateMany(many)), QuotaExceeded)
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id=made[0].id))
    await here.stub.Create(create("object o1"))


async def test_a_quota_is_the_same_after_the_service_has_ended(here: World) -> None:
    for _ in range(QUOTA):
        await here.stub.Create(create("client c1"))
    await here.restart()
    for kernel in here.kernels.values():
        await kernel.register()
    assert isinstance(await error_of(here.stub.Create(create("client c1"))), QuotaExceeded)


async def test_objects_without_a_name_are_listed_with_their_makers(here: World) -> None:
    one = (await here.stub.Create(create("client c1"))).object
    two = (await here.stub.CreateMany(client_pb2.CreateManyRequest(class_name="counter", maker="object o1", instances=[{}]))).objects[0]
    await here.stub.Create(create("client c1", name="named"))
    answer = await here.stub.List(client_pb2.ListRequest(nameless=True))
    assert {each.id: each.maker for each in answer.objects} == {one.id: "client c1", two.id: "object o1"}
    assert answer.total == 2 and all(each.created_ms for each in answer.objects)
    assert (await here.stub.List(client_pb2.ListRequest())).total == 4


async def test_an_object_goes_when_its_time_is_over_and_no_other_does(here: World) -> None:
    kept = (await here.stub.Create(create("client c1"))).object
    short = (await here.stub.Create(create("client c1", ttl_ms=5000))).object
    long = (await here.stub.Create(create("client c1", ttl_ms=60_000))).object
    assert short.expires_ms == short.created_ms + 5000
    await here.oms.nameless.remove_expired()
    assert (await here.get(short.id)).id == short.id
    here.clock.now += 5 + PAUSE
    await here.oms.nameless.remove_expired()
    # The service looks by itself, too, and may have begun with it.
    (kernel,) = here.kernels.values()
    await here.until(lambda: gone(here, short.id))
    for other in (kept, long):
        assert (await here.get(other.id)).id == other.id
    await here.settled()
    assert short.id not in kernel.objects


async def gone(here: World, object_id: str) -> bool:
    try:
        await here.get(object_id)
    except grpc.aio.AioRpcError as error:
        assert isinstance(from_rpc_error(error), NotFound)
        return True
    return False


@pytest.mark.parametrize("fields", [{"ttl_ms": -1}, {"ttl_ms": 2**62}, {"ttl_ms": 1000, "name": "named"}])
async def test_a_time_that_cannot_be_is_refused(here: World, fields: dict[str, object]) -> None:
    assert isinstance(await error_of(here.stub.Create(create("client c1", **fields))), ArgumentInvalid)


def test_a_negative_quota_is_refused() -> None:
    with pytest.raises(ConfigInvalid, match="max-nameless"):
        OmsSettings(Path("data"), max_nameless=-1).check()
