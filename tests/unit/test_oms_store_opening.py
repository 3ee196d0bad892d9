"""Data folders that the store opens, and those that it refuses: other formats, damage, folders that cannot be used."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from amino_store.errors import StoreFailed, StoreFull, StoreInUse
from amino_store.sqlite.statements import SCHEMA_VERSION
from amino_store.sqlite.store import SqliteStore
from amino_store.transaction import Compare, Put, Transaction
from amino_wire.errors import AminoError, ConfigInvalid, StoreDamaged, StoreIncompatible

from tests.support.data_folders import old_folder, set_format
from tests.support.faulty_sqlite import Faults
from tests.unit.store_contract import put


async def filled(folder: Path, entries: int = 300) -> Path:
    """The database of a store that was closed in order."""
    store = await SqliteStore.open(folder)
    await store.grant(60.0)
    await asyncio.gather(*(put(store, f"/{number:04}", b"%d " % number * 50) for number in range(entries)))
    await store.close()
    return folder / "store.db"


async def refused(folder: Path) -> AminoError:
    with pytest.raises(AminoError) as caught:
        await SqliteStore.open(folder)
    # The lock is free again.
    with pytest.raises(type(caught.value)):
        await SqliteStore.open(folder)
    return caught.value


async def test_the_folder_of_an_older_version_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = old_folder(tmp_path) / "oms"
    before = (folder / "store.db").read_bytes()
    error = await refused(folder)
    assert isinstance(error, StoreIncompatible) and error.code == "STORE_INCOMPATIBLE"
    assert error.details == {"folder": str(folder), "found": 1, "readable": SCHEMA_VERSION}
    for said in (str(folder), "older version of Amino", "format 1", "--data-dir", "register the objects again"):
        assert said in error.message, said
    assert (folder / "store.db").read_bytes() == before


@pytest.mark.parametrize("number", range(1, SCHEMA_VERSION))
async def test_every_older_format_is_refused(tmp_path: Path, number: int) -> None:
    database = await filled(tmp_path)
    set_format(database, number)
    before = database.read_bytes()
    error = await refused(tmp_path)
    assert isinstance(error, StoreIncompatible) and error.details["found"] == number
    assert database.read_bytes() == before


async def test_the_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    set_format(await filled(tmp_path), SCHEMA_VERSION + 1)
    error = await refused(tmp_path)
    assert isinstance(error, StoreIncompatible) and error.details["found"] == SCHEMA_VERSION + 1
    assert "newer version of Amino" in error.message and "pip install --upgrade" in error.message


async def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("CREATE TABLE entry (key TEXT)")
    error = await refused(tmp_path)
    assert isinstance(error, StoreIncompatible) and "another program" in error.message


async def test_a_store_that_was_killed_while_it_was_made_is_made_anew(tmp_path: Path) -> None:
    faults = Faults()
    faults.plan("CREATE INDEX", "SQLITE_FULL")
    with pytest.raises(StoreFull, match="make room there, and start again"):
        await SqliteStore.open(tmp_path, connect=faults.connect)
    store = await SqliteStore.open(tmp_path)
    await put(store, "/a", b"1")
    await store.close()


@pytest.mark.parametrize("left", [50, 4096, 8192, 0.5, 0.99])
async def test_a_database_that_was_cut_off_is_damaged(tmp_path: Path, left: float) -> None:
    database = await filled(tmp_path)
    os.truncate(database, int(left if left > 1 else left * database.stat().st_size))
    error = await refused(tmp_path)
    assert isinstance(error, StoreDamaged) and error.code == "STORE_DAMAGED"
    assert str(database) in error.message and "from a copy" in error.message and "--data-dir" in error.message


async def test_a_file_full_of_garbage_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"garbage " * 1000)
    assert isinstance(await refused(tmp_path), StoreDamaged)


def damage(database: Path) -> None:
    """Overwrites the last pages, which hold entries or events."""
    with database.open("r+b") as file:
        file.seek(-5 * 4096, os.SEEK_END)
        file.write(b"\xa5" * 5 * 4096)


def change_a_record(database: Path) -> None:
    """Changes one letter of a value, as a bad disk does: for SQLite everything is as it should be."""
    content = database.read_bytes()
    place = content.index(b"250 250 ")
    database.write_bytes(content[:place] + b"251 250 " + content[place + 8 :])
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("ended_well", [True, False])
@pytest.mark.parametrize("damaging", [damage, change_a_record])
async def test_damage_is_found_at_the_start(tmp_path: Path, damaging: Callable[[Path], None], ended_well: bool) -> None:
    database = await filled(tmp_path)
    for sound in (True, False):
        if not ended_well:
            (tmp_path / "lock").write_text("1")  # as a killed process leaves it
        if sound:
            await (await SqliteStore.open(tmp_path)).close()
            damaging(database)
    error = await refused(tmp_path)
    assert isinstance(error, StoreDamaged) and str(database) in error.message
    assert damaging is damage or "the record /0250 is not what was written" in error.message


async def read_all(store: SqliteStore) -> None:
    for number in range(300):
        await store.get(f"/{number:04}")
        await store.range("/")
    [events async for events in store.watch("/", 1)]


@pytest.mark.parametrize("damaging", [damage, change_a_record])
async def test_damage_that_is_found_later_is_said_at_the_next_start(tmp_path: Path, damaging: Callable[[Path], None]) -> None:
    database = await filled(tmp_path)
    store = await SqliteStore.open(tmp_path)
    damaging(database)
    with pytest.raises(StoreFailed):
        await read_all(store)
    await store.close()
    assert isinstance(await refused(tmp_path), StoreDamaged)


async def test_a_changed_record_is_not_the_base_of_a_transaction(tmp_path: Path) -> None:
    database = await filled(tmp_path)
    store = await SqliteStore.open(tmp_path)
    content = await store.get("/0250")
    # By SQL, since the writer would not read a page again that it has in memory.
    with closing(sqlite3.connect(database)) as other:
        other.execute("UPDATE entry SET value = CAST('damaged' AS BLOB) WHERE key = CAST('/0250' AS BLOB)")
        other.commit()
    assert content is not None
    with pytest.raises(StoreFailed, match="/0250 is not what was written"):
        await store.commit(Transaction((Compare.unchanged(content),), (Put("/0250", b"new"),)))
    await store.close()


async def test_a_process_that_ends_well_says_so(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path)
    assert (tmp_path / "lock").read_text() == str(os.getpid())
    await store.close()
    assert (tmp_path / "lock").read_text() == ""


async def test_a_disk_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    faults = Faults()
    faults.plan("SELECT count(*) FROM sqlite_master", "SQLITE_IOERR_READ")
    with pytest.raises(StoreFailed, match=r"has failed \(disk I/O error\): it cannot be opened"):
        await SqliteStore.open(tmp_path, connect=faults.connect)


async def test_a_database_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.db").mkdir()
    error = await refused(tmp_path)
    assert isinstance(error, ConfigInvalid) and "--data-dir" in error.message


async def test_a_database_that_another_program_holds_is_refused(tmp_path: Path) -> None:
    faults = Faults()
    faults.plan("BEGIN IMMEDIATE", "SQLITE_BUSY")
    with pytest.raises(StoreInUse, match="held by another program"):
        await SqliteStore.open(tmp_path, connect=faults.connect)
