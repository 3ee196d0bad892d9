"""The memory of the coordinator of transactions over several objects."""

from __future__ import annotations

from amino_dms.joint.coordinator import ABORTED, COMMITTED, REMEMBERED_SECONDS, Coordinator
from amino_dms.joint.effects import Forget
from amino_dms.joint.ending import Ending


def test_what_is_settled_is_remembered_for_a_time() -> None:
    coordinator = Coordinator()
    coordinator.stored_before("t", {}, 0.0)
    coordinator.stored_before("u", {"a": "token"}, 0.0)
    coordinator.begin("v", "client", 0.0, 60.0)
    coordinator.abort("v", Ending("no"))
    assert coordinator.tick(1.0) == []
    assert [each.name for each in coordinator.open()] == ["u"]
    assert coordinator.tick(REMEMBERED_SECONDS) == []
    assert [coordinator.outcome(name) for name in "tuv"] == [COMMITTED, COMMITTED, ABORTED]
    assert coordinator.tick(REMEMBERED_SECONDS + 1) == [Forget("t")], "nothing was stored of what did not happen"
    assert set(coordinator.transactions) == {"u"}
    coordinator.acknowledged("u", "a")
    coordinator.tick(REMEMBERED_SECONDS + 2)
    assert coordinator.tick(3 * REMEMBERED_SECONDS) == [Forget("u")]
    assert not coordinator.transactions


def test_what_was_begun_again_is_the_same() -> None:
    coordinator = Coordinator()
    coordinator.begin("t", "client", 0.0, 60.0)
    coordinator.begin("t", "client", 30.0, 60.0)
    coordinator.tick(60.0)
    assert coordinator.outcome("t") == ABORTED
