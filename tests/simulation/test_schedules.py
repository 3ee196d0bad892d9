"""Random schedules of faults: the same 25 of each suite each time. `make soak` plays as many others as fit."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from amino_testkit import NODES
from amino_testkit.histories.history import Operation
from amino_testkit.schedules.catalogue import SUITES, suite_of
from amino_testkit.schedules.deeds import DEEDS
from amino_testkit.schedules.judges import NOT_JUDGED, bounded_loss, nothing_lost, own_writes, replicated, saved_on_command, stays
from amino_testkit.schedules.play import draw, play
from amino_testkit.schedules.played import Played
from amino_testkit.schedules.suite import Judge, ScheduleSuite
from amino_testkit.schedules.tally import Tally
from amino_testkit.schedules.unmended import UNMENDED, left_out

from tests.support.other_hashes import printed_with_other_hashes

COUNT = 25
FAILED_ONCE = (
    ("calls behind calls", 20077),
    ("durable chains that change", 31005),
    ("one by one", 50128),
    ("counters once", 50174),
)
SAME = "import sys; from amino_testkit.schedules.catalogue import suite_of; from amino_testkit.schedules.play import play\n" + (
    "for name in sys.argv[1:]: print(play(suite_of(name), 7).lines)"
)


@pytest.mark.parametrize("suite", [suite.name for suite in SUITES])
def test_what_clients_are_told_fits_what_the_chain_promises(suite: str) -> None:
    deeds: Counter[str] = Counter()
    for seed in range(1, COUNT + 1):
        played = play(suite_of(suite), seed)
        assert not played.problem, f"{played.headline}\nmake soak ONE=1 SUITE='{suite}' SEED={seed}"
        assert played.operations["ok"], "nothing was tried"
        deeds.update(deed.partition(" ")[0] for deed in played.deeds)
    assert set(deeds) <= suite_of(suite).deeds
    assert len(deeds) > 3, "or little went wrong"


@pytest.mark.parametrize(("suite", "seed"), FAILED_ONCE)
def test_schedules_that_have_found_a_fault_find_none(suite: str, seed: int) -> None:
    played = play(suite_of(suite), seed)
    assert not played.problem, f"{played.headline}\nmake soak ONE=1 SUITE='{suite}' SEED={seed}"


def test_every_fault_is_drawn_by_some_suite() -> None:
    assert set().union(*(suite.deeds for suite in SUITES)) == set(DEEDS)
    for fault in UNMENDED:
        name, deed = fault.split("/")
        assert deed in DEEDS and (name == "*" or suite_of(name))


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_every_fault_of_a_suite_is_drawn_now_and_then(suite: ScheduleSuite) -> None:
    random = Random(1)
    drawn = Counter(draw(suite, random) for _ in range(1000))
    assert set(drawn) == {deed for deed in suite.deeds if not left_out(suite.name, deed)}
    assert min(drawn.values()) > 10, drawn
    often = sum(drawn[deed] for deed in suite.often)
    assert not suite.often or often > 350, f"often are only {often} of 1000"


def test_a_seed_gives_the_same_schedule_each_time() -> None:
    """Also in another process, in which sets have another order."""
    names = ("durable registers", "transactions", "replicas")
    outputs = printed_with_other_hashes(SAME, *names)
    assert outputs == {"".join(f"{play(suite_of(name), 7).lines}\n" for name in names)}


def played(chain: str, *operations: Operation, epoch: int = 1, places: str = "", replicas: str = "") -> Played:
    """A schedule in which this happened."""
    found = Played("by hand", 0, chain, epoch=epoch, places=list(places), replicas=list(replicas))
    found.history.operations += operations
    return found


def mark(key: str) -> Operation:
    return Operation(0, key, "mark", status="ok")


def marks(*keys: str) -> Operation:
    return Operation(9, "", "marks", out=list(keys), status="ok")


def own(f: str, value: int, status: str = "ok") -> Operation:
    return Operation(0, "of 0", f, value if f == "write" else None, value if f == "read" else None, status)


@pytest.mark.parametrize(
    ("judge", "right", "wrong"),
    [
        (nothing_lost, played("Retry", mark("a"), marks("a")), played("Retry", mark("a"), marks())),
        (
            bounded_loss,
            played("PeriodicCheckpoint(every=1)", mark("a"), mark("b"), marks("a"), epoch=2),
            played("PeriodicCheckpoint(every=1)", mark("a"), mark("b"), marks(), epoch=2),
        ),
        (
            saved_on_command,
            played("ExplicitCheckpoint", mark("a"), mark("b"), Operation(0, "", "checkpoint", out=["a"], status="ok"), marks("a")),
            played("ExplicitCheckpoint", mark("a"), mark("b"), Operation(0, "", "checkpoint", out=["a"], status="ok"), marks("b")),
        ),
        (
            own_writes,
            played("WriteThroughCaching", own("write", 1), own("write", 2, "info"), own("read", 1), own("write", 3), own("read", 3)),
            played("WriteThroughCaching", own("write", 1), own("write", 3), own("read", 1)),
        ),
        (stays(NODES), played("KeepInRegion", places="ab"), played("KeepInRegion", places="abc")),
        (stays(NODES), played("KeepInPlace", places="a"), played("KeepInPlace", places="ab")),
        (replicated, played("LoadBalancedFrontEnd(replicas=2)", replicas="ab"), played("LoadBalancedFrontEnd(replicas=2)", replicas="abc")),
    ],
)
def test_judges_tell_right_from_wrong(judge: Judge, right: Played, wrong: Played) -> None:
    assert not judge(right)
    assert judge(wrong)


def test_the_tally_counts_by_suite_manager_and_fault() -> None:
    tally = Tally()
    first = played("Retry(timeout=6s),LeaseCaching", mark("a"), Operation(0, "b", "mark", status="info"))
    first.deeds = ["move at 1.0", "move at 2.0", "kill_oms at 3.0"]
    first.orders["move refused"] = 2
    second = played("", mark("a"))
    second.problem = "wrong"
    third = played("", Operation(0, "b", "mark", status="fail"))
    third.deeds = ["move at 1.0"]
    fourth = played("", mark("a"))
    fourth.deeds = ["move at 1.0"]
    fourth.history.errors[NOT_JUDGED] = 1
    for each in (first, second, third, fourth):
        tally.add(each)
    text = "\n".join(tally.lines())
    assert "by hand: 4 schedules, 1 valid, 3 operations ok, 1 operations info, 1 operations fail" in text
    assert "schedules by manager: LeaseCaching 1, Retry 1, no managers 3" in text
    assert "faults and orders: kill_oms 1, move 4" in text
    assert "orders of the operator: move refused 2" in text
    assert "schedules that failed: 1" in text and tally.found == [second]
