"""One log for all members of a kernel: what gathers goes to the disk at once, and the disk does not grow for ever."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from amino_dms.api import SystemClock
from amino_kernel.replication.kernel_log import KernelLog, Running
from amino_kernel.replication.stored_snapshots import StoredSnapshot
from amino_replication.effects import Write
from amino_replication.log import Entry
from amino_replication.records import after, encode_record
from amino_replication.state import Stored
from amino_testkit.cluster.disk import PlayedDisk
from amino_wire.errors import KernelUnavailable

pytestmark = pytest.mark.asyncio


class Members:
    """Members that write, as the log sees them."""

    def __init__(self, disk: PlayedDisk, file_bytes: int = 1 << 20) -> None:
        self.log = KernelLog(disk, SystemClock(), file_bytes)
        self.logs: dict[str, Stored] = {}
        self.number = self.kept = 0
        self.log.use(Running(self._written, self.logs.__getitem__))

    def write(self, *groups: str, base: int = 0) -> None:
        """A turn in which each of the groups has one more entry."""
        writes = list[tuple[str, Write]]()
        for group in groups:
            known = self.logs.setdefault(group, Stored())
            last = known.base + len(known.entries)
            one = Write(0, 1, max(known.base, min(base, last)), 1, last + 1, (Entry(1, b"%d" % (last + 1)),))
            self.logs[group] = after(known, one)
            writes.append((group, one))
        self.number += 1
        self.log.write(self.number, encode_record(writes))

    async def all_kept(self) -> None:
        """Returns when the disk has all of it."""
        async with asyncio.timeout(20):
            while self.kept < self.number:
                await asyncio.sleep(0.002)

    def _written(self, number: int) -> None:
        assert number > self.kept
        self.kept = number


async def test_what_gathers_is_synced_once() -> None:
    disk = PlayedDisk(Random(1))
    members = Members(disk)
    members.log.begins("a", 1)
    for _ in range(200):
        members.write("a")
    assert members.kept == 0, "nothing is on the disk before it was synced"
    await members.all_kept()
    assert disk.folder.steps < 10
    members.log.close()
    disk.crash()
    assert KernelLog(disk, SystemClock()).resting("a") is not None


async def test_many_groups_of_which_one_is_idle_take_bounded_room() -> None:
    disk = PlayedDisk(Random(2))
    members = Members(disk, file_bytes=4000)
    groups = [f"group {number}" for number in range(20)]
    for group in (*groups, "idle"):
        members.log.begins(group, 3)
    members.write(*groups, "idle")
    largest = 0
    for turn in range(3000):
        members.write(groups[turn % 20], base=turn // 20 - 5)
        if turn % 10 == 0:
            await asyncio.sleep(0)
        if turn % 100 == 0:
            await members.all_kept()
        largest = max(largest, sum(len(disk.folder.read(name)) for name in disk.folder.names()))
    await members.all_kept()
    assert largest < 60_000
    members.log.close()
    disk.crash()
    again = KernelLog(disk, SystemClock())
    assert {group: again.resting(group) and again.resting(group).log for group in (*groups, "idle")} == members.logs  # type: ignore[union-attr]


async def test_a_disk_without_room_takes_all_when_there_is_some() -> None:
    disk = PlayedDisk(Random(3))
    members = Members(disk)
    members.log.begins("a", 1)
    members.write("a")
    await members.all_kept()
    disk.folder.room = 10
    members.write("a")
    async with asyncio.timeout(10):
        while not members.log.trouble:
            await asyncio.sleep(0.002)
    members.write("a")
    assert members.kept == 1
    disk.folder.room = 1 << 20
    await members.all_kept()
    assert not members.log.trouble
    disk.crash()
    found = KernelLog(disk, SystemClock()).resting("a")
    assert found is not None
    assert found.log == members.logs["a"]


async def test_a_disk_that_fails_again_and_again_keeps_few_files() -> None:
    """Each failure begins another file, and none of them ever becomes large."""
    disk = PlayedDisk(Random(4))
    members = Members(disk)
    members.log.begins("a", 1)
    members.log.begins("idle", 1)
    members.write("a", "idle")
    failures = 0
    while failures < 10:
        await members.all_kept()
        disk.folder.room = 10
        members.write("a", base=members.number - 5)
        async with asyncio.timeout(10):
            # Files that are removed give room.
            while not members.log.trouble and members.kept < members.number:
                await asyncio.sleep(0.002)
        failures += bool(members.log.trouble)
        disk.folder.room = 1 << 20
    for _ in range(3):
        members.write("a", base=members.number - 5)
        await members.all_kept()
    assert len(disk.folder.names()) <= 3
    members.log.close()
    disk.crash()
    again = KernelLog(disk, SystemClock())
    assert {group: again.resting(group) and again.resting(group).log for group in ("a", "idle")} == members.logs  # type: ignore[union-attr]


async def test_a_member_that_rests_goes_on_with_all_it_had() -> None:
    disk = PlayedDisk(Random(4))
    members = Members(disk)
    members.log.begins("a", 5)
    await members.log.keep("a", 5, StoredSnapshot(0, 0, b"state"))
    members.write("a")
    members.log.rests("a", members.logs["a"])
    found = await members.log.stored("a")
    assert found is not None
    assert (found[0].incarnation, found[0].log, found[1].data) == (5, members.logs["a"], b"state")
    disk.crash()
    again = KernelLog(disk, SystemClock())
    assert await again.stored("a") == found


async def test_a_member_without_its_snapshot_does_not_go_on() -> None:
    disk = PlayedDisk(Random(5))
    members = Members(disk)
    await members.log.found("a", 4, StoredSnapshot(0, 0, b"of an earlier member"))
    members.log.begins("a", 5)
    with pytest.raises(KernelUnavailable, match="forgotten"):
        await members.log.keep("a", 4, StoredSnapshot(1, 1, b"too late"))
    members.write("a")
    members.log.rests("a", members.logs["a"])
    assert await members.log.stored("a") is None
    await members.log.keep("a", 5, StoredSnapshot(1, 1, b"state"))
    (snapshot,) = [name for name in disk.folder.names() if name.startswith("snapshot")]
    disk.folder.spoil(snapshot, 30)
    assert await members.log.stored("a") is None
    disk.folder.room = 10
    with pytest.raises(KernelUnavailable, match="make room"):
        await members.log.keep("a", 5, StoredSnapshot(1, 1, b"state"))


async def test_a_founder_is_known_before_it_writes() -> None:
    disk = PlayedDisk(Random(7))
    members = Members(disk)
    await members.log.found("a", 5, StoredSnapshot(0, 0, b"first"))
    members.log.begins("a", 5)
    disk.crash()
    found = await KernelLog(disk, SystemClock()).stored("a")
    assert found is not None
    assert (found[0].incarnation, found[1].data) == (5, b"first")


async def test_what_is_forgotten_is_gone() -> None:
    disk = PlayedDisk(Random(6))
    members = Members(disk)
    members.log.begins("a", 5)
    await members.log.keep("a", 5, StoredSnapshot(0, 0, b"state"))
    members.write("a")
    members.log.forget("a")
    members.log.begins("b", 1)
    members.write("b")
    await members.all_kept()
    assert [name for name in disk.folder.names() if name.startswith("snapshot")] == []
    disk.crash()
    again = KernelLog(disk, SystemClock())
    assert (again.resting("a"), again.resting("b") is None) == (None, False)
    assert again.groups() == [], "the store that answers now may be another one"
    again.goes_on("b", 1)
    again.rests("b", members.logs["b"])
    assert again.groups() == ["b"]
