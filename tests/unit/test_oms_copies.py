"""A content goes from any store to any other, by a file or without one, and is the same there."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from amino_oms.copies.migration import migrate, settings_of
from amino_oms.copies.travelling import STAYING, TRAVELLING
from amino_oms.main import create_oms
from amino_oms.registry import keys
from amino_oms.registry.store_history import StoreHistory
from amino_oms.settings import OmsSettings
from amino_store.errors import StoreUnfinished
from amino_store.mark import Lineage, Mark
from amino_store.marks import MemoryMarks
from amino_store.sqlite.snapshot import FILE
from amino_store.transaction import Delete, Get, Put, Transaction
from amino_wire.errors import ConfigInvalid, OmsUnavailable, StoreDamaged, StoreIncompatible, StoreOutdated

from tests.support.data_folders import old_folder
from tests.support.etcd import EtcdCluster, can_run
from tests.unit.copies_world import MemoryPlace, Place, RealPlace, content_of_place, fill_randomly

KINDS = ("sqlite", "etcd", "memory")
Make = Callable[[str], Place]


@pytest.fixture(scope="module")
def etcd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EtcdCluster]:
    """One with the limit that etcd has by itself: 128 operations."""
    if can_run():
        pytest.skip(f"there is no etcd: {can_run()}")
    cluster = EtcdCluster(tmp_path_factory.mktemp("etcd"), options=("--unsafe-no-fsync",)).start()
    yield cluster
    cluster.stop()


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Make:
    """Makes empty stores of a kind."""

    def made(kind: str) -> Place:
        name = uuid.uuid4().hex
        if kind == "memory":
            return MemoryPlace()
        if kind == "sqlite":
            return RealPlace(OmsSettings(tmp_path / name))
        cluster: EtcdCluster = request.getfixturevalue("etcd")
        return RealPlace(settings_of(f"{cluster.url}/{name}"))

    return made


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
async def test_a_backup_brings_the_content_to_any_other_store(tmp_path: Path, make: Make, source: str, target: str, seed: int) -> None:
    first, second, file = make(source), make(target), tmp_path / "backup"
    async with first.opened() as storage:
        expected = await fill_randomly(storage, Random(seed))
        revision = await storage.store.revision()
    await first.backup(file)
    filled = await second.restore(file)
    assert not filled.resumed
    assert filled.sum.entries == sum(not key.startswith("blob ") for key in expected)
    async with second.opened() as storage:
        assert await content_of_place(storage) == expected
        store = storage.store
        # Nothing went along that was to stay, and what belongs to one store is of this one.
        found = await store.commit(Transaction(then=(Get(keys.CLUSTER_SECRET), Get(keys.UNFINISHED), Get(keys.LINEAGE), Get(keys.FLOOR))))
        secret, unfinished, lineage, floor = found.entries
        assert secret is None
        assert unfinished is None
        assert await store.count(keys.REQUESTS) == 0
        assert lineage is not None
        assert floor is not None
        names = Lineage.of(lineage.value.decode())
        assert names.names[1:] == ("first",)
        assert not names.lacks(0, Mark("first", revision))
        assert names.lacks(10**9, Mark("first", dict(names.ends)["first"] + 1))
        assert int(floor.value) > revision
    # A backup of what was restored has the same content once more.
    await second.backup(tmp_path / "again")
    third = make("memory")
    assert (await third.restore(tmp_path / "again")).sum == filled.sum


@pytest.mark.parametrize(("source", "target"), [("sqlite", "etcd"), ("etcd", "sqlite"), ("etcd", "etcd"), ("sqlite", "sqlite")])
async def test_a_store_moves_without_a_file(make: Make, source: str, target: str) -> None:
    first, second = make(source), make(target)
    assert isinstance(first, RealPlace)
    assert isinstance(second, RealPlace)
    async with first.opened() as storage:
        expected = await fill_randomly(storage, Random(7))
    assert not (await migrate(first.settings, second.settings, kernels_ended=False, note=print)).before
    # Given again, it says that all has been done; also where somebody has gone back to the first store meanwhile.
    for _ in range(2):
        assert (await migrate(first.settings, second.settings, kernels_ended=False, note=print)).before
        async with first.opened() as storage:
            history = StoreHistory(storage.store, MemoryMarks(), Random(1))
            with pytest.raises(StoreOutdated, match="was moved"):
                await history.start()
            await StoreHistory(storage.store, MemoryMarks(), Random(1), accept_older=True).start()
    for place in (first, second):
        async with place.opened() as storage:
            assert await content_of_place(storage) == expected


@pytest.mark.parametrize("kind", KINDS)
async def test_a_backup_that_was_restored_before_is_not_restored_again(tmp_path: Path, make: Make, kind: str) -> None:
    first, second, third = make("sqlite"), make(kind), make("sqlite")
    for place, seed in ((first, 7), (third, 8)):
        async with place.opened() as storage:
            await fill_randomly(storage, Random(seed))
        await place.backup(tmp_path / f"backup-{seed}")
    done = await second.restore(tmp_path / "backup-7")
    async with second.opened() as storage:
        # The service has gone on since then.
        await storage.store.commit(Transaction(then=(Put(keys.OBJECTS + "later", b"x"),)))
        later = await content_of_place(storage)
    again = await second.restore(tmp_path / "backup-7")
    assert (again.before, again.resumed, again.sum, done.before) == (True, False, done.sum, False)
    with pytest.raises(ConfigInvalid, match="not empty"):
        await second.restore(tmp_path / "backup-8")
    async with second.opened() as storage:
        assert await content_of_place(storage) == later


@pytest.mark.parametrize("kind", ["sqlite", "etcd"])
async def test_no_service_begins_on_a_store_that_was_moved_unless_it_is_told_to(make: Make, kind: str) -> None:
    first, second = make(kind), make("sqlite")
    assert isinstance(first, RealPlace)
    assert isinstance(second, RealPlace)
    async with first.opened() as storage:
        await StoreHistory(storage.store, MemoryMarks(), Random(1)).start()
    await migrate(first.settings, second.settings, kernels_ended=False, note=print)
    async with second.opened() as storage:
        await StoreHistory(storage.store, MemoryMarks(), Random(1)).start()
    async with first.opened() as storage:
        with pytest.raises(StoreOutdated, match=f"was moved to the folder {second.settings.data_dir}: start the service there"):
            await StoreHistory(storage.store, MemoryMarks(), Random(1)).start()
        await StoreHistory(storage.store, MemoryMarks(), Random(1), accept_older=True).start()
        await StoreHistory(storage.store, MemoryMarks(), Random(1)).start()


async def test_a_move_that_is_cut_off_at_its_end_leaves_no_two_stores_to_begin_on(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make("sqlite"), make("sqlite")
    assert isinstance(first, RealPlace)
    assert isinstance(second, RealPlace)
    async with first.opened() as storage:
        await fill_randomly(storage, Random(7))

    async def cut_off(*_: object) -> None:
        raise OmsUnavailable("the process was killed")

    with monkeypatch.context() as patched, pytest.raises(OmsUnavailable):
        patched.setattr("amino_oms.copies.filling._Filling.end", cut_off)
        await migrate(first.settings, second.settings, kernels_ended=False, note=print)
    for place, error in ((first, StoreOutdated), (second, StoreUnfinished)):
        async with place.opened() as storage:
            with pytest.raises(error):
                await StoreHistory(storage.store, MemoryMarks(), Random(1)).start()
    assert (await migrate(first.settings, second.settings, kernels_ended=False, note=print)).resumed
    async with second.opened() as storage:
        await StoreHistory(storage.store, MemoryMarks(), Random(1)).start()


async def test_only_an_empty_store_is_filled(tmp_path: Path, make: Make) -> None:
    first, second = make("sqlite"), make("sqlite")
    async with first.opened() as storage:
        await fill_randomly(storage, Random(1))
    await first.backup(tmp_path / "backup")
    async with second.opened() as storage:
        await storage.store.commit(Transaction(then=(Put("/names/there", b"1"),)))
    for place in (first, second):
        with pytest.raises(ConfigInvalid, match="the store is not empty"):
            await place.restore(tmp_path / "backup")
    async with second.opened() as storage:
        assert await content_of_place(storage) == {"/names/there": b"1"}


async def test_a_store_that_is_filled_in_part_is_refused_by_the_service_and_by_other_contents(tmp_path: Path, make: Make) -> None:
    first, second = make("sqlite"), make("sqlite")
    assert isinstance(second, RealPlace)
    for number, place in enumerate((first, make("sqlite"))):
        async with place.opened() as storage:
            await fill_randomly(storage, Random(number))
        await place.backup(tmp_path / f"backup{number}")
    async with second.opened() as storage:
        begun = b'{"what": "the restore of backup1", "content": "another", "after": ""}'
        await storage.store.commit(Transaction(then=(Put(keys.UNFINISHED, begun),)))
    with pytest.raises(StoreUnfinished, match="the restore of backup1 has not come to its end"):
        await create_oms(second.settings.data_dir)
    with pytest.raises(StoreUnfinished):
        await second.backup(tmp_path / "half")
    assert not (tmp_path / "half").exists()
    with pytest.raises(ConfigInvalid, match="a part of another content"):
        await second.restore(tmp_path / "backup0")


async def test_an_entry_that_the_new_store_does_not_take_is_refused_before_anything_is_written(tmp_path: Path, make: Make) -> None:
    first, second = make("sqlite"), make("memory")
    async with first.opened() as storage:
        await storage.store.commit(Transaction(then=(Put("/objects/large", bytes(200_000)),)))
    await first.backup(tmp_path / "backup")
    with pytest.raises(ConfigInvalid, match="one of the entries has 200000 bytes"):
        await second.restore(tmp_path / "backup")
    async with second.opened() as storage:
        assert await storage.store.count("") == 0


async def test_a_folder_of_another_version_or_with_damage_is_not_backed_up(tmp_path: Path, make: Make) -> None:
    old = old_folder(tmp_path / "old") / "oms"
    with pytest.raises(StoreIncompatible, match="older version of Amino"):
        await RealPlace(OmsSettings(old)).backup(tmp_path / "backup")
    first = make("sqlite")
    assert isinstance(first, RealPlace)
    async with first.opened() as storage:
        await storage.store.commit(Transaction(then=(Put("/objects/marked", b"ultramarine" * 9),)))
    database = first.settings.data_dir / FILE
    database.write_bytes(database.read_bytes().replace(b"ultramarine", b"ultramarinf", 1))
    with pytest.raises(StoreDamaged, match="is not what was written there"):
        await first.backup(tmp_path / "backup")
    for folder in (tmp_path / "missing", tmp_path):
        with pytest.raises(ConfigInvalid, match="there is no store in the folder"):
            await RealPlace(OmsSettings(folder)).backup(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("written", "who"), [(b"2", "older"), (b"4", "newer"), (b"?", "older")])
async def test_a_store_of_another_format_is_refused_and_stays_as_it_is(
    tmp_path: Path, make: Make, kind: str, written: bytes, who: str
) -> None:
    place = make(kind)
    async with place.opened() as storage:
        await storage.store.commit(Transaction(then=(Put(keys.FORMAT, written),)))
        for accept_older in (False, True):
            history = StoreHistory(storage.store, MemoryMarks(), Random(1), accept_older=accept_older)
            with pytest.raises(StoreIncompatible, match=f"by an? {who} version of Amino .*this version reads format 3") as refused:
                await history.start()
            assert refused.value.details["readable"] == 3
        assert [entry.value for entry in (await storage.store.range("/store/")).entries] == [written]
    with pytest.raises(StoreIncompatible, match=f"by an? {who} version of Amino"):
        await place.backup(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_store_says_its_format_from_the_first_service_on(make: Make, kind: str) -> None:
    async with make(kind).opened() as storage:
        for _ in range(2):
            await StoreHistory(storage.store, MemoryMarks(), Random(1)).start()
            entry = await storage.store.get(keys.FORMAT)
            assert entry is not None and entry.value == b"3"
            # A store of before is of that format and says nothing.
            await storage.store.commit(Transaction(then=(Delete(keys.FORMAT),)))


@pytest.mark.parametrize("address", ["", "sqlite", "sqlite:", "folder", "http://a", "etcd://"])
def test_an_address_that_names_no_store_is_refused(address: str) -> None:
    with pytest.raises(ConfigInvalid):
        settings_of(address)


def test_each_key_of_the_service_goes_along_or_stays_for_a_reason() -> None:
    tree = ast.parse(Path(keys.__file__).read_text(encoding="utf-8"))
    named = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)
    }
    assert len(named) > 20
    for name, key in named.items():
        assert (key in TRAVELLING) is not (key in STAYING), f"does {name} go along?"
    assert all(reason for reason in STAYING.values())
    # Read one prefix after the other, the keys come in order.
    assert list(TRAVELLING) == sorted(TRAVELLING, key=str.encode)
    assert not any(other != each and other.startswith(each) for each in TRAVELLING for other in TRAVELLING)
