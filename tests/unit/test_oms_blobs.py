"""Where the OMS keeps large bytes: what the settings may name, backups and moves of what lies in a bucket, and that nothing is mixed up."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from amino_oms.blobs import check_packages
from amino_oms.copies.migration import migrate, settings_of
from amino_oms.registry.keys import ARTIFACT_BLOBS
from amino_oms.settings import OmsSettings
from amino_store.errors import BlobsElsewhere
from amino_wire.errors import ArtifactDamaged, ConfigInvalid, OmsUnavailable, PackageMissing

from tests.support import etcd as etcd_support
from tests.support.etcd import EtcdCluster
from tests.support.s3 import BUCKET, KEY, SECRET, S3Server, can_run, let_in, serving
from tests.unit.copies_world import RealPlace, content_of_place, fill_randomly, put_artifact

needed = can_run() or etcd_support.can_run()
real = pytest.mark.skipif(bool(needed), reason=f"there is no etcd, or no server of buckets: {needed}")
Make = Callable[[str], RealPlace]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[S3Server]:
    with serving(tmp_path) as server:
        yield server


@pytest.fixture
def make(tmp_path: Path, etcd: EtcdCluster, server: S3Server) -> Make:
    """Makes empty stores of a kind."""

    def made(kind: str) -> RealPlace:
        store, _, bucket = kind.partition("+")
        name = uuid.uuid4().hex
        address = f"sqlite:{tmp_path / name}" if store == "sqlite" else f"{etcd.url}/{name}"
        return RealPlace(settings_of(address, server.url() if bucket else ""))

    return made


@real
@pytest.mark.parametrize("with_file", [True, False])
@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("sqlite", "etcd+s3"),
        ("etcd+s3", "sqlite"),
        ("etcd", "etcd+s3"),
        ("etcd+s3", "etcd"),
        ("sqlite+s3", "etcd+s3"),
        ("etcd+s3", "sqlite+s3"),
    ],
)
async def test_what_lies_in_a_bucket_goes_along(
    tmp_path: Path, make: Make, server: S3Server, source: str, target: str, with_file: bool
) -> None:
    first, second = make(source), make(target)
    async with first.opened() as storage:
        expected = await fill_randomly(storage, Random(3))
    before = server.objects()
    if with_file:
        await first.backup(tmp_path / "backup")
        await second.restore(tmp_path / "backup")
    else:
        await migrate(first.settings, second.settings, kernels_ended=True, note=print)
    for place in (first, second):
        async with place.opened() as storage:
            assert await content_of_place(storage) == expected
    # The first store's objects are as they were, and the second one has objects of its own.
    after = server.objects()
    assert before.items() <= after.items()
    assert (len(after) > len(before)) is (target.endswith("s3"))


@real
async def test_a_backup_of_a_bucket_that_is_away_or_has_lost_something_leaves_no_file(tmp_path: Path, make: Make, server: S3Server) -> None:
    place = make("etcd+s3")
    async with place.opened() as storage:
        digest = await put_artifact(storage, b"content" * 1000)
    server.kill()
    with pytest.raises(OmsUnavailable, match="was not read"):
        await place.backup(tmp_path / "backup")
    server.start()
    (name,) = server.objects()
    next(server.bucket.rglob(Path(name).name)).unlink()
    with pytest.raises(ArtifactDamaged) as raised:
        await place.backup(tmp_path / "backup")
    assert raised.value.details["hash"] == digest
    # A backup changes nothing, not even what is known of what is lost.
    async with place.opened() as storage:
        assert await storage.artifacts.has(digest)
    assert not list(tmp_path.glob("backup*"))


@real
@pytest.mark.parametrize("store", ["sqlite", "etcd"])
async def test_a_store_is_opened_with_its_own_blobs_alone(make: Make, tmp_path: Path, store: str) -> None:
    beside, bucket = make(store), make(f"{store}+s3")
    for place, other, reason in (
        (beside, bucket.settings.blobs, r"keeps its artifacts itself\. Leave --blobs out; or .*--to-blobs s3://"),
        (bucket, "", "lie in a bucket: give --blobs s3://amino-test/objects"),
    ):
        async with place.opened() as storage:
            digest = await put_artifact(storage, b"content")
        changed = RealPlace(OmsSettings(place.settings.data_dir, store=place.settings.store, blobs=other))
        with pytest.raises(BlobsElsewhere, match=reason):
            async with changed.opened():
                pass
        with pytest.raises(BlobsElsewhere, match=reason):
            await changed.backup(tmp_path / "backup")
        async with place.opened() as storage:
            assert [chunk async for chunk in storage.artifacts.get(digest)] == [b"content"]


@real
async def test_an_empty_store_may_still_get_a_bucket(make: Make) -> None:
    beside = make("etcd")
    async with beside.opened():
        pass
    later = RealPlace(OmsSettings(Path("/nonexistent"), store=beside.settings.store, blobs=make("etcd+s3").settings.blobs))
    async with later.opened() as storage:
        digest = await put_artifact(storage, b"content")
        assert await storage.artifacts.has(digest)
        assert await storage.store.count(f"{ARTIFACT_BLOBS}/piece/") == 0


@pytest.mark.skipif(bool(can_run()), reason=f"there is no server of buckets: {can_run()}")
@pytest.mark.parametrize(
    ("bucket", "key", "secret", "reason"),
    [
        ("no-such-bucket", KEY, SECRET, "there is no bucket at s3://no-such-bucket/objects"),
        (BUCKET, "", "", "there are no credentials for s3://"),
        (BUCKET, "another-key", SECRET, "does not let the OMS in"),
        (BUCKET, KEY, "another-secret-5512", "does not let the OMS in"),
    ],
)
async def test_what_the_operator_must_correct_is_said_at_the_first_start_and_holds_up_no_later_one(
    tmp_path: Path,
    server: S3Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    bucket: str,
    key: str,
    secret: str,
    reason: str,
) -> None:
    caplog.set_level(logging.INFO)
    right, wrong = (RealPlace(OmsSettings(tmp_path / "oms", blobs=server.url(bucket=name))) for name in (BUCKET, bucket))
    let_in(monkeypatch, key, secret)
    with pytest.raises(ConfigInvalid, match=reason) as raised:
        async with wrong.opened():
            pass
    let_in(monkeypatch)
    async with right.opened() as storage:
        digest = await put_artifact(storage, b"content")
    let_in(monkeypatch, key, secret)
    if bucket == BUCKET:
        # Calls to objects need no blobs.
        async with wrong.opened() as storage:
            with pytest.raises(ConfigInvalid, match=reason):
                _ = [chunk async for chunk in storage.artifacts.get(digest)]
            assert await storage.artifacts.has(digest)
        assert "blobs cannot be read or stored now" in caplog.text
    else:
        with pytest.raises(BlobsElsewhere, match=reason):
            async with wrong.opened():
                pass
    for text in (str(raised.value), caplog.text):
        assert SECRET not in text
        assert "another-secret" not in text


@pytest.mark.parametrize(
    ("store", "blobs"),
    [("sqlite", ""), ("sqlite", "folder"), ("sqlite", "s3://bucket"), ("etcd://a", "store"), ("etcd://a", "s3://bucket/b")],
)
def test_what_goes_together(store: str, blobs: str) -> None:
    settings = OmsSettings(Path("data"), store=store, blobs=blobs)
    settings.check()
    assert (settings.s3 is not None) is blobs.startswith("s3:")


@pytest.mark.parametrize(
    ("store", "blobs"), [("sqlite", "store"), ("etcd://a", "folder"), ("sqlite", "s3"), ("etcd://a", "s3://B"), ("sqlite", "no")]
)
def test_what_does_not_go_together_is_refused_before_anything_begins(store: str, blobs: str) -> None:
    with pytest.raises(ConfigInvalid, match="blobs"):
        OmsSettings(Path("data"), store=store, blobs=blobs).check()
    address = "sqlite:data" if store == "sqlite" else store
    with pytest.raises(ConfigInvalid, match="blobs"):
        settings_of(address, blobs)


def test_a_missing_library_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amino_oms.blobs.find_spec", lambda _: None)
    check_packages(OmsSettings(Path("data")))
    with pytest.raises(PackageMissing, match=r"pip install 'amino-runtime\[s3\]' adds it"):
        check_packages(OmsSettings(Path("data"), blobs="s3://bucket"))


def test_the_library_never_logs_what_may_hold_credentials(tmp_path: Path) -> None:
    check_packages(OmsSettings(tmp_path, blobs="s3://bucket"))
    for name in ("botocore.auth", "botocore.parsers", "botocore.endpoint", "aiobotocore.httpsession", "aiohttp.client"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)
