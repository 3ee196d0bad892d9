"""What the service keeps besides objects' lives: artifacts, lists, watches, durable values."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_wire.errors import (
    ArgumentInvalid,
    ArtifactInvalid,
    ArtifactNotFound,
    LanguageUnknown,
)
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.oms_world import SOURCE, World, error_of, selector, world

ACTIVE = common_pb2.OBJECT_STATE_ACTIVE


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def test_artifacts_are_kept_by_hash(here: World) -> None:
    big = bytes(range(256)) * 5000
    digest = hashlib.sha256(big).hexdigest()
    parts = [client_pb2.PutArtifactRequest(artifact=common_pb2.Artifact(language="python", entry="a.py"))]
    parts += [client_pb2.PutArtifactRequest(chunk=big[start : start + 100_000]) for start in range(0, len(big), 100_000)]
    put = await here.stub.PutArtifact(iter(parts))
    assert (put.artifact.hash, put.artifact.size, put.existed) == (digest, len(big), False)
    known = client_pb2.PutArtifactRequest(artifact=put.artifact)
    assert (await here.stub.PutArtifact(iter([known]))).existed
    await here.restart()
    got = [part async for part in here.stub.GetArtifact(oms_pb2.GetArtifactRequest(hash=digest))]
    assert got[0].artifact == put.artifact
    assert b"".join(part.chunk for part in got[1:]) == big


async def test_who_is_refused_is_told_when_all_is_sent(here: World) -> None:
    """A gRPC client that is refused while it writes may hear of an internal error instead."""
    taken: list[int] = []

    async def parts() -> AsyncIterator[client_pb2.PutArtifactRequest]:
        yield client_pb2.PutArtifactRequest(artifact=common_pb2.Artifact(language="cobol"))
        for number in range(40):
            yield client_pb2.PutArtifactRequest(chunk=bytes(100_000))
            taken.append(number)

    assert isinstance(await error_of(here.stub.PutArtifact(parts())), LanguageUnknown)
    assert taken == list(range(40))


async def test_bad_artifacts_are_refused(here: World) -> None:
    async def put(*parts: client_pb2.PutArtifactRequest) -> object:
        return await error_of(here.stub.PutArtifact(iter(parts)))

    chunk = client_pb2.PutArtifactRequest(chunk=SOURCE)
    js = client_pb2.PutArtifactRequest(artifact=common_pb2.Artifact(language="js"))
    assert isinstance(await put(), ArtifactInvalid)
    assert isinstance(await put(chunk), ArtifactInvalid)
    assert isinstance(await put(js, chunk, js), ArtifactInvalid)
    wrong = common_pb2.Artifact(language="js", hash="0" * 64)
    assert "changed on its way" in str(await put(client_pb2.PutArtifactRequest(artifact=wrong), chunk))
    wrong = common_pb2.Artifact(language="js", hash="../../etc/passwd")
    assert isinstance(await put(client_pb2.PutArtifactRequest(artifact=wrong), chunk), ArtifactInvalid)
    wrong = common_pb2.Artifact(language="cobol")
    unknown = await put(client_pb2.PutArtifactRequest(artifact=wrong), chunk)
    assert isinstance(unknown, LanguageUnknown) and "host" not in unknown.message
    request = client_pb2.RegisterRequest(name="a", artifact=common_pb2.Artifact(hash="0" * 64, language="js"))
    assert isinstance(await error_of(here.stub.Register(request)), ArtifactNotFound)
    assert list((here.folder / "artifacts").rglob("*.part")) == []


async def test_lists_are_paged_and_filtered(here: World) -> None:
    await here.kernel("k1", region="eu")
    await here.kernel("k2", region="us")
    for number in range(25):
        await here.register(f"n{number:02d}", labels={"parity": "odd" if number % 2 else "even", "third": str(number % 3)})
    await here.stub.Create(client_pb2.CreateRequest(class_name="n00"))

    async def pages(size: int, **filters: object) -> list[common_pb2.ObjectRecord]:
        found: list[common_pb2.ObjectRecord] = []
        token = ""
        while True:
            page = await here.stub.List(client_pb2.ListRequest(page_size=size, page_token=token, **filters))
            found.extend(page.objects)
            assert len(page.objects) == size or not page.next_page_token
            if not page.next_page_token:
                assert page.total == len(found)
                return found
            token = page.next_page_token

    assert len(await pages(7)) == 26
    assert [record.name for record in await pages(3, name_prefix="n1")] == [f"n1{number}" for number in range(10)]
    odd = await pages(4, label_selector=selector([("parity", "in", ("odd",))]))
    assert sorted(record.name for record in odd) == [f"n{number:02d}" for number in range(1, 25, 2)]
    either = selector([("parity", "in", ("odd",)), ("third", "in", ("0",))], [("third", "in", ("1", "2")), ("parity", "not_in", ("odd",))])
    expected = [number for number in range(25) if (number % 2 and number % 3 == 0) or (number % 2 == 0 and number % 3)]
    assert sorted(record.name for record in await pages(5, label_selector=either)) == [f"n{number:02d}" for number in expected]
    unlabelled = await pages(5, label_selector=selector([("parity", "not_exists", ())]))
    assert [record.name for record in unlabelled] == [""]
    hosted = [await pages(5, kernel_id=kernel) for kernel in ("k1", "k2")]
    assert len(hosted[0]) + len(hosted[1]) == 26
    assert all(record.status.replicas[0].kernel_id == "k1" for record in hosted[0])
    error = await error_of(here.stub.List(client_pb2.ListRequest(page_token="nonsense")))
    assert isinstance(error, ArgumentInvalid)


async def test_a_watch_shows_what_is_there_and_then_what_changes(here: World) -> None:
    await here.kernel("k1")
    first = await here.register("a1")
    await here.register("b1")
    watch = here.stub.Watch(client_pb2.WatchRequest(name_prefix="a"))
    shown = [await watch.read(), await watch.read()]
    kinds = client_pb2.WatchResponse
    assert [(response.kind, response.object.id) for response in shown] == [(kinds.KIND_PUT, first.id), (kinds.KIND_SYNCED, "")]
    await here.register("b2")
    second = await here.register("a2")
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id="a1"))
    changes = [await watch.read() for _ in range(3)]
    assert [(change.kind, change.object.id, change.object.status.state) for change in changes] == [
        (kinds.KIND_PUT, second.id, common_pb2.OBJECT_STATE_CREATING),
        (kinds.KIND_PUT, second.id, ACTIVE),
        (kinds.KIND_DELETE, first.id, ACTIVE),
    ]
    again = here.stub.Watch(client_pb2.WatchRequest(name_prefix="a", from_revision=changes[1].revision))
    assert [await again.read() for _ in range(2)] == changes[1:]
    newest = await here.oms.services.registry.store.revision()
    ahead = here.stub.Watch(client_pb2.WatchRequest(name_prefix="a", from_revision=newest + 2))
    assert "brought back from a copy" in str(await error_of(ahead.read()))
    following = here.stub.Watch(client_pb2.WatchRequest(name_prefix="a", from_revision=newest + 1))
    third = await here.register("a3")
    assert (await following.read()).object.id == third.id
    following.cancel()
    watch.cancel()
    again.cancel()


async def test_durable_values_are_compared_and_swapped(here: World) -> None:
    async def put(value: bytes, expected: int) -> tuple[int, bool]:
        answer = await here.stub.DurablePut(oms_pb2.DurablePutRequest(key="dm/1", value=value, expected_version=expected))
        return answer.version, answer.stored

    assert (await here.stub.DurableGet(oms_pb2.DurableGetRequest(key="dm/1"))).version == 0
    assert await put(b"a", 0) == (1, True)
    assert await put(b"b", 0) == (1, False)
    assert await put(b"c", 1) == (2, True)
    assert await put(b"d", -1) == (3, True)
    await here.restart()
    got = await here.stub.DurableGet(oms_pb2.DurableGetRequest(key="dm/1"))
    assert (got.value, got.version) == (b"d", 3)
    assert isinstance(await error_of(here.stub.DurablePut(oms_pb2.DurablePutRequest(key=""))), ArgumentInvalid)
