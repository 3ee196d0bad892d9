"""An old copy of the store, or a changed one, under real processes: nothing is answered from it, and the operator hears what to do."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from amino_wire.errors import AminoError

from tests.cluster.client import Client, until
from tests.cluster.processes import SERVING, Cluster, OmsProcess, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

COUNTER = "module.exports = class Counter { constructor() { this.n = 0; } incr() { return ++this.n; } }"


class Accepting(OmsProcess):
    """An OMS that is started with the operator's word that an older store counts."""

    def command(self) -> tuple[list[str], str]:
        command, order = super().command()
        return [*command, "--accept-older-store"], order


async def refused(oms: OmsProcess) -> str:
    """Starts an OMS that must not start, and answers what it has printed by then."""
    before = len(oms.log_text())
    with pytest.raises(RuntimeError, match="does not serve"):
        await oms.start()
    assert await oms.wait() == 1
    return oms.log_text()[before:]


def data(made: Cluster) -> Path:
    return made.folder / "oms"


async def accepted(made: Cluster) -> None:
    """One start with the flag, and then one without it."""
    accepting = Accepting("oms", made.folder, made.oms.port)
    await accepting.start()
    await accepting.stop()
    await made.oms.start()


async def test_an_old_database_beside_newer_artifacts_is_refused_until_the_operator_accepts_it(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", languages=["js"]) as made, Client(made.kernels["north"].address) as client:
        await client.register("first", COUNTER)
        await made.oms.stop()
        shutil.copy(data(made) / "store.db", tmp_path / "old.db")
        await made.oms.start()
        await made.kernels["north"].health(SERVING)
        await until(lambda: _registered(client, "second"))
        await made.oms.stop()
        shutil.copy(tmp_path / "old.db", data(made) / "store.db")
        printed = await refused(made.oms)
        assert "STORE_OUTDATED" in printed and "--accept-older-store" in printed and "Traceback" not in printed
        await made.kernels["north"].kill()
        await accepted(made)
        await made.kernels["north"].start()
        assert await until(lambda: _registered(client, "third"), 60.0)
        assert (await client.get("first")).name == "first"


async def test_a_kernel_that_lives_on_has_no_dealings_with_an_old_data_folder(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", languages=["js"]) as made, Client(made.kernels["north"].address) as client:
        north = made.kernels["north"]
        await made.oms.stop()
        shutil.copytree(data(made), tmp_path / "old")
        await made.oms.start()
        await until(lambda: _registered(client, "counter"))
        assert await client.invoke("counter", "incr") == 1
        # The next sign of life tells the kernel how far the store has come; it writes that down now and then.
        seen = north.folder / "north" / "oms-store.json"
        old = int((tmp_path / "old" / "artifacts" / "store-mark").read_text().split()[1])
        await until(lambda: _newer(seen, old), 60.0)
        await made.oms.stop()
        shutil.rmtree(data(made))
        shutil.copytree(tmp_path / "old", data(made))
        await made.oms.start()

        async def refuses() -> bool:
            return "the OMS works on an old copy of its store" in north.log_text()

        await until(refuses, 60.0)
        assert "--accept-older-store" in north.log_text() and "STORE_OUTDATED" not in made.oms.log_text().partition("Traceback")[2]
        # Another process of the same kernel has not forgotten.
        await north.kill()
        said = len(north.log_text())
        starting = asyncio.ensure_future(north.start())

        async def refuses_again() -> bool:
            return "the OMS works on an old copy of its store" in north.log_text()[said:]

        await until(refuses_again, 60.0)
        assert not starting.done()
        await made.oms.stop()
        await accepted(made)
        await starting
        with pytest.raises(AminoError):
            await client.get("counter")
        await until(lambda: _registered(client, "counter"))
        assert await client.invoke("counter", "incr") == 1


async def test_a_changed_byte_of_a_record_is_found_at_the_start(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", languages=["js"]) as made, Client(made.kernels["north"].address) as client:
        await client.register("marked", COUNTER, labels={"colour": "ultramarine"})
        await made.oms.stop()
        database = data(made) / "store.db"
        content = database.read_bytes()
        places = [match.start() for match in re.finditer(b"ultramarine", content)]
        assert places
        changed = bytearray(content)
        for place in places:
            changed[place] ^= 1
        database.write_bytes(changed)
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        printed = await refused(made.oms)
        assert "STORE_DAMAGED" in printed and "is not what was written" in printed and "Traceback" not in printed
        database.write_bytes(content)
        await made.oms.start()

        async def answers() -> bool:
            try:
                return (await client.get("marked")).spec.labels["colour"] == "ultramarine"
            except AminoError:
                return False  # the kernel has not found the service again

        await until(answers, 60.0)


async def _registered(client: Client, name: str) -> bool:
    try:
        await client.register(name, COUNTER, replace=True)
    except AminoError as error:
        print(error)
        return False
    return True


async def _newer(seen: Path, old: int) -> bool:
    """Whether the kernel has written down more than the old copy has."""
    found = re.search(r'"revision": (\d+)', seen.read_text())
    return found is not None and int(found[1]) > old
