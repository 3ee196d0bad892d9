"""Replacing an object: what the new one keeps of it, and that saved state never goes without a word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from amino_wire.errors import StateHeld, TransactionConflict
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.oms_world import World, error_of, selector, world

EUROPE = selector([("region", "in", ("eu",))])
LABELS = {"tier": "gold", "application": "shop"}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        await made.kernel("k1", region="eu")
        yield made


def chain(*names: str) -> list[common_pb2.DeploymentManagerSpec]:
    return [common_pb2.DeploymentManagerSpec(name=name) for name in names]


def names(record: common_pb2.ObjectRecord) -> list[str]:
    return [spec.name for spec in record.spec.deployment_managers]


async def test_a_replacement_keeps_managers_labels_application_and_selector(here: World) -> None:
    old = await here.register("ledger", deployment_managers=chain("Retry"), labels=LABELS, selector=EUROPE)
    new = await here.register("ledger", replace=True)
    assert new.id != old.id
    assert (names(new), dict(new.spec.labels), new.spec.selector) == (["Retry"], LABELS, EUROPE)


async def test_a_replacement_keeps_the_time_until_sleep_unless_it_says_another(here: World) -> None:
    durable = chain("DurableSerializableRPC")
    await here.register("ledger", deployment_managers=durable, idle_ms=1000)
    for said, wanted in (({}, 1000), ({"idle_ms": 5}, 5), ({"idle_ms": 0}, 0), ({}, 0)):
        new = await here.register("ledger", replace=True, discard_state=True, **said)
        assert new.spec.idle_ms == wanted


async def test_a_replacement_has_what_it_says(here: World) -> None:
    await here.register("ledger", deployment_managers=chain("Retry"), labels=LABELS, selector=EUROPE)
    new = await here.register(
        "ledger", replace=True, deployment_managers=chain("KeepInPlace"), labels={"tier": "tin"}, selector=common_pb2.Selector()
    )
    assert names(new) == ["KeepInPlace"]
    assert dict(new.spec.labels) == {"tier": "tin", "application": "shop"}, "it stays part of its application"
    assert not new.spec.selector.terms
    new = await here.register("ledger", replace=True, no_deployment_managers=True, labels={"application": "bank"})
    assert (names(new), dict(new.spec.labels)) == ([], {"application": "bank"})
    assert not (await here.register("ledger", replace=True, no_labels=True)).spec.labels


@pytest.mark.parametrize("saver", ["DurableSerializableRPC", "DurableTransactions", "ExplicitCheckpoint", "PeriodicCheckpoint"])
async def test_saved_state_goes_only_with_a_word(here: World, saver: str) -> None:
    old = await here.register("ledger", deployment_managers=chain(saver))
    for other in ({}, {"deployment_managers": chain("Retry")}, {"no_deployment_managers": True}):
        request = client_pb2.RegisterRequest(name="ledger", artifact=await here.artifact(), replace=True, **other)  # type: ignore[arg-type]
        error = await error_of(here.stub.Register(request))
        assert isinstance(error, StateHeld) and saver in error.message and "--discard-state" in error.message
        assert error.details == {"object": old.id, "managers": [saver]}
    assert list(here.kernels["k1"].objects) == [(await here.get("ledger")).id] == [old.id]
    new = await here.register("ledger", replace=True, discard_state=True, request_id="r1")
    assert names(new) == [saver]
    # The request, sent again, is answered with what it has made, whatever that object holds now.
    assert (await here.register("ledger", replace=True, request_id="r1")).id == new.id


async def test_what_changes_while_the_new_object_is_made_is_not_overlooked(here: World) -> None:
    old = await here.register("ledger")

    async def attach(*managers: str) -> None:
        await here.stub.Attach(client_pb2.AttachRequest(name_or_id="ledger", deployment_managers=chain(*managers)))

    async def replace_while(*managers: str) -> Any:
        async def meanwhile(request: oms_pb2.CreateObjectRequest) -> None:
            if request.object.id != old.id:
                await attach(*managers)

        here.kernels["k1"].before_create = meanwhile
        return await error_of(here.stub.Register(client_pb2.RegisterRequest(name="ledger", artifact=await here.artifact(), replace=True)))

    assert isinstance(await replace_while("PeriodicCheckpoint"), StateHeld)
    await attach()
    assert isinstance(await replace_while("Retry"), TransactionConflict)
    await here.settled()
    assert ((await here.get("ledger")).id, list(here.kernels["k1"].objects)) == (old.id, [old.id])
