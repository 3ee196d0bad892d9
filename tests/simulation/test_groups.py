"""Schedules of faults for the replicated log between kernels: the same 300 each time. `make soak` plays as many others as fit."""

from __future__ import annotations

import pytest
from amino_replication.effects import Apply, Diverged
from amino_replication.identity import MemberId
from amino_replication.log import Entry

from tests.simulation.groups.faults import FAULTS
from tests.simulation.groups.judge import Judge, Wrong
from tests.simulation.groups.play import Tally, play
from tests.simulation.groups.world import World
from tests.support.other_hashes import printed_with_other_hashes

PARTS = 6
COUNT = 50
A, B = MemberId("a", 1), MemberId("b", 1)
SAME = "from tests.simulation.groups.world import World\nlines = []\nWorld(7, lines.append).run()\nprint(*lines, sep='\\n')"


def judged(tally: Tally) -> None:
    """Fails with the seeds of schedules that broke a promise."""
    again = "\n".join(f"python -m tests.simulation.groups --trace --seed {seed}" for seed in tally.wrong)
    assert not tally.wrong, f"{tally.wrong}\n{again}"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_schedule_breaks_a_promise(part: int) -> None:
    whole = Tally()
    for seed in range(1 + part * COUNT, 1 + (part + 1) * COUNT):
        whole.add(play(seed))
    judged(whole)
    assert set(whole.kinds) >= {*FAULTS, "durable", "in memory"}
    assert whole.strikes["writes acknowledged"] > 20 * COUNT and whole.strikes["reads"] > 20 * COUNT


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_schedules_with_one_kind_of_fault(fault: str) -> None:
    whole = Tally()
    for seed in range(1, 9):
        whole.add(play(seed, frozenset((fault,))))
    judged(whole)
    assert set(whole.kinds) <= {fault, "no fault", "durable", "in memory"} and whole.kinds[fault]


def test_a_seed_gives_the_same_schedule_each_time() -> None:
    """Also in another process, in which sets have another order."""
    told = printed_with_other_hashes(SAME)
    lines: list[str] = []
    World(7, lines.append).run()
    assert told == {"\n".join([*lines, ""])} and len(lines) > 100


def judge_of(*entries: Entry) -> Judge:
    """A judge that has seen these entries."""
    judge = Judge()
    judge.applied(A, Apply(1, entries))
    return judge


def test_the_judge_sees_each_broken_promise() -> None:
    x, y = Entry(1, b"x"), Entry(1, b"y")
    with pytest.raises(Wrong, match="another member"):
        judge_of(x).applied(B, Apply(1, (y,)))
    with pytest.raises(Wrong, match="nobody has applied"):
        judge_of(x).applied(B, Apply(3, (y,)))
    with pytest.raises(Wrong, match="twice"):
        judge_of(x).applied(B, Apply(2, (x,)))
    with pytest.raises(Wrong, match="both acknowledge"):
        judge = judge_of(x, y)
        judge.wrote(A, 1, 1, 0)
        judge.wrote(B, 1, 2, 0)
    with pytest.raises(Wrong, match="was known before"):
        judge_of(x, y).has_read(A, 1, 1, 2)
    with pytest.raises(Wrong, match="that began after"):
        judge_of(x, y).wrote(A, 1, 1, 1)
    with pytest.raises(Wrong, match="though it is in the log"):
        judge_of(x).not_run(b"x")
    with pytest.raises(Wrong, match="refused as not run"):
        judge = judge_of(x)
        judge.not_run(b"y")
        judge.applied(A, Apply(2, (y,)))
    with pytest.raises(Wrong, match="its state is right"):
        judge_of(x).diverged(Diverged(A, 0, 1), {})
    with pytest.raises(Wrong, match="spoilt at 1"):
        judge_of(x).diverged(Diverged(A, 1, 2), {A: 1})
