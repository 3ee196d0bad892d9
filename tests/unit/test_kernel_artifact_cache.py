"""A kernel's copies of artifacts: checked before they are read again, fetched anew where damaged, removed when nothing uses them."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from amino_kernel.instances.artifact_cache import ArtifactCache
from amino_kernel.instances.artifact_copies import ArtifactCopies
from amino_kernel.links.oms_client import OmsClient
from amino_wire.artifacts import PackedArtifact, pack_files
from amino_wire.errors import ArtifactInvalid
from amino_wire.pb import common_pb2, oms_pb2
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

FILES = {"counter.py": b"class Counter: pass\n", "package/__init__.py": b"", "package/table.py": b"TABLE = 7\n" * 1000}
GRACE = 10.0


class Service:
    """What a cache asks of the OMS: artifacts, each fetch counted. It is its own stub."""

    def __init__(self, *packed: PackedArtifact) -> None:
        self._packed = {each.hash: each.data for each in packed}
        self.fetches = 0
        self.stub = self
        self.answers: Callable[[bytes], bytes] = bytes

    async def GetArtifact(  # noqa: N802
        self, request: oms_pb2.GetArtifactRequest, timeout: float
    ) -> AsyncIterator[oms_pb2.GetArtifactResponse]:
        assert timeout > 0
        self.fetches += 1
        await asyncio.sleep(0)
        yield oms_pb2.GetArtifactResponse(chunk=self.answers(self._packed[request.hash]))


class Disk:
    """A cache over a service that has one artifact, and a clock that stands still."""

    def __init__(self, folder: Path, *packed: PackedArtifact) -> None:
        self.packed = packed or (pack_files(FILES),)
        self.artifact = common_pb2.Artifact(hash=self.packed[0].hash, language="python", entry="counter.py")
        self.service, self.now, self.folder = Service(*self.packed), 0.0, folder
        self.begin()

    def begin(self) -> None:
        """A further process of the kernel, over the same folder."""
        self.cache = ArtifactCache(self.folder, cast("OmsClient", self.service), grace=GRACE, now=lambda: self.now)

    async def read(self) -> dict[str, bytes]:
        """What a JVM half finds that loads the artifact."""
        async with self.cache.holding(self.artifact) as copy:
            if not copy.fresh:
                await self.cache.check(self.artifact)
            return {path.relative_to(copy.folder).as_posix(): path.read_bytes() for path in copy.folder.rglob("*") if path.is_file()}

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "artifacts")


def _change(folder: Path) -> None:
    (folder / "counter.py").write_bytes(b"class Counter: 'other'\n")


def _truncate(folder: Path) -> None:
    os.truncate(folder / "package/table.py", 100)


def _add(folder: Path) -> None:
    (folder / "package/more.py").write_bytes(b"import table\n")


def _remove(folder: Path) -> None:
    (folder / "counter.py").unlink()


def _link(folder: Path) -> None:
    (folder / "counter.py").rename(folder.parent / "elsewhere.py")
    (folder / "counter.py").symlink_to(folder.parent / "elsewhere.py")


def _replace(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
    folder.write_bytes(b"a file")


@pytest.mark.parametrize("damage", [_change, _truncate, _add, _remove, _link, _replace])
async def test_a_damaged_copy_is_fetched_anew_before_it_is_read(disk: Disk, damage: Callable[[Path], None]) -> None:
    assert await disk.read() == FILES and await disk.read() == FILES and disk.service.fetches == 1
    damage(disk.folder / disk.artifact.hash)
    disk.begin()
    assert await disk.read() == FILES and disk.service.fetches == 2
    assert await disk.read() == FILES and disk.service.fetches == 2
    assert disk.names()[0] == disk.artifact.hash


async def test_callers_who_come_at_once_wait_for_one_fetch(disk: Disk) -> None:
    assert await asyncio.gather(*(disk.read() for _ in range(5))) == [FILES] * 5
    assert disk.service.fetches == 1


async def test_an_artifact_that_was_packed_otherwise_is_read_from_what_came(tmp_path: Path) -> None:
    packed = pack_files(FILES)
    # Two more blocks of zeros at the end: the same files, another hash.
    data = packed.data + bytes(1024)
    disk = Disk(tmp_path / "artifacts", PackedArtifact(data, hashlib.sha256(data).hexdigest(), packed.files))
    for _ in range(3):
        assert await disk.read() == FILES


async def test_what_comes_damaged_is_refused_and_not_kept(disk: Disk) -> None:
    disk.service.answers = lambda data: data[:-1] + b"?"
    with pytest.raises(ArtifactInvalid, match="damaged on the way"):
        await disk.read()
    assert not disk.folder.exists()
    disk.service.answers = bytes
    assert await disk.read() == FILES


async def test_a_copy_goes_a_while_after_its_last_use_and_comes_again(disk: Disk) -> None:
    digest = disk.artifact.hash
    await disk.read()
    disk.now += 0.9 * GRACE
    assert await disk.cache.remove_unused([digest]) == []
    disk.now += 0.9 * GRACE
    assert await disk.cache.remove_unused([]) == [] and disk.names() == [digest]
    disk.now += 0.1 * GRACE
    assert await disk.cache.remove_unused([]) == [digest] and disk.names() == []
    assert await disk.cache.remove_unused([]) == []
    assert await disk.read() == FILES and disk.service.fetches == 2


async def test_a_copy_stays_while_somebody_is_about_to_load_it(disk: Disk) -> None:
    async with disk.cache.holding(disk.artifact) as copy:
        disk.now += 2 * GRACE
        assert await disk.cache.remove_unused([]) == [] and copy.folder.is_dir()
    disk.now += GRACE
    assert await disk.cache.remove_unused([]) == [disk.artifact.hash]


async def test_what_a_process_that_died_has_left_goes_and_its_copies_are_known(disk: Disk) -> None:
    await disk.read()
    for left in (".unpack-1", ".leaving-2"):
        (disk.folder / left / "inside").mkdir(parents=True)
        (disk.folder / left / "inside" / "file").write_bytes(b"x")
    disk.begin()
    assert disk.names() == [disk.artifact.hash]
    disk.now += GRACE
    assert await disk.cache.remove_unused([]) == [disk.artifact.hash] and disk.names() == []


class Copies(RuleBasedStateMachine):
    """Loads, unloads and looks in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.copies = ArtifactCopies(GRACE)
        self.now = 0.0
        self.last: dict[str, float] = {}
        self.begun: list[str] = []
        self.loaded: set[str] = set()

    digests = st.sampled_from("abc")

    @rule(seconds=st.sampled_from([0.5, 4.0, 11.0]))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @rule(digest=digests)
    def begin(self, digest: str) -> None:
        self.copies.begin(digest)
        self.begun.append(digest)
        if digest not in self.last:
            self.copies.there(digest, self.now)
        self.last[digest] = self.now

    @precondition(lambda self: self.begun)
    @rule(load=st.booleans(), choice=st.randoms(use_true_random=False))
    def end(self, load: bool, choice: Any) -> None:
        digest = self.begun.pop(choice.randrange(len(self.begun)))
        self.copies.end(digest, self.now)
        self.last[digest] = self.now
        if load:
            self.loaded.add(digest)

    @precondition(lambda self: self.loaded)
    @rule(choice=st.randoms(use_true_random=False))
    def unload(self, choice: Any) -> None:
        self.loaded.discard(choice.choice(sorted(self.loaded)))

    @rule()
    def look(self) -> None:
        self.last.update((digest, self.now) for digest in self.loaded if digest in self.last)
        due = {each for each, since in self.last.items() if self.now - since >= GRACE and each not in self.begun}
        assert set(self.copies.take_unused(self.now, self.loaded)) == due
        for digest in due:
            del self.last[digest]

    @invariant()
    def nothing_used_is_forgotten(self) -> None:
        assert len(self.copies) == len(self.last) and self.loaded | set(self.begun) <= set(self.last)


TestCopies = Copies.TestCase
TestCopies.settings = settings(max_examples=100, stateful_step_count=40)
