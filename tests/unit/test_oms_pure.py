"""The pure parts of the service: transactions, leases, the failure detector, selectors, placement, ids."""

from __future__ import annotations

import random

import pytest
from amino_oms.membership.detector import Death, FailureDetector, Standing
from amino_oms.placement.choice import Candidate, choose
from amino_oms.placement.selector import check, describe, matches
from amino_oms.registry.identity import is_object_id, new_object_id
from amino_oms.settings import OmsSettings, is_loopback
from amino_store.evaluation import evaluate
from amino_store.lease_table import LeaseTable
from amino_store.sqlite.statements import groups, prefix_end
from amino_store.transaction import Compare, Delete, Entry, EventKind, Get, Put, Transaction
from amino_wire.errors import ArgumentInvalid, LanguageUnknown, NoKernelMatches
from amino_wire.pb import common_pb2
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.oms_world import selector

KEYS = st.sampled_from(["a", "b", "c"])
OPERATIONS = st.lists(
    st.one_of(st.builds(Put, KEYS, st.binary(max_size=2)), st.builds(Delete, KEYS), st.builds(Get, KEYS)),
    max_size=4,
    unique_by=lambda operation: (isinstance(operation, Get), operation.key),
).map(tuple)
COMPARES = st.lists(
    st.one_of(st.builds(Compare.absent, KEYS), st.builds(Compare.present, KEYS), st.builds(Compare.version, KEYS, st.integers(0, 3))),
    max_size=2,
).map(tuple)
TRANSACTIONS = st.lists(st.builds(Transaction, COMPARES, OPERATIONS, OPERATIONS), max_size=12)


@given(TRANSACTIONS, st.integers(0, 12))
def test_a_batch_means_the_same_as_its_transactions_one_by_one(transactions: list[Transaction], cut: int) -> None:
    whole = evaluate(transactions, {}, 0)
    first = evaluate(transactions[:cut], {}, 0)
    left: dict[str, Entry] = {key: entry for key, entry in first.changed.items() if entry is not None}
    second = evaluate(transactions[cut:], left, first.revision)
    assert whole.outcomes == first.outcomes + second.outcomes
    assert whole.events == first.events + second.events
    assert whole.revision == second.revision


@given(TRANSACTIONS)
def test_the_events_lead_from_nothing_to_what_is_there(transactions: list[Transaction]) -> None:
    evaluation = evaluate(transactions, {}, 0)
    replayed: dict[str, Entry] = {}
    for event in evaluation.events:
        if event.kind is EventKind.PUT:
            replayed[event.entry.key] = event.entry
        else:
            assert replayed.pop(event.entry.key) == event.entry
    assert replayed == {key: entry for key, entry in evaluation.changed.items() if entry is not None}
    revisions = [event.revision for event in evaluation.events]
    assert revisions == sorted(revisions)
    assert set(revisions) == set(range(1, evaluation.revision + 1))


@given(st.lists(st.integers(0, 40), max_size=200))
def test_groups_are_powers_of_two_and_lose_nothing(numbers: list[int]) -> None:
    rows: list[tuple[object, ...]] = [(number,) for number in numbers]
    cut = list(groups(rows))
    assert [row for group in cut for row in group] == rows
    assert all(len(group).bit_count() == 1 for group in cut)


@given(st.binary(max_size=4), st.binary(max_size=6))
def test_the_end_of_a_prefix_is_behind_all_that_begin_with_it(prefix: bytes, key: bytes) -> None:
    end = prefix_end(prefix)
    assert key.startswith(prefix) == (prefix <= key and (end is None or key < end))


def test_a_lease_ends_when_it_is_due_and_not_before() -> None:
    table = LeaseTable()
    table.grant(1, 5.0, now=0.0)
    table.grant(2, 50.0, now=0.0)
    assert (table.due(4.9), table.due(5.0), table.next_end()) == ((), (1,), 5.0)
    assert table.renew(1, now=4.0)
    assert (table.due(8.9), table.due(9.0)) == ((), (1,))
    assert not table.renew(1, now=9.0)
    assert table.end(1)
    assert not table.end(1)
    assert (table.holds(1), table.holds(2), table.next_end()) == (False, True, 50.0)


