"""The file of a backup: what was written comes back, and a file that is not as it was written is refused before anything is done."""

from __future__ import annotations

import hashlib
import io
import json
import resource
import stat
import tarfile
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest
from amino_oms.copies.restore import restore
from amino_oms.settings import OmsSettings
from amino_store.archive.content import Origin, Record, Sum
from amino_store.archive.format import FORMAT
from amino_store.archive.reading import open_archive
from amino_store.archive.writing import write_archive
from amino_store.errors import NotWritten, missing_artifact
from amino_store.sqlite.statements import SCHEMA_VERSION
from amino_wire.errors import AminoError, ArtifactDamaged, ConfigInvalid, StoreDamaged, StoreIncompatible

MEGABYTE = 1024 * 1024
LARGE = "/large/"
ORIGIN = Origin("a test", SCHEMA_VERSION, 12, "second first", 3)


@dataclass
class Content:
    """A content in memory; `lost` blobs are missing."""

    records: list[Record] = field(default_factory=list[Record])
    contents: list[bytes] = field(default_factory=list[bytes])
    lost: set[str] = field(default_factory=set[str])
    origin: Origin = ORIGIN

    async def entries(self, *, after: str = "") -> AsyncIterator[Record]:
        for record in self.records:
            if record.key > after:
                yield record

    async def blobs(self) -> AsyncIterator[str]:
        for content in self.contents:
            yield hashlib.sha256(content).hexdigest()

    async def blob(self, digest: str) -> AsyncGenerator[bytes, None]:
        content = next(each for each in self.contents if hashlib.sha256(each).hexdigest() == digest)
        yield content[:10]
        if digest in self.lost:
            raise missing_artifact(digest)
        yield content[10:]


def random_content(random: Random) -> Content:
    """Entries and blobs of all sizes."""
    names = sorted({random.choice("abü\U0001f600") * random.randrange(1, 9) for _ in range(random.randrange(30))}, key=str.encode)
    sizes = (0, 1, 300, 5000, random.choice((0, 2 * MEGABYTE)))
    records = [Record(f"/k/{name}", random.randbytes(random.choice(sizes))) for name in names]
    return Content(records, [random.randbytes(random.choice((0, 11, 100_000))) for _ in range(random.randrange(4))])


async def written(content: Content, path: Path) -> Sum:
    """Writes a content to a file."""
    return await write_archive(content, path, created="now", may_be_large=LARGE)


def opened(path: Path) -> Sum:
    """The sum of a file that is sound."""
    with open_archive(path, format_read=SCHEMA_VERSION) as archive:
        return archive.sum


