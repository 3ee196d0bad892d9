"""Single requests for objects of one class are carried out together, and each has its own outcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from amino_oms.lifecycle import gathering
from amino_oms.lifecycle.batch_making import BatchMaking
from amino_oms.lifecycle.gathering import EACH, SLOW, Gathering
from amino_oms.lifecycle.once import Once
from amino_oms.lifecycle.siting import Siting
from amino_store.limits import Limits
from amino_store.transaction import Outcome, Transaction
from amino_wire.errors import AminoError, GuestException
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.held_commits import held_commits, stores
from tests.unit.oms_world import World, world

ACTIVE = common_pb2.OBJECT_STATE_ACTIVE
BAD = b"\x91\x63"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        await made.kernel("k1")
        await made.register("counter")
        yield made


@pytest.fixture
def orders(here: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many objects each order to a kernel asks for."""
    kernels, seen = here.oms.services.kernels, list[int]()
    create = kernels.create_objects

    async def counted(kernel: common_pb2.KernelRecord, request: oms_pb2.CreateObjectsRequest, timeout: float) -> Any:
        seen.append(len(request.objects))
        return await create(kernel, request, timeout)

    monkeypatch.setattr(kernels, "create_objects", counted)
    return seen


def one(number: int, **fields: Any) -> client_pb2.CreateRequest:
    return client_pb2.CreateRequest(class_name="counter", args=bytes([0x91, number]), request_id=f"r{number}", **fields)


async def make(here: World, requests: list[client_pb2.CreateRequest]) -> list[common_pb2.ObjectRecord | BaseException]:
    """The outcomes of requests that come in one turn of the loop."""
    answers = await asyncio.gather(*(here.oms.create(request) for request in requests), return_exceptions=True)
    return [answer if isinstance(answer, BaseException) else answer.object for answer in answers]


def ids(outcomes: list[common_pb2.ObjectRecord | BaseException]) -> set[str]:
    return {outcome.id for outcome in outcomes if isinstance(outcome, common_pb2.ObjectRecord)}


async def held(here: World) -> set[str]:
    """What kernels have, but the first object."""
    await here.settled()
    return {key for kernel in here.kernels.values() for key, each in kernel.objects.items() if each.record.name != "counter"}


async def test_requests_of_one_turn_are_one_order_and_one_transaction(here: World, orders: list[int]) -> None:
    requests = [one(number, labels={"even": "yes"} if number % 2 == 0 else {}) for number in range(40)]
    requests += [one(number, name=f"n{number}") for number in range(40, 43)]
    made = await make(here, requests)
    assert sorted(orders) == [1, 1, 1, 20, 20], "names may be taken, so objects with one are made by themselves"
    for number, record in enumerate(made):
        assert isinstance(record, common_pb2.ObjectRecord)
        assert record.spec.constructor_args == bytes([0x91, number])
        assert dict(record.spec.labels) == ({"even": "yes"} if number % 2 == 0 and number < 40 else {})
        stored = await here.get(record.id)
        assert (stored.interface, stored.status.state, stored.id) == (record.interface, ACTIVE, record.id)
    assert len(ids(made)) == 43 and await held(here) == ids(made)
    assert ids(await make(here, requests)) == ids(made), "the requests have been carried out"
    await here.restart()
    await here.kernels["k1"].register()
    assert ids(await make(here, requests)) == ids(made)


async def test_a_constructor_that_raises_concerns_its_own_request_alone(here: World, orders: list[int]) -> None:
    ran: list[bytes] = []

    async def fail(request: oms_pb2.CreateObjectRequest) -> None:
        ran.append(request.object.spec.constructor_args)
        if request.object.spec.constructor_args == BAD:
            raise GuestException("no")

    here.kernels["k1"].before_create = fail
    made = await make(here, [one(number) for number in (1, 2, BAD[1], 3)])
    assert isinstance(made[2], GuestException) and made[2].message == "no"
    assert len(ids(made)) == 3 and await held(here) == ids(made)
    assert len(ran) == 4 and orders == [4], "no constructor runs twice"