class TestFailureDetector:
    """A kernel's lease of 3 s, and the service's margin of 1 s."""

    def detector(self) -> FailureDetector:
        found = FailureDetector(lease=3.0, margin=1.0)
        found.registered("k", 7, now=10.0)
        return found

    def test_silence_beyond_lease_and_margin_is_death_once(self) -> None:
        detector = self.detector()
        assert detector.tick(13.9) == ()
        assert detector.tick(14.0) == (Death("k", 7),)
        assert detector.tick(20.0) == ()
        assert detector.standing("k") is Standing.DEAD

    def test_a_sign_of_life_starts_the_time_anew(self) -> None:
        detector = self.detector()
        assert detector.heard("k", 7, now=13.0)
        assert (detector.tick(16.9), detector.tick(17.0)) == ((), (Death("k", 7),))

    def test_only_the_present_life_is_heard(self) -> None:
        detector = self.detector()
        assert not detector.heard("k", 6, now=11.0)
        assert not detector.heard("other", 7, now=11.0)
        detector.tick(14.0)
        assert not detector.heard("k", 7, now=14.1)
        detector.registered("k", 8, now=15.0)
        assert not detector.heard("k", 7, now=15.1)
        assert detector.heard("k", 8, now=15.1)

    def test_a_restarted_service_awaits_who_lived_for_one_lease(self) -> None:
        detector = FailureDetector(lease=3.0, margin=1.0)
        detector.restored("k", 7, alive=True, now=100.0)
        detector.restored("gone", 3, alive=False, now=100.0)
        assert (detector.standing("k"), detector.standing("gone"), detector.standing("new")) == (
            Standing.AWAITED,
            Standing.DEAD,
            Standing.DEAD,
        )
        assert not detector.heard("k", 7, now=101.0)
        assert detector.tick(104.0) == (Death("k", 7),)

    def test_the_time_in_which_the_service_stood_still_counts_against_nobody(self) -> None:
        detector = self.detector()
        detector.paused(60.0)
        assert detector.tick(73.9) == ()
        assert detector.heard("k", 7, now=73.9)
        assert detector.tick(77.9) == (Death("k", 7),)

    def test_who_leaves_is_dead_at_once(self) -> None:
        detector = self.detector()
        assert not detector.left("k", 6)
        assert detector.left("k", 7)
        assert not detector.left("k", 7)
        assert detector.tick(99.0) == ()

    def test_a_life_that_was_left_is_over_and_one_that_was_not_heard_may_come_back(self) -> None:
        detector = self.detector()
        detector.registered("silent", 3, now=10.0)
        assert detector.left("k", 7)
        assert detector.tick(14.0) == (Death("silent", 3),)
        assert (detector.over("k", 7), detector.over("silent", 3), detector.over("k", 6), detector.over("other", 7)) == (
            True,
            False,
            False,
            False,
        )
        detector.registered("k", 8, now=15.0)
        assert not detector.left("k", 7) and detector.alive("k")
        assert not detector.over("k", 8)


@pytest.mark.parametrize(
    ("terms", "labels", "expected"),
    [
        ([], {}, True),
        ([[]], {}, True),
        ([[("region", "in", ("eu", "us"))]], {"region": "us"}, True),
        ([[("region", "in", ("eu", "us"))]], {"region": "asia"}, False),
        ([[("region", "in", ("eu",))]], {}, False),
        ([[("region", "not_in", ("eu",))]], {"region": "us"}, True),
        ([[("region", "not_in", ("eu",))]], {"region": "eu"}, False),
        ([[("region", "not_in", ("eu",))]], {}, True),
        ([[("gpu", "exists", ())]], {"gpu": ""}, True),
        ([[("gpu", "exists", ())]], {}, False),
        ([[("gpu", "not_exists", ())]], {}, True),
        ([[("gpu", "not_exists", ())]], {"gpu": "1"}, False),
        ([[("region", "in", ("eu",)), ("gpu", "exists", ())]], {"region": "eu"}, False),
        ([[("region", "in", ("eu",)), ("gpu", "exists", ())]], {"region": "eu", "gpu": "1"}, True),
        ([[("region", "in", ("eu",))], [("gpu", "exists", ())]], {"gpu": "1"}, True),
        ([[("region", "in", ("eu",))], [("gpu", "exists", ())]], {"region": "us"}, False),
    ],
)
def test_selectors(terms: list[list[tuple[str, str, tuple[str, ...]]]], labels: dict[str, str], expected: bool) -> None:
    made = selector(*terms)
    check(made)
    assert matches(made, labels) is expected