@pytest.mark.parametrize("seed", range(8))
async def test_what_was_written_comes_back(tmp_path: Path, seed: int) -> None:
    content = random_content(Random(seed))
    content.contents = list(dict.fromkeys(content.contents))
    total = await written(content, tmp_path / "backup")
    assert (total.entries, total.blobs) == (len(content.records), len(content.contents))
    assert total.largest == max((len(record.value) for record in content.records), default=0)
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    with open_archive(tmp_path / "backup", format_read=SCHEMA_VERSION) as archive:
        assert (archive.sum, archive.origin, archive.created) == (total, content.origin, "now")
        assert [record async for record in archive.entries()] == content.records
        if content.records:
            middle = content.records[len(content.records) // 2].key
            assert [record async for record in archive.entries(after=middle)] == [each async for each in content.entries(after=middle)]
        found = {digest: b"".join([chunk async for chunk in archive.blob(digest)]) async for digest in archive.blobs()}
    assert list(found.values()) == content.contents
    assert all(hashlib.sha256(each).hexdigest() == digest for digest, each in found.items())


async def test_every_part_of_a_file_matters(tmp_path: Path) -> None:
    """Cut off anywhere, or with one bit turned, or with bytes behind its end, a backup is refused, and no store is made."""
    random = Random(1)
    content = Content([Record(f"/k/{number:03d}", random.randbytes(60)) for number in range(90)], [random.randbytes(3000)])
    await written(content, tmp_path / "backup")
    whole = (tmp_path / "backup").read_bytes()
    with tarfile.open(tmp_path / "backup") as tar:
        places = [place for member in tar.getmembers() for place in (member.offset, member.offset_data, member.offset_data + member.size)]
    near = {place + step for place in places for step in (-1, 0, 1) if 0 <= place + step < len(whole)}
    header = range(places[-3], places[-3] + 512)
    damaged = [whole[:place] for place in sorted(near | set(random.sample(range(len(whole)), 100)))]
    damaged += [_turned(whole, place, random) for place in (*near, *header, *random.sample(range(len(whole)), 300))]
    damaged += [whole + b"\0", whole + bytes(10240), whole + whole, b"", b"no tar at all", bytes(10240)]
    file, store = tmp_path / "damaged", tmp_path / "store"
    for number, content_now in enumerate(damaged):
        file.write_bytes(content_now)
        with pytest.raises(StoreDamaged, match="nothing of it was used"):
            opened(file)
        if number % 100 == 0:
            with pytest.raises(StoreDamaged):
                await restore(OmsSettings(store), file, note=print)
    assert not store.exists()
    assert opened(tmp_path / "backup").entries == 90


def _turned(whole: bytes, place: int, random: Random) -> bytes:
    changed = bytearray(whole)
    changed[place] ^= 1 << random.randrange(8)
    return bytes(changed)


async def test_a_part_that_changes_after_the_check_is_noticed(tmp_path: Path) -> None:
    # Longer than what a file keeps in memory of what was read before.
    content = Content([Record("/k/1", b"marked entry" + bytes(100_000))], [blob := b"marked blob" + bytes(100_000)])
    await written(content, tmp_path / "backup")
    with open_archive(tmp_path / "backup", format_read=SCHEMA_VERSION) as archive:
        whole = (tmp_path / "backup").read_bytes()
        (tmp_path / "backup").write_bytes(whole.replace(b"marked", b"turned"))
        with pytest.raises(StoreDamaged, match="entries/000000 is not what was written"):
            assert [record async for record in archive.entries()]
        with pytest.raises(ArtifactDamaged):
            assert [chunk async for chunk in archive.blob(hashlib.sha256(blob).hexdigest())]


async def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    content = Content()
    content.origin = replace(content.origin, format=SCHEMA_VERSION + 1)
    await written(content, tmp_path / "backup")
    with pytest.raises(StoreIncompatible, match=f"format {FORMAT}.{SCHEMA_VERSION + 1}; this version reads {FORMAT}.{SCHEMA_VERSION}"):
        opened(tmp_path / "backup")


async def test_other_archives_are_no_backups(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "other", "w") as tar:
        member = tarfile.TarInfo("readme")
        tar.addfile(member, io.BytesIO())
    with pytest.raises(StoreDamaged, match="no backup of Amino"):
        opened(tmp_path / "other")
    for missing in (tmp_path / "missing", tmp_path):
        with pytest.raises(ConfigInvalid, match="cannot be read"):
            opened(missing)


async def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    content = Content([Record("/k/1", b"1")], [b"some bytes of a blob"])
    content.lost = {digest async for digest in content.blobs()}
    errors: list[tuple[Path, type[AminoError]]] = [(tmp_path / "backup", ArtifactDamaged), (tmp_path / "no" / "folder", ConfigInvalid)]
    for path, kind in errors:
        with pytest.raises(kind):
            await written(content, path)
    assert list(tmp_path.iterdir()) == []
    content.lost.clear()
    content.records += [Record("/k/2", bytes(2 * MEGABYTE))]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE, limits[1]))
    try:
        with pytest.raises(NotWritten, match="was not written"):
            await written(content, tmp_path / "backup")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
    await written(content, tmp_path / "backup")
    before = (tmp_path / "backup").read_bytes()
    with pytest.raises(ConfigInvalid, match="a backup never replaces a file"):
        await written(content, tmp_path / "backup")
    assert (tmp_path / "backup").read_bytes() == before


async def test_the_summary_can_be_read_by_any_program(tmp_path: Path) -> None:
    total = await written(Content([Record("/k/1", b"1")]), tmp_path / "backup")
    with tarfile.open(tmp_path / "backup") as tar:
        summary, header = (tar.extractfile(name) for name in ("summary.json", "header.json"))
        assert summary is not None
        assert header is not None
        assert json.load(summary)["sum"]["digest"] == total.digest
        assert json.load(header)["origin"]["revision"] == 12


class Huge(Content):
    """One blob, and entries, of 64 MiB each, which are nowhere whole."""

    digest = ""

    async def entries(self, *, after: str = "") -> AsyncIterator[Record]:
        for number in range(64):
            yield Record(f"/k/{number:02d}", bytes(MEGABYTE))

    async def blobs(self) -> AsyncIterator[str]:
        yield self.digest

    async def blob(self, digest: str) -> AsyncGenerator[bytes, None]:
        for _ in range(64):
            yield bytes(MEGABYTE)


async def test_memory_does_not_grow_with_the_content(tmp_path: Path) -> None:
    digest = hashlib.sha256(bytes(64 * MEGABYTE)).hexdigest()
    content = Huge()
    content.digest = digest
    tracemalloc.start()
    try:
        await written(content, tmp_path / "backup")
        with open_archive(tmp_path / "backup", format_read=SCHEMA_VERSION) as archive:
            assert sum([len(record.value) async for record in archive.entries()]) == 64 * MEGABYTE
            assert sum([len(chunk) async for chunk in archive.blob(digest)]) == 64 * MEGABYTE
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    print(f"{peak / MEGABYTE:.1f} MiB at most for {(tmp_path / 'backup').stat().st_size / MEGABYTE:.0f} MiB")
    assert peak < 16 * MEGABYTE