async def test_what_happens_to_the_order_happens_to_no_request(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await here.kernel("k2")
    here.lose_one_answer(monkeypatch)
    made = await make(here, [one(number) for number in range(10)])
    assert len(ids(made)) == 10 and await held(here) == ids(made)


async def test_a_constructor_may_make_objects_of_its_own_class(here: World, orders: list[int]) -> None:
    inner: list[str] = []

    async def nested(request: oms_pb2.CreateObjectRequest) -> None:
        number = request.object.spec.constructor_args[1]
        if number < 3:
            inner.append((await here.oms.create(one(number + 50))).object.id)

    here.kernels["k1"].before_create = nested
    async with asyncio.timeout(10):
        made = await make(here, [one(number) for number in range(4)])
    assert len(ids(made)) == 4 and len(set(inner)) == 3
    assert await held(here) == ids(made) | set(inner)


async def test_nobody_waits_for_slow_constructors_of_strangers_again(here: World, orders: list[int]) -> None:
    async def slow(request: oms_pb2.CreateObjectRequest) -> None:
        here.clock.now += SLOW

    here.kernels["k1"].before_create = slow
    await make(here, [one(number) for number in range(4)])
    await make(here, [one(number) for number in range(4, 8)])
    assert orders == [4, 1, 1, 1, 1]
    here.kernels["k1"].before_create = None
    here.clock.now += 1000 * SLOW
    await here.kernels["k1"].register()
    await make(here, [one(number) for number in range(8, 12)])
    assert orders == [4, 1, 1, 1, 1, 4]


async def test_many_quick_constructors_are_not_taken_for_slow_ones(here: World, orders: list[int]) -> None:
    async def quick(request: oms_pb2.CreateObjectRequest) -> None:
        here.clock.now += EACH + SLOW / 50  # together more than SLOW

    here.kernels["k1"].before_create = quick
    await make(here, [one(number) for number in range(40)])
    await make(here, [one(number) for number in range(40, 80)])
    assert orders == [40, 40]


async def test_a_constructor_that_hangs_holds_up_strangers_for_a_moment_only(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(request: oms_pb2.CreateObjectRequest) -> None:
        if request.object.spec.constructor_args == BAD:
            await asyncio.Event().wait()

    monkeypatch.setattr(gathering, "LONGEST", 0.3)
    here.kernels["k1"].before_create = hang
    calls = [asyncio.ensure_future(here.oms.create(one(number))) for number in (1, BAD[1], 2, 3)]
    done, waiting = await asyncio.wait(calls, timeout=5)
    assert calls[1] in waiting and len(done) == 3
    assert len({call.result().object.id for call in done}) == 3
    calls[1].cancel()


@pytest.mark.parametrize("labels", [0, 5, 30])
async def test_a_transaction_stays_within_the_limits_of_the_store(here: World, monkeypatch: pytest.MonkeyPatch, labels: int) -> None:
    limit = 126
    store, sizes, ran = here.oms.services.registry.store, list[int](), list[str]()
    commit = store.commit

    async def counted(transaction: Transaction) -> Outcome:
        sizes.append(max(len(transaction.compares), len(transaction.then)))
        return await commit(transaction)

    async def note(request: oms_pb2.CreateObjectRequest) -> None:
        ran.append(request.object.id)

    monkeypatch.setattr(store, "commit", counted)
    monkeypatch.setattr(type(store), "limits", property(lambda _: Limits(operations=limit)))
    here.kernels["k1"].before_create = note
    attempts = Once(here.oms.services)
    making = Gathering(here.oms.services, BatchMaking(here.oms.services, Siting(here.oms.services)), attempts)
    model = (await here.get("counter")).spec
    spec = common_pb2.ObjectSpec(generation=1, artifact=model.artifact, labels={f"l{number}": "x" for number in range(labels)})
    drafts = [common_pb2.ObjectRecord(spec=spec, maker="client c1", expires_ms=9_999_999_999_999) for _ in range(40)]
    made = await asyncio.gather(*(making.make(draft, f"x{number}", b"kind") for number, draft in enumerate(drafts)))
    assert len({batch.records[0].id for batch in made}) == len(ran) == 40
    assert limit // 2 < max(sizes) <= limit


async def test_a_service_that_ends_meanwhile_has_made_all_or_can_make_them_anew(here: World) -> None:
    async with held_commits(here.oms, stores(ACTIVE)) as door:
        calls = [asyncio.ensure_future(here.stub.Create(one(number))) for number in range(6)]
        await asyncio.wait_for(door.arrived.wait(), 10)
        await here.restart()
        failures = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(each, Exception) for each in failures)
    await here.kernels["k1"].register()
    made = await make(here, [one(number) for number in range(6)])
    assert len(ids(made)) == 6 and await held(here) == ids(made)


async def test_callers_that_hang_up_find_what_was_made_for_them(here: World) -> None:
    async with held_commits(here.oms, stores(ACTIVE)) as door:
        calls = [asyncio.ensure_future(here.oms.create(one(number))) for number in range(3)]
        await asyncio.wait_for(door.arrived.wait(), 10)
        for call in calls[:2]:
            call.cancel()
    kept = (await calls[2]).object.id
    assert all(isinstance(each, asyncio.CancelledError) for each in await asyncio.gather(*calls[:2], return_exceptions=True))
    made = await make(here, [one(number) for number in range(3)])
    assert kept in ids(made) and len(ids(made)) == 3 and await held(here) == ids(made)


async def test_errors_of_all_reach_each(here: World) -> None:
    here.kernels.clear()
    here.clock.now += 1000
    here.oms.tick()
    outcomes = await make(here, [one(number) for number in range(3)])
    assert {type(each) for each in outcomes} and all(isinstance(each, AminoError) for each in outcomes)