def test_selectors_are_described_as_people_write_them() -> None:
    made = selector(
        [("region", "in", ("eu",)), ("tier", "not_in", ("a", "b"))],
        [("gpu", "exists", ()), ("spot", "not_exists", ())],
        [("x", "in", ("1", "2"))],
    )
    assert describe(made) == "region = eu and tier not in (a, b) or gpu and !spot or x in (1, 2)"
    assert describe(common_pb2.Selector()) == "any kernel"


@pytest.mark.parametrize("requirement", [("", "in", ("a",)), ("k", "unspecified", ()), ("k", "in", ()), ("k", "exists", ("a",))])
def test_selectors_that_say_nothing_are_refused(requirement: tuple[str, str, tuple[str, ...]]) -> None:
    with pytest.raises(ArgumentInvalid):
        check(selector([requirement]))


def candidate(name: str, load: float = 0.0, *languages: str, **labels: str) -> Candidate:
    """A kernel to choose."""
    return Candidate(name, labels, languages or ("js",), load)


def test_the_least_loaded_of_the_matches_is_chosen() -> None:
    kernels = [candidate("a", 3.0), candidate("b", 1.0), candidate("c", 1.0), candidate("d", 0.0, "ruby")]
    nothing = common_pb2.Selector()
    assert choose(kernels, nothing, "js").kernel_id == "b"
    assert choose(kernels, nothing, "").kernel_id == "d"
    assert choose(kernels, nothing, "js", {"b"}).kernel_id == "c"
    assert choose(kernels, nothing, "js", {"b"}, {"c": "not there"}).kernel_id == "a"
    with pytest.raises(NoKernelMatches, match="not there"):
        choose(kernels, nothing, "js", {"a", "b"}, {"c": "not there"})
    with pytest.raises(LanguageUnknown, match=r"'cobol' is not known; there are java, js, llvm, python, ruby, wasm$"):
        choose(kernels, nothing, "cobol")
    with pytest.raises(NoKernelMatches, match="no kernel runs python"):
        choose(kernels, nothing, "python")


def test_a_refusal_names_the_selector_and_the_labels_there_are() -> None:
    kernels = [candidate("a", region="eu"), candidate("b", region="us", gpu="1")]
    with pytest.raises(NoKernelMatches, match=r"'region = moon'.*gpu: 1; region: eu, us") as caught:
        choose(kernels, selector([("region", "in", ("moon",))]), "js")
    assert caught.value.details == {"selector": "region = moon", "language": "js", "kernels": ["a", "b"]}


def test_a_refusal_counts_the_kernel_that_the_object_is_to_leave() -> None:
    kernels = [candidate("a", 0.0, "python", region="eu"), candidate("b", 0.0, "python", region="us"), candidate("c", 0.0, "js")]
    mars, eu = selector([("region", "in", ("mars",))]), selector([("region", "in", ("eu",))])
    with pytest.raises(NoKernelMatches) as caught:
        choose(kernels, mars, "python", {"a"})
    there = "the labels of the 2 living kernels that run python are: region: eu, us. Change"
    assert caught.value.message.startswith(f"no kernel matches the selector 'region = mars'; {there}")
    with pytest.raises(NoKernelMatches) as caught:
        choose(kernels, eu, "python", {"a"})
    assert caught.value.message.startswith(f"no kernel besides a matches the selector 'region = eu'; {there}")
    with pytest.raises(NoKernelMatches, match="the labels of the only living kernel that runs python are: region: eu"):
        choose(kernels[:1], mars, "python")
    with pytest.raises(NoKernelMatches, match="no kernel besides a, b runs python; the 3 living kernels run js, python"):
        choose(kernels, common_pb2.Selector(), "python", {"a", "b"})
    with pytest.raises(NoKernelMatches, match="there is no living kernel besides a; start one"):
        choose(kernels[:1], mars, "python", {"a"})


def test_ids_sort_by_age_and_are_told_from_names() -> None:
    moments = sorted(random.Random(1).sample(range(2**41), 50))
    made = [new_object_id(moment) for moment in moments]
    assert made == sorted(made)
    assert all(is_object_id(each) for each in made)
    assert not is_object_id("counter")
    assert not is_object_id(made[0].upper() + "x")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("example.org", False),
    ],
)
def test_loopback_addresses(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_default_settings_are_allowed(tmp_path: object) -> None:
    OmsSettings(data_dir=tmp_path).check()  # type: ignore[arg-type]
