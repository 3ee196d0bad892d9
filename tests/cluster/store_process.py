"""A store whose disk fails now and then, in a process of its own, which prints each commit that was acknowledged."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

from amino_oms.exit_status import STORE_FAILED
from amino_store.errors import NotWritten, StoreFailed
from amino_store.sqlite.store import SqliteStore
from amino_store.transaction import Put, Transaction
from amino_wire.errors import OmsUnavailable

from tests.support.faulty_sqlite import Fault, Faults

WRITERS = 8
WRITTEN = ("BEGIN IMMEDIATE", "INSERT INTO entry", "INSERT INTO event", "UPDATE counter", "INSERT INTO lease")


class RandomFaults(Faults):
    """Statements of the writer fail at random; a commit that fails may be on the disk all the same."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    def next(self, sql: str) -> Fault | None:
        if sql.startswith(WRITTEN) and self._chance.random() < 0.02:
            return Fault(sql, self._chance.choice(["SQLITE_FULL", "SQLITE_IOERR_WRITE"]))
        if sql == "COMMIT" and self._chance.random() < 0.02:
            name = self._chance.choice(["SQLITE_FULL", "SQLITE_IOERR_FSYNC"])
            return Fault(sql, name, done=name != "SQLITE_FULL" and self._chance.random() < 0.5)
        return None


async def write(store: SqliteStore, number: int, first: int) -> None:
    """Puts greater and greater numbers under one key."""
    value = first
    while True:
        value += 1
        try:
            await store.commit(Transaction(then=(Put(f"/{number}", b"%d" % value),)))
            os.write(1, b"%d %d\n" % (number, value))
            if value % 50 == 0:
                await store.revoke(await store.grant(60.0))
        except NotWritten:
            continue


async def run(folder: Path, seed: str, first: int) -> int:
    """Writes until the disk fails for good, or the process is killed."""
    faults = RandomFaults(random.Random(seed))
    while True:
        try:
            store = await SqliteStore.open(folder, connect=faults.connect)
            break
        except OmsUnavailable:
            continue  # the first process makes the tables, which may fail as everything else
    try:
        await asyncio.gather(*(write(store, number, first) for number in range(WRITERS)))
    except StoreFailed:
        return STORE_FAILED
    raise AssertionError("the writers never end by themselves")


if __name__ == "__main__":
    os._exit(asyncio.run(run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
