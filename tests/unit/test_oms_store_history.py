"""A service over an older copy of its store refuses to start, or refuses the kernels that have seen more."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_oms.main import create_oms
from amino_oms.settings import OmsSettings
from amino_store.mark import Lineage, Mark
from amino_store.marks import FILE
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.sqlite.store import SqliteStore
from amino_store.store import Store
from amino_store.transaction import Compare, Put, Transaction
from amino_wire.errors import StoreOutdated
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.protocol import VERSION
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.oms_world import World, error_of, world

NAMES = st.sampled_from("abcd")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


class Restored:
    """Brings back what a folder of the service held at an earlier moment. The service is stopped meanwhile."""

    def __init__(self, here: World, *names: str) -> None:
        self._here, self._names = here, names
        self._copy = here.folder.with_name("copy")

    async def copy(self) -> None:
        """Takes the copy; the service goes on afterwards."""
        await self._here.stop()
        shutil.copytree(self._here.folder, self._copy)
        await self._here.start()
        for kernel in self._here.kernels.values():
            await kernel.register()

    async def bring_back(self) -> None:
        """Stops the service and brings the copy back."""
        await self._here.stop()
        for name in self._names or (".",):
            there = self._here.folder / name
            shutil.rmtree(there) if there.is_dir() else there.unlink()
            (shutil.copytree if (self._copy / name).is_dir() else shutil.copy)(self._copy / name, there)


async def refusal(here: World) -> StoreOutdated:
    with pytest.raises(StoreOutdated) as caught:
        await here.start()
    # The folder is free again, and has not been changed.
    with pytest.raises(StoreOutdated):
        await create_oms(here.folder)
    return caught.value


async def accept(here: World) -> None:
    settings = here.settings
    here.settings = OmsSettings(here.folder, port=0, lease=settings.lease, margin=settings.margin, accept_older_store=True)
    await here.start()
    here.settings = settings


async def test_a_database_that_is_older_than_its_folder_of_artifacts_is_refused_until_it_is_accepted(here: World) -> None:
    await here.kernel("north")
    await here.register("first")
    old = Restored(here, "store.db")
    await old.copy()
    await here.register("second")
    await old.bring_back()
    error = await refusal(here)
    assert error.code == "STORE_OUTDATED" and error.details["found"] < error.details["seen"]
    for said in ("the folder of artifacts", "--accept-older-store", "bring back the newest copy", str(error.details["seen"])):
        assert said in error.message, said
    await accept(here)
    assert (await here.get("first")).name == "first"
    # Once is enough.
    await here.restart()
    assert (await here.get("first")).name == "first"


async def test_a_database_that_is_gone_is_missed_by_its_folder_of_artifacts(here: World) -> None:
    await here.kernel("north")
    await here.register("first")
    await here.stop()
    (here.folder / "store.db").unlink()
    await refusal(here)
    await accept(here)


async def test_kernels_refuse_a_data_folder_that_is_older_than_what_they_have_seen(here: World) -> None:
    north = await here.kernel("north")
    old = Restored(here)
    await old.copy()
    await here.register("first")
    seen = (await here.stub.KeepAlive(oms_pb2.KeepAliveRequest(kernel_id="north", incarnation=north.incarnation))).store
    await old.bring_back()
    await here.start()
    request = registration("north", seen)
    for incarnation in (0, north.incarnation):
        request.incarnation = incarnation
        error = await error_of(here.stub.RegisterKernel(request))
        assert isinstance(error, StoreOutdated) and "kernel north has seen" in error.message
    # Kernels that know less, or nothing, may register.
    await here.kernel("south")
    await here.stop()
    await accept(here)
    answer = await here.stub.RegisterKernel(request)
    assert answer.store.lineage not in ("", seen.lineage)
    # From then on the accepted store is what counts, and its own older copies are refused.
    assert (await here.stub.RegisterKernel(registration("north", answer.store))).store.lineage == answer.store.lineage
    await old.bring_back()
    await here.start()
    assert isinstance(await error_of(here.stub.RegisterKernel(registration("north", seen))), StoreOutdated)
    listing = registration("north", answer.store)
    listing.instances.append(common_pb2.InstanceState(instance="0" * 20, epoch=1))
    assert isinstance(await error_of(here.stub.RegisterKernel(listing)), StoreOutdated)


def registration(kernel_id: str, seen: oms_pb2.StoreMark) -> oms_pb2.RegisterKernelRequest:
    return oms_pb2.RegisterKernelRequest(
        kernel_id=kernel_id, endpoints=common_pb2.Endpoints(grpc="127.0.0.1:1"), seen=seen, wire_version=VERSION
    )


async def test_a_kernel_may_begin_anew_with_another_store_unless_it_has_instances(here: World) -> None:
    request = registration("north", oms_pb2.StoreMark(lineage="another", revision=1))
    request.incarnation = (await here.stub.RegisterKernel(request)).incarnation
    request.instances.append(common_pb2.InstanceState(instance="0" * 20, epoch=1))
    assert isinstance(await error_of(here.stub.RegisterKernel(request)), StoreOutdated)


async def test_a_service_that_was_killed_starts_again_whatever_it_has_told(here: World) -> None:
    north = await here.kernel("north")
    for number in range(3):
        await here.register(f"counter {number}")
        told = (await here.stub.KeepAlive(oms_pb2.KeepAliveRequest(kernel_id="north", incarnation=north.incarnation))).store
        await here.oms.services.history.keep()
        await here.restart()
        await north.register()
        assert (await here.stub.RegisterKernel(registration("south", told))).store.revision >= told.revision


@pytest.mark.parametrize("content", [b"", b"\xff", b"one", b"one two three", b"one two"])
async def test_a_mark_that_cannot_be_read_stops_nobody(here: World, content: bytes) -> None:
    (here.folder / "artifacts" / FILE).write_bytes(content)
    await here.restart()
    assert len((here.folder / "artifacts" / FILE).read_text().split()) == 2


@pytest.mark.parametrize("backend", ["sqlite", "memory"])
async def test_only_what_survives_the_machine_counts(tmp_path: Path, backend: str) -> None:
    disk = MemoryDisk()
    store: Store = await SqliteStore.open(tmp_path) if backend == "sqlite" else MemoryStore(disk)
    first = store.durable_revision()
    await store.commit(Transaction(then=(Put("/a", b"1"),), durable=False))
    assert store.durable_revision() == first < await store.revision()
    await store.commit(Transaction((Compare.absent("/a"),), then=(Put("/b", b"1"),)))
    assert store.durable_revision() == first, "that commit has written nothing"
    await store.commit(Transaction(then=(Put("/b", b"1"),)))
    assert store.durable_revision() == await store.revision() == first + 2
    await store.commit(Transaction(then=(Put("/c", b"1"),), durable=False))
    disk.power_lost()
    assert store.durable_revision() == first + 2
    await store.close()


@given(st.lists(NAMES, unique=True, max_size=4), NAMES, st.integers(0, 3), st.integers(0, 3))
def test_a_lineage_lacks_what_is_newer_or_of_another(names: list[str], seen: str, at: int, revision: int) -> None:
    lineage, mark = Lineage(tuple(names)), Mark(seen, at)
    assert Lineage.of(lineage.text()) == lineage
    assert lineage.lacks(revision, mark) is (seen not in names or (names[0] == seen and revision < at))
    # Accepted, it lacks nothing of what it lacked under its own names.
    assert not lineage.knows(mark) or not lineage.renamed("new").lacks(0, mark)
    assert lineage.renamed("new").mark(at) == Mark("new", at)


@given(st.lists(NAMES, unique=True, min_size=1, max_size=4), st.integers(0, 9), NAMES, st.integers(0, 9))
def test_a_copy_lacks_what_came_after_it_and_nothing_else(names: list[str], revision: int, seen: str, at: int) -> None:
    lineage, mark = Lineage(tuple(names)), Mark(seen, at)
    copied = lineage.copied("new", revision)
    assert Lineage.of(copied.text()) == copied
    # What the first store was known to have when it was copied, the copy has, at whatever revision of its own.
    assert copied.lacks(0, mark) is (lineage.lacks(revision, mark) if seen == names[0] else not lineage.knows(mark))
    assert copied.lacks(3, Mark("new", 4))
    # Copied once more, it still knows how far it had come then; accepted, all of that is given up.
    again = copied.copied("newer", 2)
    assert again.lacks(0, mark) is copied.lacks(0, mark)
    assert again.lacks(9, Mark("new", 3))
    assert not again.renamed("accepted").lacks(0, Mark("new", 3))
