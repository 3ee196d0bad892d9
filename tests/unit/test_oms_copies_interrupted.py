"""A copy that is interrupted anywhere, refused, or overtaken by changes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest
from amino_oms.copies.backup import ATTEMPTS, backup
from amino_oms.copies.contents import content_beside, sum_of
from amino_oms.copies.filling import fill
from amino_oms.copies.kernels import living_kernels
from amino_oms.copies.migration import migrate
from amino_oms.membership.detector import FailureDetector
from amino_oms.membership.kernel_directory import KernelDirectory
from amino_oms.registry import keys
from amino_oms.registry.store_history import StoreHistory
from amino_oms.settings import OmsSettings
from amino_oms.storage import Storage
from amino_store.archive.content import Content as StoredContent
from amino_store.errors import StoreInUse, StoreUnfinished
from amino_store.marks import MemoryMarks
from amino_store.memory.store import MemoryStore
from amino_store.transaction import Outcome, Put, Transaction
from amino_wire.errors import ArtifactDamaged, ConfigInvalid, StoreDamaged
from amino_wire.pb import common_pb2

from tests.unit.copies_world import Content, MemoryPlace, RealPlace, content_of_place, fill_randomly, put_artifact
from tests.unit.oms_world import TestClock


class Killed(Exception):
    """The end of the process, as far as the store sees."""


class Mortal(MemoryStore):
    """A store whose process ends at a commit: before it was sent, or before its answer came."""

    left = 10**9
    done = False

    async def commit(self, transaction: Transaction) -> Outcome:
        self.left -= 1
        if self.left < 0:
            if self.done:
                await super().commit(transaction)
            raise Killed
        return await super().commit(transaction)


@pytest.fixture
async def source(tmp_path: Path) -> tuple[RealPlace, Content]:
    """A store with a content."""
    place = RealPlace(OmsSettings(tmp_path / "source"))
    async with place.opened() as storage:
        return place, await fill_randomly(storage, Random(8))


async def filled(storage: Storage, content: StoredContent) -> bool:
    """Fills a store, and answers whether an earlier attempt had begun."""
    total = await sum_of(content)
    return (await fill(storage, content, total, what="a test", lineage="new", gap=0, note=print)).resumed


@pytest.mark.parametrize("done", [False, True])
async def test_a_copy_that_ends_at_any_commit_goes_on_from_there(
    source: tuple[RealPlace, Content], monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    monkeypatch.setattr("tests.unit.copies_world.MemoryStore", Mortal)
    place, expected = source
    commits = 0
    async with content_beside(place.settings) as content:
        while True:
            target = MemoryPlace()
            async with target.opened() as storage:
                assert isinstance(storage.store, Mortal)
                storage.store.left, storage.store.done = commits, done
                try:
                    await filled(storage, content)
                    break
                except Killed:
                    pass
            async with target.opened() as storage:
                begun = await storage.store.get(keys.UNFINISHED) is not None
                if begun:
                    with pytest.raises(StoreUnfinished):
                        await StoreHistory(storage.store, MemoryMarks(), Random(1)).start()
                finished = await storage.store.get(keys.LINEAGE) is not None
                # The store holds a part of the content so far, and nothing else.
                assert (await content_of_place(storage)).items() <= expected.items()
                if not finished:
                    assert await filled(storage, content) is begun
                assert await content_of_place(storage) == expected
                # Nothing was written twice: all of it was put once, by one of the two processes.
                page = await storage.store.range(keys.OBJECTS)
                assert {entry.version for entry in page.entries} <= {1}
            commits += 1
    print(f"ended at each of {commits} commits")
    assert commits > 8


async def test_a_store_that_changes_what_it_was_given_is_not_released(source: tuple[RealPlace, Content]) -> None:
    place, _ = source
    target = MemoryPlace()
    async with content_beside(place.settings) as content, target.opened() as storage:
        commit = storage.store.commit

        async def changed(transaction: Transaction) -> Outcome:
            puts = tuple(
                Put(each.key, each.value + b"!") if isinstance(each, Put) and each.key.startswith(keys.NAMES) else each
                for each in transaction.then
            )
            return await commit(Transaction(transaction.compares, puts))

        storage.store.commit = changed  # type: ignore[method-assign]
        with pytest.raises(StoreDamaged, match="does not give back what was written"):
            await filled(storage, content)
        assert await storage.store.get(keys.UNFINISHED) is not None


async def test_a_backup_begins_anew_where_an_artifact_is_removed_meanwhile(
    source: tuple[RealPlace, Content], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, _ = source
    async with place.opened() as storage:
        digest = await put_artifact(storage, b"to be removed")
        await storage.artifacts.remove(digest)
        notes: list[str] = []
        # The bytes are gone and the record is there: as the backup finds it where the sweep is quicker.
        with pytest.raises(ArtifactDamaged):
            await backup(place.settings, tmp_path / "never", created="now", note=notes.append)
        assert len(notes) == ATTEMPTS - 1

        def put_back(note: str) -> None:
            notes.append(note)
            (place.settings.data_dir / "artifacts" / digest[:2] / digest).write_bytes(b"to be removed")

        made = await backup(place.settings, tmp_path / "backup", created="now", note=put_back)
    assert made.size == (tmp_path / "backup").stat().st_size
    assert len(notes) == ATTEMPTS
    assert not (tmp_path / "never").exists()


async def test_both_stores_of_a_move_must_be_free(source: tuple[RealPlace, Content], tmp_path: Path) -> None:
    first, _ = source
    second = RealPlace(OmsSettings(tmp_path / "target"))
    for place in (first, second):
        async with place.opened():
            with pytest.raises(StoreInUse):
                await migrate(first.settings, second.settings, kernels_ended=True, note=print)
    with pytest.raises(ConfigInvalid, match="the same store"):
        await migrate(first.settings, OmsSettings(tmp_path / "here" / ".." / "source"), kernels_ended=True, note=print)
    with pytest.raises(ConfigInvalid, match="there is no store in the folder"):
        await migrate(OmsSettings(tmp_path / "nothing"), second.settings, kernels_ended=True, note=print)
    assert not (tmp_path / "nothing").exists()


async def test_a_store_does_not_move_while_a_kernel_may_live(source: tuple[RealPlace, Content], tmp_path: Path) -> None:
    first, _ = source
    second = RealPlace(OmsSettings(tmp_path / "target"))
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def kernel(name: str, address: str, *, alive: bool) -> None:
        record = common_pb2.KernelRecord(id=name, alive=alive, endpoints=common_pb2.Endpoints(grpc=address))
        async with first.opened() as storage:
            for entry in (await storage.store.range(keys.KERNELS)).entries:
                await storage.store.commit(Transaction(then=(Put(entry.key, b""),)))
            await storage.store.commit(Transaction(then=(Put(keys.KERNELS + name, record.SerializeToString()),)))

    await kernel("north", f"127.0.0.1:{port}", alive=True)
    with pytest.raises(ConfigInvalid, match="kernels live, or may live: north"):
        await migrate(first.settings, second.settings, kernels_ended=False, note=print)
    assert not (tmp_path / "target").exists()
    server.close()
    await server.wait_closed()
    async with first.opened() as storage:
        assert await living_kernels(storage.store) == []
    await kernel("south", "no address", alive=True)
    async with first.opened() as storage:
        assert await living_kernels(storage.store) == ["south"]
    await migrate(first.settings, second.settings, kernels_ended=True, note=print)


async def test_lives_of_kernels_after_a_restore_have_numbers_of_their_own(source: tuple[RealPlace, Content], tmp_path: Path) -> None:
    """No life that begins after the restore has the number of a life that began after the backup."""
    first, _ = source
    second = RealPlace(OmsSettings(tmp_path / "target"))
    await first.backup(tmp_path / "backup")
    await second.restore(tmp_path / "backup")
    lives: list[int] = []
    for place in (first, second):
        async with place.opened() as storage:
            for entry in (await storage.store.range(keys.KERNELS)).entries:
                await storage.store.commit(Transaction(then=(Put(entry.key, b""),)))
            directory = KernelDirectory(storage.store, FailureDetector(lease=1.0, margin=1.0), TestClock())
            await directory.load()
            for name in ("north", "south"):
                record = common_pb2.KernelRecord(id=name, endpoints=common_pb2.Endpoints(grpc="127.0.0.1:1"))
                lives.append((await directory.join(record)).incarnation)
    assert min(lives[2:]) > max(lives[:2]) + 1_000_000
