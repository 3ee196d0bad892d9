"""`amino restore` and `amino migrate-store` are killed with SIGKILL while they write, again and again, and end with the same content."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from amino_oms.copies.contents import content_within, sum_of
from amino_oms.copies.migration import settings_of
from amino_oms.registry import keys
from amino_oms.settings import SQLITE
from amino_oms.storage import Storage
from amino_store.etcd.address import EtcdAddress
from amino_store.etcd.store import EtcdStore
from amino_store.sqlite.snapshot import FILE, sqlite_snapshot
from amino_store.transaction import Put, Transaction
from amino_wire.errors import AminoError

from tests.cluster.processes import environment
from tests.support.etcd import EtcdCluster, can_run
from tests.unit.copies_world import RealPlace, put_artifact

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]

ENTRIES = 6000
"""Some fifty transactions."""
KILLS = 4


@pytest.fixture
def etcd(tmp_path: Path) -> Iterator[EtcdCluster]:
    cluster = EtcdCluster(tmp_path / "etcd").start()
    yield cluster
    cluster.stop()


async def fill_source(storage: Storage) -> None:
    """Entries, large values and artifacts that take a while."""
    random = Random(1)
    for first in range(0, ENTRIES, 100):
        puts = [Put(f"{keys.OBJECTS}{number:06d}", random.randbytes(6000)) for number in range(first, first + 100)]
        for begin in range(0, 100, 50):
            await storage.store.commit(Transaction(then=tuple(puts[begin : begin + 50])))
    for _ in range(3):
        await put_artifact(storage, random.randbytes(700_000))


@dataclass
class Progress:
    """How far a target has come, as another process sees it."""

    place: RealPlace

    async def mark(self) -> str:
        """The mark of a store that is being filled; empty: there is none."""
        settings = self.place.settings
        if settings.store == SQLITE:
            if not (settings.data_dir / FILE).exists():
                return ""
            try:
                with sqlite_snapshot(settings.data_dir) as snapshot:
                    entry = await snapshot.get(keys.UNFINISHED)
            except AminoError:
                return ""  # its tables are being made
        else:
            store = await EtcdStore.open(EtcdAddress.parse(settings.store))
            entry = await store.get(keys.UNFINISHED)
            await store.close()
        return "" if entry is None else str(json.loads(entry.value)["after"])


async def started(*words: str) -> Process:
    """A command of its own process."""
    command = [sys.executable, "-m", "amino", "-o", "json", *words]
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=environment())


async def killed_again_and_again(target: RealPlace, *words: str) -> int:
    """Runs a command until it ends by itself, and kills it whenever it has written a part; answers how often that was."""
    progress, kills, seen = Progress(target), 0, ""
    while True:
        process = await started(*words)
        ended = asyncio.ensure_future(process.communicate())
        while kills < KILLS and not ended.done():
            now = await progress.mark()
            if now > seen:
                process.kill()
                await ended
                kills, seen = kills + 1, now
                print(f"killed behind {now}")
                break
            await asyncio.wait((ended,), timeout=0.01)
        else:
            out, error = await ended
            assert process.returncode == 0, error.decode()
            if kills:
                assert json.loads(out)["resumed"] is True
            return kills


@pytest.mark.parametrize(("source", "target"), [("sqlite", "etcd"), ("etcd", "sqlite")])
@pytest.mark.parametrize("how", ["migrate-store", "restore"])
async def test_a_copy_that_is_killed_ends_with_the_same_content(
    tmp_path: Path, etcd: EtcdCluster, how: str, source: str, target: str
) -> None:
    addresses = [
        f"sqlite:{tmp_path / name}" if kind == SQLITE else f"{etcd.url}/{name}" for kind, name in ((source, "from"), (target, "to"))
    ]
    first, second = (RealPlace(settings_of(address)) for address in addresses)
    async with first.opened() as storage:
        await fill_source(storage)
    words = [how, *addresses]
    if how == "restore":
        await first.backup(tmp_path / "backup")
        where = ("--data-dir", str(second.settings.data_dir)) if target == SQLITE else ("--store", addresses[1])
        words = [how, str(tmp_path / "backup"), *where]
    assert await killed_again_and_again(second, *words) == KILLS
    async with first.opened() as storage, content_within(storage, "") as content:
        expected = await sum_of(content)
    async with second.opened() as storage, content_within(storage, "") as content:
        assert await sum_of(content) == expected
        assert expected.entries == ENTRIES + 3
        async with storage.store.snapshot() as snapshot:
            # Nothing was written twice, and the bytes of each artifact are there.
            assert {entry.version async for entry in snapshot.entries(keys.OBJECTS)} == {1}
        async for digest in content.blobs():
            assert len(b"".join([chunk async for chunk in content.blob(digest)])) == 700_000


async def refused(*words: str) -> tuple[int | None, str, str]:
    """The exit status of a command, the code of its error, and what it says; on standard output it says nothing."""
    process = await started(*words)
    out, error = await process.communicate()
    assert out == b""
    found = json.loads(error)["error"]
    return process.returncode, str(found["code"]), str(found["message"])


async def test_what_the_commands_say(tmp_path: Path, etcd: EtcdCluster) -> None:
    source = tmp_path / "from"
    async with RealPlace(settings_of(f"sqlite:{source}")).opened() as storage:
        await storage.store.commit(Transaction(then=(Put(keys.OBJECTS + "one", b"1"),)))
    file, data = tmp_path / "backup", ("--data-dir", str(source))
    made = await started("backup", str(file), *data)
    out, error = await made.communicate()
    assert made.returncode == 0, error.decode()
    assert json.loads(out)["entries"] == 1
    (tmp_path / "cut").write_bytes(file.read_bytes()[:5000])
    machine, wrong = 7, 2
    cases = [
        (("backup", str(file), *data), wrong, "CONFIG_INVALID", "a backup never replaces a file"),
        (("backup", str(tmp_path / "new"), "--data-dir", str(tmp_path)), wrong, "CONFIG_INVALID", "there is no store in the folder"),
        (("restore", str(tmp_path / "cut"), "--store", etcd.url), machine, "STORE_DAMAGED", "nothing of it was used"),
        (("restore", str(file), *data), wrong, "CONFIG_INVALID", "the store is not empty: it has 1 entries"),
        (("migrate-store", f"sqlite:{source}", f"sqlite:{source}/."), wrong, "CONFIG_INVALID", "the same store"),
        (("migrate-store", f"sqlite:{source}", "etcd://127.0.0.1:1"), 4, "OMS_UNAVAILABLE", "has not answered"),
    ]
    for words, status, code, message in cases:
        found = await refused(*words)
        assert found[:2] == (status, code), found
        assert message in found[2]
