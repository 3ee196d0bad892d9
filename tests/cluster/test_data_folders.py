"""What `amino up` and `amino oms` say of a data folder that they cannot use: why, what to do, and the same exit status."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from amino_store.sqlite.statements import SCHEMA_VERSION
from amino_store.sqlite.store import SqliteStore
from amino_store.transaction import Put, Transaction

from tests.cluster.processes import START_SECONDS, environment
from tests.support.data_folders import old_folder, set_format

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

MACHINE = 7
SERVERS = [("oms",), ("up", "--oms-port", "0"), ("up", "--oms-port", "0", "--no-supervise")]


async def refused(server: tuple[str, ...], data: Path, *options: str) -> tuple[int | None, str]:
    """The exit status of a server, and all that it prints: nothing but why, on standard error."""
    folder = data / "oms" if server[0] == "oms" else data
    command = [sys.executable, "-m", "amino", *server, *options, "--port", "0", "--data-dir", str(folder)]
    process = await asyncio.create_subprocess_exec(*command, cwd=data.parent, stdout=PIPE, stderr=PIPE, env=environment())
    out, error = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert out == b""
    return process.returncode, error.decode()


async def store(data: Path) -> Path:
    """The database of a data folder of this version."""
    opened = await SqliteStore.open(data / "oms")
    await opened.commit(Transaction(then=tuple(Put(f"/{number}", b"x" * 1000) for number in range(100))))
    await opened.close()
    return data / "oms" / "store.db"


@pytest.mark.parametrize("server", SERVERS, ids=" ".join)
async def test_the_folder_of_an_older_version(tmp_path: Path, server: tuple[str, ...]) -> None:
    data = old_folder(tmp_path)
    status, printed = await refused(server, data, "-o", "json")
    error = json.loads(printed)["error"]
    assert (status, error["code"]) == (MACHINE, "STORE_INCOMPATIBLE"), printed
    assert error["details"] == {"folder": str(data / "oms"), "found": 1, "readable": SCHEMA_VERSION}
    assert "older version of Amino" in error["message"] and "--data-dir" in error["message"]


@pytest.mark.parametrize("server", SERVERS[:2], ids=" ".join)
async def test_the_folder_of_a_newer_version(tmp_path: Path, server: tuple[str, ...]) -> None:
    set_format(await store(tmp_path / "data"), SCHEMA_VERSION + 1)
    status, printed = await refused(server, tmp_path / "data", "-o", "json")
    error = json.loads(printed)["error"]
    assert (status, error["code"]) == (MACHINE, "STORE_INCOMPATIBLE") and "newer version of Amino" in error["message"], printed


@pytest.mark.parametrize("server", SERVERS[:2], ids=" ".join)
async def test_for_people_it_is_one_line(tmp_path: Path, server: tuple[str, ...]) -> None:
    status, printed = await refused(server, old_folder(tmp_path))
    assert status == MACHINE and printed.startswith("STORE_INCOMPATIBLE: ") and len(printed.splitlines()) == 1, printed


@pytest.mark.parametrize("server", SERVERS[:2], ids=" ".join)
async def test_a_damaged_database(tmp_path: Path, server: tuple[str, ...]) -> None:
    database = await store(tmp_path / "data")
    os.truncate(database, database.stat().st_size // 2)
    status, printed = await refused(server, tmp_path / "data", "-o", "json")
    error = json.loads(printed)["error"]
    assert (status, error["code"]) == (MACHINE, "STORE_DAMAGED") and str(database) in error["message"], printed
