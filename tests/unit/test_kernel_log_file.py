"""The log of a kernel on its disk: what was written is there whatever happens, what was cut off goes, and damage is refused."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from amino_kernel.replication.log_file import LogFile
from amino_kernel.replication.log_folder import DiskFolder, LogFolder
from amino_kernel.replication.log_items import Item, StoredLog, begins, copied, forgotten, record, whole
from amino_replication.effects import Write
from amino_replication.log import Entry
from amino_replication.records import encode_record
from amino_replication.state import Stored
from amino_testkit.cluster.disk import MachineEnded, PlayedFolder
from amino_wire.errors import ConfigInvalid, FrameInvalid

GROUP = "01H-group/1"


def write(index: int, *, epoch: int = 1, size: int = 20) -> Item:
    """The write of one entry."""
    return record(encode_record([(GROUP, Write(index, epoch, 0, 0, index, (Entry(epoch, index.to_bytes(4, "big") * (size // 4)),)))]))


def entries(found: dict[str, StoredLog]) -> list[int]:
    """The numbers of the entries of the group."""
    return [int.from_bytes((entry.data or b"")[:4], "big") for entry in found[GROUP].log.entries] if GROUP in found else []


def written(folder: LogFolder, count: int, size: int = 20) -> LogFile:
    """A log of so many entries, each in a frame of its own."""
    log = LogFile(folder)
    assert log.read() == {}
    log.append([begins(GROUP, 7)])
    for index in range(1, count + 1):
        log.append([write(index, size=size)])
    return log


def test_what_was_written_is_there() -> None:
    folder = PlayedFolder()
    written(folder, 3)
    found = LogFile(folder).read()
    assert entries(found) == [1, 2, 3]
    assert (found[GROUP].incarnation, found[GROUP].log.epoch) == (7, 1)


def test_a_later_life_writes_behind_it() -> None:
    folder = PlayedFolder()
    written(folder, 3)
    for index in range(4, 7):
        log = LogFile(folder)
        assert entries(log.read()) == list(range(1, index))
        log.append([write(index)])
    assert entries(LogFile(folder).read()) == [1, 2, 3, 4, 5, 6]


def test_a_member_that_begins_has_nothing_of_the_one_before() -> None:
    folder = PlayedFolder()
    log = written(folder, 3)
    log.append([begins(GROUP, 8)])
    found = LogFile(folder).read()
    assert (found[GROUP].incarnation, entries(found)) == (8, [])
    log.append([forgotten(GROUP)])
    assert LogFile(folder).read() == {}


@pytest.mark.parametrize("size", [20, 3000])
def test_a_last_frame_that_is_cut_off_at_any_byte_goes(size: int) -> None:
    """Frames that are written later stay."""
    folder = PlayedFolder()
    log = written(folder, 2, size)
    name, before = folder.names()[0], log.length
    log.append([write(3, size=size)])
    after = log.length
    for length in range(before, after, 1 if size < 100 else 37):
        again = PlayedFolder()
        last = written(again, 2, size)
        last.append([write(3, size=size)])
        again.cut(name, length)
        read = LogFile(again)
        assert entries(read.read()) == [1, 2], length
        read.append([write(3)])
        read.append([write(4)])
        assert entries(LogFile(again).read()) == [1, 2, 3, 4], length


def test_a_file_whose_only_frame_is_cut_off_goes() -> None:
    folder = PlayedFolder()
    written(folder, 2)
    second = LogFile(folder)
    second.read()
    second.append([write(3)])
    last = sorted(folder.names())[-1]
    for length in range(second.length):
        folder.cut(last, second.length - 1 - length)
        assert entries(LogFile(folder).read()) == [1, 2]


@pytest.mark.parametrize("bits", [1, 128, 255])
def test_a_bit_that_has_turned_is_refused(bits: int) -> None:
    """Wherever it is: a kernel must not forget what it has promised, nor take for written what was not."""
    folder = PlayedFolder()
    log = written(folder, 3)
    name = folder.names()[0]
    for place in range(log.length):
        folder.spoil(name, place, bits)
        with pytest.raises(FrameInvalid, match=r"damaged.*move the folder away"):
            LogFile(folder).read()
        folder.spoil(name, place, bits)
    assert entries(LogFile(folder).read()) == [1, 2, 3]


def test_a_file_that_is_missing_is_refused() -> None:
    folder = PlayedFolder()
    written(folder, 2)
    for index in (3, 4):
        log = LogFile(folder)
        log.read()
        log.append([write(index)])
    first, second, _ = sorted(folder.names())
    for gone in (first, second):
        kept = folder.read(gone)
        folder.remove(gone)
        with pytest.raises(FrameInvalid, match="is not there"):
            LogFile(folder).read()
        folder.put(gone, kept)


def test_an_earlier_file_that_is_shorter_than_it_was_is_refused() -> None:
    folder = PlayedFolder()
    log = written(folder, 2)
    second = LogFile(folder)
    second.read()
    second.append([write(3)])
    folder.cut(sorted(folder.names())[0], log.length - 1)
    with pytest.raises(FrameInvalid, match="damaged"):
        LogFile(folder).read()


def test_files_go_when_later_ones_have_all() -> None:
    folder = PlayedFolder()
    log = written(folder, 5)
    log.append([write(6)], anew=True)
    log.append([*copied(GROUP, LogFile(folder).read()[GROUP]), whole(log.number)])
    log.drop_before(log.number)
    assert len(folder.names()) == 1
    assert entries(LogFile(folder).read()) == [1, 2, 3, 4, 5, 6]


def test_a_disk_without_room_loses_nothing_and_doubles_nothing() -> None:
    folder = PlayedFolder()
    log = written(folder, 2)
    for room in range(0, 400, 7):
        folder.room = room
        with pytest.raises(OSError, match="space"):
            log.append([write(3, size=400)])
        assert entries(LogFile(folder).read()) == [1, 2]
    folder.room = 1 << 20
    log.append([write(3)])
    log.append([write(4)])
    assert entries(LogFile(folder).read()) == [1, 2, 3, 4]


@pytest.mark.parametrize("seed", range(20))
def test_the_machine_may_end_at_any_operation(seed: int) -> None:
    """Of what was not synced each page is there or not. What `append` has returned of is there, and nothing but what was written."""
    print("seed", seed)
    for end in range(1, 70):
        random, folder = Random(f"{seed} {end}"), PlayedFolder()
        kept = tried = 0
        folder.ends_at = end
        try:
            log = LogFile(folder)
            log.read()
            log.append([begins(GROUP, 7)])
            while True:
                tried = kept + 1
                if tried % 7 == 3:
                    so_far = StoredLog(7, Stored(1, 0, 0, tuple(Entry(1, number.to_bytes(4, "big") * 5) for number in range(1, tried))))
                    log.append([write(tried)], anew=True)
                    kept = tried
                    log.append([*copied(GROUP, so_far), write(tried), whole(log.number)])
                    log.drop_before(log.number)
                else:
                    log.append([write(tried, size=random.choice((20, 900)))])
                    kept = tried
        except MachineEnded:
            folder.crash(random)
        found = entries(LogFile(folder).read())
        assert found in (list(range(1, kept + 1)), list(range(1, tried + 1))), end


def test_one_process_has_the_folder(tmp_path: Path) -> None:
    first = DiskFolder(tmp_path / "log")
    assert not (tmp_path / "log").exists(), "a kernel without durable objects has no folder"
    written(first, 2)
    with pytest.raises(ConfigInvalid, match="another process uses"):
        DiskFolder(tmp_path / "log")
    first.close()
    second = DiskFolder(tmp_path / "log")
    assert entries(LogFile(second).read()) == [1, 2]
    second.put("whole", b"x")
    assert second.read("whole") == b"x"
    second.close()
