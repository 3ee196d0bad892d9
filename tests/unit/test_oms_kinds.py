"""Kinds of objects: registered once, kept, changed, removed. Each of their objects is made once, whatever ends meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from amino_oms.lifecycle.demand import Demand, demand
from amino_oms.registry.kinds import differences, draft, object_name
from amino_wire.errors import ArgumentInvalid, ArtifactNotFound, ChainInvalid, GuestException, NameNotFound, NameTaken, ObjectNotFound
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from amino_wire.values import DEFAULT
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.oms_world import World, error_of, world

GRACE = 1.0


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms", artifact_grace=GRACE) as made:
        yield made


async def registered(
    here: World, name: str = "cart", *, source: bytes = b"one", replace: bool = False, **fields: Any
) -> common_pb2.KindRecord:
    """A kind that has been registered."""
    key_argument, request_id = fields.pop("key_argument", False), fields.pop("request_id", "")
    spec = common_pb2.ObjectSpec(artifact=await here.artifact(source), **fields)
    kind = common_pb2.KindRecord(name=name, spec=spec, key_argument=key_argument)
    request = client_pb2.RegisterKindRequest(kind=kind, replace=replace, request_id=request_id, maker="client test")
    return (await here.stub.RegisterKind(request)).kind


async def wanted(here: World, key: str, kind: str = "cart", **fields: Any) -> client_pb2.GetOrCreateResponse:
    """The object of a key."""
    return await here.stub.GetOrCreate(client_pb2.GetOrCreateRequest(kind=kind, key=key, **fields))


def constructions(here: World) -> int:
    """How many instances the kernels have."""
    return sum(len(kernel.objects) for kernel in here.kernels.values())


# What follows from the name of a kind and a key.


@given(st.lists(st.integers() | st.text(), max_size=40), st.text(alphabet="abc/ ", min_size=1).filter(lambda key: key == key.strip()))
def test_the_key_stands_before_the_other_arguments(args: list[Any], key: str) -> None:
    kind = common_pb2.KindRecord(name="cart", key_argument=True)
    request = client_pb2.GetOrCreateRequest(kind="cart", key=key, args=DEFAULT.encode_array(args))
    made = draft(kind, request)
    assert made.name == f"cart/{key}"
    assert DEFAULT.decode_array(made.spec.constructor_args) == [key, *args]


def test_arguments_are_those_of_the_kind_unless_the_request_has_some() -> None:
    spec = common_pb2.ObjectSpec(constructor_args=DEFAULT.encode_array([1]), constructor_kwargs=DEFAULT.encode({"a": 2}))
    kind = common_pb2.KindRecord(name="cart", spec=spec)
    plain = draft(kind, client_pb2.GetOrCreateRequest(kind="cart", key="x")).spec
    assert (plain.constructor_args, plain.constructor_kwargs, plain.kind) == (spec.constructor_args, spec.constructor_kwargs, "cart")
    own = draft(kind, client_pb2.GetOrCreateRequest(kind="cart", key="x", args=DEFAULT.encode_array([7]))).spec
    assert (DEFAULT.decode_array(own.constructor_args), own.constructor_kwargs) == ([7], b"")


@pytest.mark.parametrize(("kind", "key"), [("", "a"), ("a/b", "c"), ("cart", ""), ("cart", " "), ("cart", "x" * 200), ("@k", "1")])
def test_what_cannot_be_a_name_is_refused(kind: str, key: str) -> None:
    with pytest.raises(ArgumentInvalid):
        object_name(kind, key)


@pytest.mark.parametrize(
    ("state", "loss", "kind", "step"),
    [
        (common_pb2.OBJECT_STATE_ACTIVE, 0, "cart", Demand.ANSWER),
        (common_pb2.OBJECT_STATE_CREATING, 0, "cart", Demand.WAIT),
        (common_pb2.OBJECT_STATE_LOST, common_pb2.LOSS_GONE, "cart", Demand.BRING_BACK),
        (common_pb2.OBJECT_STATE_LOST, common_pb2.LOSS_RECOVERING, "cart", Demand.ANSWER),
        (common_pb2.OBJECT_STATE_LOST, common_pb2.LOSS_AWAITS_KERNEL, "cart", Demand.ANSWER),
        (common_pb2.OBJECT_STATE_ACTIVE, 0, "", Demand.REFUSE),
        (common_pb2.OBJECT_STATE_CREATING, 0, "order", Demand.REFUSE),
    ],
)
def test_the_step_follows_from_the_record(state: Any, loss: Any, kind: str, step: Demand) -> None:
    record = common_pb2.ObjectRecord(spec=common_pb2.ObjectSpec(kind=kind), status=common_pb2.ObjectStatus(state=state, loss=loss))
    assert demand("cart", record) is step
    assert demand("cart", None) is Demand.MAKE


def test_only_what_makes_another_object_is_a_difference() -> None:
    one = common_pb2.KindRecord(name="cart", maker="client a", changed_ms=1, spec=common_pb2.ObjectSpec(generation=1))
    other = common_pb2.KindRecord(name="cart", maker="client b", changed_ms=2, spec=common_pb2.ObjectSpec(generation=5))
    assert differences(one, other) == ()
    other.key_argument = True
    other.spec.labels["a"] = "b"
    assert len(differences(one, other)) == 2


# Kinds.


async def test_a_kind_is_kept_over_a_restart_listed_and_removed(here: World) -> None:
    await here.kernel("k1")
    first = await registered(here, labels={"team": "a"}, key_argument=True)
    assert (first.spec.generation, first.maker, dict(first.spec.labels)) == (1, "client test", {"team": "a"})
    await registered(here, "order")
    await here.restart()
    await here.kernels["k1"].register()
    listed = (await here.stub.ListKinds(client_pb2.ListKindsRequest())).kinds
    assert [kind.name for kind in listed] == ["cart", "order"] and listed[0] == first
    page = await here.stub.ListKinds(client_pb2.ListKindsRequest(page_size=1))
    rest = await here.stub.ListKinds(client_pb2.ListKindsRequest(page_size=1, after=page.kinds[0].name))
    assert (page.more, rest.more, [rest.kinds[0].name]) == (True, False, ["order"])
    made = await wanted(here, "1")
    removal = client_pb2.DeleteKindRequest(name="cart", request_id="r9")
    await here.stub.DeleteKind(removal)
    await here.stub.DeleteKind(removal)  # sent again after a lost answer
    assert isinstance(await error_of(here.stub.DeleteKind(client_pb2.DeleteKindRequest(name="cart"))), NameNotFound)
    assert (await wanted(here, "1")).object.id == made.object.id
    missing = await error_of(wanted(here, "2"))
    assert isinstance(missing, NameNotFound) and "amino register-kind" in missing.message


async def test_a_kind_that_differs_is_replaced_only_where_that_is_said(here: World) -> None:
    await here.kernel("k1")
    first = await registered(here, request_id="r1")
    assert await registered(here) == first  # every start of a program may register its kinds
    taken = await error_of(registered(here, source=b"two"))
    assert isinstance(taken, NameTaken) and "source" in taken.message
    old = (await wanted(here, "old")).object
    second = await registered(here, source=b"two", replace=True, request_id="r2")
    assert second.spec.generation == 2
    assert (await registered(here, source=b"two", replace=True, request_id="r2")) == second
    new = (await wanted(here, "new")).object
    assert old.spec.artifact == first.spec.artifact and new.spec.artifact == second.spec.artifact
    assert (await wanted(here, "old")).object.spec.artifact == first.spec.artifact


async def test_a_kind_that_no_object_could_be_made_of_is_refused(here: World) -> None:
    spec = common_pb2.ObjectSpec(artifact=common_pb2.Artifact(hash="0" * 64, language="js"))
    request = client_pb2.RegisterKindRequest(kind=common_pb2.KindRecord(name="cart", spec=spec))
    assert isinstance(await error_of(here.stub.RegisterKind(request)), ArtifactNotFound)
    managers = [common_pb2.DeploymentManagerSpec(name="Nobody")]
    assert isinstance(await error_of(registered(here, deployment_managers=managers)), ChainInvalid)
    assert isinstance(await error_of(registered(here, "a/b")), ArgumentInvalid)


async def test_the_artifact_of_a_kind_stays_without_any_object(here: World) -> None:
    await here.kernel("k1")
    await registered(here, source=b"one")
    here.clock.now += 10 * GRACE
    assert await here.oms.sweep_artifacts() == frozenset()
    assert (await wanted(here, "1")).created
    second = await registered(here, source=b"two", replace=True)
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id="cart/1"))
    here.clock.now += 10 * GRACE
    gone = await here.oms.sweep_artifacts()
    assert len(gone) == 1 and second.spec.artifact.hash not in gone


# Their objects.


async def test_one_of_many_callers_makes_the_object_and_all_get_it(here: World) -> None:
    await here.kernel("k1")
    await here.kernel("k2")
    await registered(here)
    answers = await asyncio.gather(*(wanted(here, f"{number % 3}", request_id=f"r{number}") for number in range(60)))
    assert len({answer.object.id for answer in answers}) == 3 == constructions(here)
    assert {answer.object.name for answer in answers} == {"cart/0", "cart/1", "cart/2"}
    assert not (await wanted(here, "0")).created


async def test_callers_with_one_wish_share_an_error_and_others_make_the_object(here: World) -> None:
    kernel = await here.kernel("k1")
    await registered(here)
    runs: list[bytes] = []
    asked: list[int] = []
    get_or_create = here.oms.get_or_create

    async def counted(request: client_pb2.GetOrCreateRequest) -> client_pb2.GetOrCreateResponse:
        asked.append(1)
        return await get_or_create(request)

    here.oms.get_or_create = counted  # type: ignore[method-assign]

    async def all_asked() -> bool:
        return len(asked) == 11

    async def constructed(request: oms_pb2.CreateObjectRequest) -> None:
        runs.append(request.object.spec.constructor_args)
        await here.until(all_asked)
        if request.object.spec.constructor_args == DEFAULT.encode_array(["bad"]):
            raise GuestException("no such cart")

    async def begun() -> bool:
        return bool(runs)

    kernel.before_create = constructed
    bad = [asyncio.ensure_future(error_of(wanted(here, "1", args=DEFAULT.encode_array(["bad"])))) for _ in range(10)]
    await here.until(begun)
    good = await wanted(here, "1", args=DEFAULT.encode_array(["good"]))
    errors = await asyncio.gather(*bad)
    assert {type(error) for error in errors} == {GuestException}
    assert good.created and DEFAULT.decode_array(good.object.spec.constructor_args) == ["good"]
    assert runs == [DEFAULT.encode_array(["bad"]), DEFAULT.encode_array(["good"])]


async def test_a_request_sent_again_gets_the_object_that_it_made_and_never_makes_a_second_one(here: World) -> None:
    await here.kernel("k1")
    await registered(here)
    first = await wanted(here, "1", request_id="r1")
    assert (await wanted(here, "1", request_id="r1")).object.id == first.object.id
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id="cart/1"))
    assert isinstance(await error_of(wanted(here, "1", request_id="r1")), ObjectNotFound)
    again = await wanted(here, "1", request_id="r2")
    assert again.created and again.object.id != first.object.id


async def test_a_kernel_that_dies_while_it_makes_the_object_is_replaced_by_another(here: World) -> None:
    dying, other = await here.kernel("k1", place="first"), await here.kernel("k2", place="second")
    await registered(here)
    reached = asyncio.Event()

    async def stuck(_: oms_pb2.CreateObjectRequest) -> None:
        reached.set()
        await asyncio.Event().wait()

    for kernel in (dying, other):
        kernel.before_create = stuck
    asking = asyncio.gather(*(wanted(here, "1", request_id=f"r{number}") for number in range(8)))
    await asyncio.wait_for(reached.wait(), 10)
    chosen = (await here.get("cart/1")).status.replicas[0].kernel_id
    for kernel in (dying, other):
        kernel.before_create = None
    await here.die(here.kernels[chosen])
    await here.oms.services.kernels.forget(chosen)
    answers = await asyncio.wait_for(asking, 20)
    assert len({answer.object.id for answer in answers}) == 1
    assert answers[0].object.status.replicas[0].kernel_id != chosen


async def test_what_an_earlier_process_left_half_made_is_finished_for_those_who_wait(here: World) -> None:
    kernel = await here.kernel("k1")
    await registered(here)
    reached, leave = asyncio.Event(), asyncio.Event()

    async def held(_: oms_pb2.CreateObjectRequest) -> None:
        reached.set()
        await leave.wait()

    kernel.before_create = held
    first = asyncio.ensure_future(error_of(wanted(here, "1", request_id="r1")))
    await asyncio.wait_for(reached.wait(), 10)
    await here.restart()
    leave.set()
    await first
    kernel.before_create = None
    asking = asyncio.gather(*(wanted(here, "1", request_id=f"again{number}") for number in range(5)), wanted(here, "1", request_id="r1"))
    await kernel.register()
    answers = await asyncio.wait_for(asking, 20)
    assert len({answer.object.id for answer in answers}) == 1
    assert (await here.get("cart/1")).id == answers[0].object.id
    await here.settled()
    assert set(kernel.objects) == {answers[0].object.id}


async def test_a_lost_object_is_made_anew_once_for_all_who_ask(here: World, caplog: pytest.LogCaptureFixture) -> None:
    dying = await here.kernel("k1")
    await registered(here)
    before = (await wanted(here, "1")).object
    await here.die(dying)
    await here.kernel("k2")
    assert (await here.get("cart/1")).status.state == common_pb2.OBJECT_STATE_LOST
    await dying.register(new_life=True)
    answers = await asyncio.gather(*(wanted(here, "1") for _ in range(10)))
    assert {answer.object.id for answer in answers} == {before.id} and {answer.object.status.epoch for answer in answers} == {2}
    assert constructions(here) == 1
    assert [text for text in caplog.messages if "made anew, without the state that it had" in text and "cart/1" in text]


async def test_an_object_of_another_kind_keeps_its_name(here: World) -> None:
    await here.kernel("k1")
    await registered(here)
    other = await here.register("cart/1")
    refused = await error_of(wanted(here, "1"))
    assert isinstance(refused, NameTaken) and refused.details["object"] == other.id
    assert (await here.get("cart/1")).id == other.id


async def test_a_caller_that_hangs_up_leaves_the_object_to_the_others(here: World) -> None:
    kernel = await here.kernel("k1")
    await registered(here)
    reached, leave = asyncio.Event(), asyncio.Event()

    async def held(_: oms_pb2.CreateObjectRequest) -> None:
        reached.set()
        await leave.wait()

    kernel.before_create = held
    first = here.stub.GetOrCreate(client_pb2.GetOrCreateRequest(kind="cart", key="1", request_id="r1"))
    waiting = asyncio.ensure_future(first)
    await asyncio.wait_for(reached.wait(), 10)
    second = asyncio.ensure_future(wanted(here, "1", request_id="r2"))
    first.cancel()
    with pytest.raises((asyncio.CancelledError, grpc.aio.AioRpcError)):
        await waiting
    leave.set()
    assert (await asyncio.wait_for(second, 10)).object.name == "cart/1"
    assert constructions(here) == 1
