"""The part of an object with replicas in a transaction over several objects, as the log has it."""

from __future__ import annotations

import pytest
from amino_dms.serializability.ordered_part import OrderedPart


def test_calls_run_once_the_coordinator_knows_of_the_part() -> None:
    part = OrderedPart("t1")
    assert not part.joins(None)
    assert not part.joins("t2")
    assert part.joins("t1")
    assert part.joins(None), "those that come later need show nothing"


@pytest.mark.parametrize("committed", [True, False])
def test_a_vote_is_ended_as_the_coordinator_says(committed: bool) -> None:
    part = OrderedPart("t1")
    part.votes()
    assert part.ends_committed(committed=committed) is committed


def test_without_a_vote_nothing_is_committed() -> None:
    part = OrderedPart("t1")
    assert part.ends_committed(committed=True) is False, "the coordinator does not know of the part"
    assert part.joins("t1")
    assert part.ends_committed(committed=True) is None
    assert part.ends_committed(committed=False) is False


def test_a_replica_that_comes_later_knows_what_the_object_has_voted_for() -> None:
    part = OrderedPart("t1")
    part.votes()
    later = OrderedPart.of(part.to_value())
    assert later == part
    assert later is not None and later.ends_committed(committed=True)
    assert OrderedPart.of(None) is None
