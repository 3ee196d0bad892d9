"""The service removes artifacts that nothing uses, whatever comes in between, and says which ones are damaged."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_oms.registry.keys import ARTIFACTS
from amino_store.transaction import Delete, Transaction
from amino_wire.errors import ArtifactDamaged, ArtifactNotFound
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.held_commits import held_commits
from tests.unit.oms_world import World, error_of, world
from tests.unit.played_kernel import PlayedKernel

GRACE = 1.0


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms", artifact_grace=GRACE) as made:
        yield made


def file_of(here: World, artifact: common_pb2.Artifact) -> Path:
    return here.folder / "artifacts" / artifact.hash[:2] / artifact.hash


async def is_known(here: World, artifact: common_pb2.Artifact) -> bool:
    return await here.oms.services.registry.store.get(ARTIFACTS + artifact.hash) is not None


async def is_there(here: World, artifact: common_pb2.Artifact) -> bool:
    known = await is_known(here, artifact)
    assert known == file_of(here, artifact).exists()
    return known


async def sweep_after(here: World, seconds: float) -> frozenset[str]:
    here.clock.now += seconds
    return await here.oms.sweep_artifacts()


async def fetched(here: World, artifact: common_pb2.Artifact) -> bytes:
    answer = here.stub.GetArtifact(oms_pb2.GetArtifactRequest(hash=artifact.hash))
    return b"".join([part.chunk async for part in answer])


def removes_artifact(transaction: Transaction) -> bool:
    return any(isinstance(part, Delete) and part.key.startswith(ARTIFACTS) for part in transaction.then)


async def test_an_artifact_stays_while_an_object_is_made_of_it_and_a_while_longer(here: World) -> None:
    await here.kernel("north")
    used, unused = await here.artifact(b"used"), await here.artifact(b"unused")
    await here.register("counter", artifact=used)
    assert await sweep_after(here, GRACE / 2) == frozenset()
    assert await sweep_after(here, GRACE / 2) == {unused.hash}
    assert await is_there(here, used) and not await is_there(here, unused)
    record = await here.get("counter")
    further = (await here.stub.Create(client_pb2.CreateRequest(class_name="counter"))).object
    for name_or_id in (record.id, further.id):
        assert await sweep_after(here, GRACE) == frozenset()
        await here.stub.Delete(client_pb2.DeleteRequest(name_or_id=name_or_id))
    assert await sweep_after(here, GRACE) == {used.hash}
    assert not await is_there(here, used)
    with pytest.raises(ArtifactNotFound):
        raise await error_of(here.stub.Register(client_pb2.RegisterRequest(name="again", artifact=used)))
    assert (await here.register("again", artifact=await here.artifact(b"used"))).name == "again"


@pytest.mark.parametrize("use", ["put", "fetch"])
async def test_a_use_begins_the_period_anew(here: World, use: str) -> None:
    artifact = await here.artifact()
    here.clock.now += 0.9 * GRACE
    if use == "put":
        assert (await here.artifact()).hash == artifact.hash
    else:
        await fetched(here, artifact)
    assert await sweep_after(here, 0.9 * GRACE) == frozenset()
    assert await sweep_after(here, 0.1 * GRACE) == {artifact.hash}


@pytest.mark.parametrize("many", [False, True], ids=["register", "create_many"])
async def test_what_is_being_made_keeps_its_artifact_though_no_record_names_it(here: World, many: bool) -> None:
    kernel, artifact = await here.kernel("north"), await here.artifact()
    if many:
        model = await here.register("model", artifact=artifact)
    creating, go_on = asyncio.Event(), asyncio.Event()

    async def waits(_: oms_pb2.CreateObjectRequest) -> None:
        creating.set()
        await go_on.wait()

    kernel.before_create = waits
    if many:
        made = here.stub.CreateMany(client_pb2.CreateManyRequest(class_name="model", instances=[client_pb2.Instance(name="new")]))
        await asyncio.wait_for(creating.wait(), 10)
        await here.stub.Delete(client_pb2.DeleteRequest(name_or_id=model.id))
    else:
        made = here.stub.Register(client_pb2.RegisterRequest(name="new", artifact=artifact))
        await asyncio.wait_for(creating.wait(), 10)
    assert await sweep_after(here, 2 * GRACE) == frozenset()
    go_on.set()
    await made
    assert await sweep_after(here, GRACE) == frozenset() and await is_there(here, artifact)
    assert (await here.get("new")).spec.artifact.hash == artifact.hash


@pytest.mark.parametrize("named", [True, False], ids=["with its hash", "without a hash"])
async def test_an_upload_that_meets_the_removal_brings_the_artifact_back_whole(here: World, named: bool) -> None:
    await here.kernel("north")
    artifact = await here.artifact(b"source")
    async with held_commits(here.oms, removes_artifact) as door:
        here.clock.now += GRACE
        sweeping = asyncio.ensure_future(here.oms.sweep_artifacts())
        await door.arrived.wait()
        described = common_pb2.Artifact(hash=artifact.hash if named else "", language="js", entry="counter.js")
        parts = [client_pb2.PutArtifactRequest(artifact=described), client_pb2.PutArtifactRequest(chunk=b"source")]
        uploads = [asyncio.ensure_future(_put(here, parts)) for _ in range(2)]
        registering = asyncio.ensure_future(error_of(here.stub.Register(client_pb2.RegisterRequest(name="early", artifact=artifact))))
        fetching = asyncio.ensure_future(error_of(fetched(here, artifact)))
        await asyncio.wait([*uploads, registering, fetching], timeout=0.2)
        assert not any(each.done() for each in uploads)
    assert await sweeping == {artifact.hash}
    await asyncio.gather(*uploads)
    assert await is_there(here, artifact) and await fetched(here, artifact) == b"source"
    for asked in (registering, fetching):
        if not (error := await _outcome(asked)):
            continue  # it came behind the uploads
        assert isinstance(error, ArtifactNotFound)
    assert (await here.register("late", artifact=artifact)).name == "late"


async def _put(here: World, parts: list[client_pb2.PutArtifactRequest]) -> client_pb2.PutArtifactResponse:
    return await here.stub.PutArtifact(iter(parts))


async def _outcome(asked: asyncio.Future[Exception]) -> BaseException | None:
    try:
        return await asked
    except AssertionError:
        return None  # the request succeeded


@pytest.mark.parametrize("left", ["record", "bytes"])
async def test_what_a_process_that_died_in_a_removal_has_left_is_removed_by_the_next(here: World, left: str) -> None:
    artifact = await here.artifact()
    if left == "record":
        file_of(here, artifact).unlink()
    else:
        await here.oms.services.registry.store.commit(Transaction(then=(Delete(ARTIFACTS + artifact.hash),)))
    await here.restart()
    assert await here.oms.sweep_artifacts() == frozenset()
    assert await sweep_after(here, GRACE) == {artifact.hash}
    assert not await is_there(here, artifact)


@pytest.mark.parametrize("left", ["record", "bytes"])
async def test_what_a_process_that_died_in_a_removal_has_left_is_made_whole_by_an_upload(here: World, left: str) -> None:
    artifact = await here.artifact()
    if left == "record":
        file_of(here, artifact).unlink()
    else:
        await here.oms.services.registry.store.commit(Transaction(then=(Delete(ARTIFACTS + artifact.hash),)))
    await here.restart()
    await here.artifact()
    assert await is_there(here, artifact) and await fetched(here, artifact)


async def test_a_removal_that_fails_is_done_later(here: World) -> None:
    artifact = await here.artifact()
    # A folder in the file's place: it cannot be unlinked.
    file_of(here, artifact).unlink()
    file_of(here, artifact).mkdir()
    assert await sweep_after(here, GRACE) == frozenset()
    file_of(here, artifact).rmdir()
    assert await sweep_after(here, GRACE) == {artifact.hash}


async def test_a_registration_of_an_object_that_replaces_another_frees_the_older_artifact(here: World) -> None:
    kernel = await here.kernel("north")
    for version in range(20):
        await here.register("counter", artifact=await here.artifact(b"version %d" % version), replace=True)
        await here.settled()
        await sweep_after(here, GRACE)
        await _stays(kernel)
        assert await here.oms.services.registry.store.count(ARTIFACTS) <= 2
        assert len(list((here.folder / "artifacts").glob("??/*"))) <= 2


async def _stays(kernel: PlayedKernel) -> None:
    assert await kernel.keep_alive()


@pytest.mark.parametrize("damage", ["changed", "truncated", "empty", "missing"])
async def test_damaged_bytes_are_never_given_out_as_whole_and_a_registration_mends_them(here: World, damage: str) -> None:
    await here.kernel("north")
    source = b"module.exports = class {}" * 20_000
    artifact = await here.artifact(source)
    file = file_of(here, artifact)
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes({"changed": source[:-1] + b"?", "truncated": source[:-100], "empty": b""}[damage])
    for _ in range(2):
        error = await error_of(fetched(here, artifact))
        assert isinstance(error, ArtifactDamaged) and error.code == "ARTIFACT_DAMAGED"
        assert error.details["hash"] == artifact.hash and artifact.hash in error.message and "Register the class again" in error.message
    assert (await here.artifact(source)).hash == hashlib.sha256(source).hexdigest()
    assert await fetched(here, artifact) == source
    await here.stub.Register(client_pb2.RegisterRequest(name="counter", artifact=artifact))
