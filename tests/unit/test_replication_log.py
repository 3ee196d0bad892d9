"""The entries of a member, the records on its disk, and what both are after a snapshot."""

from __future__ import annotations

from random import Random

import pytest
from amino_replication.effects import Write
from amino_replication.log import Entry, Log
from amino_replication.records import after, behind, encode_record, restore
from amino_replication.state import Stored
from amino_wire.errors import FrameInvalid, InternalError


def entries(*epochs: int) -> tuple[Entry, ...]:
    return tuple(Entry(epoch, b"%d" % number) for number, epoch in enumerate(epochs))


def test_a_log_knows_its_epochs_and_ends() -> None:
    log = Log(2, 1, entries(1, 2))
    assert (log.last, log.last_epoch, log.end) == (4, 2, (2, 4))
    assert [log.epoch_at(index) for index in range(1, 6)] == [None, 1, 1, 2, None]
    assert log.matches(1, 9) and log.matches(4, 2) and not log.matches(4, 1) and not log.matches(5, 2)
    assert log.append(Entry(2, None)) == 5
    assert [entry.epoch for entry in log.between(2, 4)] == [1, 2]


def test_a_batch_has_one_entry_at_least_and_then_as_many_as_fit() -> None:
    log = Log(entries=[Entry(1, b"x" * 100) for _ in range(5)])
    assert len(log.batch(0, 1, 9)) == 1
    assert len(log.batch(0, 250, 9)) == 2
    assert len(log.batch(1, 10_000, 3)) == 3
    assert log.batch(5, 10, 10) == ()


def test_entries_that_are_here_stay_and_those_that_differ_go_with_all_behind_them() -> None:
    log = Log(entries=entries(1, 1, 1, 1))
    assert log.splice(0, entries(1, 1), 0) is None and log.last == 4
    assert log.splice(1, (Entry(1, b"1"), Entry(2, b"new")), 2) == 3
    assert [entry.epoch for entry in log.between(0, log.last)] == [1, 1, 2]
    assert log.splice(3, (Entry(2, b"more"),), 2) == 4


def test_a_committed_entry_is_never_replaced() -> None:
    log = Log(entries=entries(1, 1, 1))
    with pytest.raises(InternalError, match="entry 2 is committed with epoch 1"):
        log.splice(0, entries(1, 2), 2)
    assert log.last == 3


def test_entries_behind_a_snapshot_go_or_stay() -> None:
    log = Log(entries=entries(1, 1, 2, 2))
    log.discard(2)
    assert (log.base, log.base_epoch, log.last) == (2, 1, 4)
    log.discard(1)
    assert log.base == 2
    log.restart(3, 2)
    assert (log.base, log.last) == (3, 4), "what follows the snapshot stays"
    log.restart(9, 5)
    assert (log.base, log.last, log.end) == (9, 9, (5, 9)), "nothing follows it"
    assert log.splice(7, entries(4, 5, 5), 9) == 10 and log.last == 10, "entries that the snapshot has are skipped"


def write(first: int, *epochs: int, epoch: int = 1, base: int = 0, base_epoch: int = 0) -> Write:
    return Write(1, epoch, base, base_epoch, first, entries(*epochs))


def test_a_disk_has_what_was_written_last() -> None:
    stored = after(Stored(), write(1, 1, 1, 1))
    stored = after(stored, write(3, 2, epoch=2))
    assert (stored.epoch, [entry.epoch for entry in stored.entries]) == (2, [1, 1, 2])
    stored = after(stored, write(4, base=2, base_epoch=1, epoch=3))
    assert (stored.base, stored.base_epoch, [entry.epoch for entry in stored.entries]) == (2, 1, [2])
    stored = after(stored, write(10, base=9, base_epoch=4))
    assert stored == Stored(1, 9, 4, ())


def test_a_snapshot_may_be_newer_than_the_log_on_the_disk() -> None:
    stored = Stored(3, 2, 1, entries(1, 2, 2))
    assert behind(stored, 2, 1) is stored
    assert behind(stored, 4, 2) == Stored(3, 4, 2, stored.entries[2:])
    assert behind(stored, 4, 3) == Stored(3, 4, 3), "what follows was never committed"
    assert behind(stored, 7, 3) == Stored(3, 7, 3)


def test_records_of_many_groups_are_read_in_their_order() -> None:
    records = [
        encode_record([("one", write(1, 1, 1)), ("two", write(1, 1))]),
        encode_record([("two", Write(2, 4, 0, 0, 2, (Entry(4, None),)))]),
    ]
    assert restore(records) == {"one": Stored(1, 0, 0, entries(1, 1)), "two": Stored(4, 0, 0, (Entry(1, b"0"), Entry(4, None)))}


@pytest.mark.parametrize("record", [b"", b"\x93", b"\x01", encode_record([])[:0] + b"\x91\x07", b"\x92\x01\x92\x01\x02", b"\xc1"])
def test_a_record_that_cannot_be_read_says_so(record: bytes) -> None:
    with pytest.raises(FrameInvalid, match="record of a kernel's replication log"):
        restore([record])


def test_what_is_written_piece_by_piece_is_the_log() -> None:
    """Whatever a leader's entries do to a log, its disk follows by writes of what has changed."""
    random = Random(1)
    log, stored = Log(), Stored()
    for step in range(2000):
        after_index = random.randint(log.base, log.last)
        epoch = (log.epoch_at(after_index) or 0) + random.randint(0, 2)
        changed = log.splice(after_index, [Entry(epoch, b"%d" % step)] * random.randint(1, 3), log.base)
        if random.random() < 0.1:
            log.discard(random.randint(log.base, log.last))
        first = max(log.last + 1 if changed is None else changed, log.base + 1)
        stored = after(stored, Write(step, epoch, log.base, log.base_epoch, first, log.between(first - 1, log.last)))
        assert (stored.base, stored.base_epoch, stored.entries) == (log.base, log.base_epoch, log.between(log.base, log.last))
