"""The transactions that have had the lock of one object, one after another."""

from __future__ import annotations

from amino_dms.api import State
from amino_dms.joint.line import Line, recovered
from amino_dms.joint.participation import Participation, Phase
from amino_dms.serializability.open_lock import OpenLock


def opened(name: str, phase: Phase = Phase.PREPARED, *, holds: bool = False) -> OpenLock:
    return OpenLock(name, State(0), 0.0, part=Participation(name, phase), holds=holds)


def test_one_that_is_committed_says_so_of_those_before_it() -> None:
    line: Line[OpenLock] = Line()
    first, second, third = opened("t"), opened("u"), opened("v", Phase.ACTIVE, holds=True)
    for each in (first, second, third):
        assert line.follow(line.last, each)
    assert line.holder is third
    assert line.through(second) == (first, second)
    line.remove((first, second))
    assert line.all == (third,)
    assert not line.waits, "the one that has the lock keeps all others out by itself"


def test_one_that_ends_takes_along_those_behind_it() -> None:
    line: Line[OpenLock] = Line()
    first, second, third = opened("t"), opened("u"), opened("v", Phase.ACTIVE, holds=True)
    for each in (first, second, third):
        assert line.follow(line.last, each)
    assert line.from_on(second) == (second, third)
    assert [each.undone for each in (first, second, third)] == [False, True, True]


def test_nobody_follows_what_is_being_taken_back() -> None:
    line: Line[OpenLock] = Line()
    first = opened("t")
    assert line.follow(None, first)
    before = line.last
    line.remove(line.from_on(first))
    assert not line.follow(before, opened("u", Phase.ACTIVE, holds=True))
    assert not line


def test_a_recovery_rolls_back_what_follows_one_that_has_no_vote() -> None:
    line = [opened("t"), opened("u", Phase.ACTIVE), opened("v")]
    kept, lost = recovered(line)
    assert [each.name for each in kept] == ["t"]
    assert [each.name for each in lost] == ["u", "v"]
