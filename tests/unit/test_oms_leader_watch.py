"""When a standby deposes a leader: by the standby's own looks alone, and never in turn with another standby."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from amino_oms.leadership.leader_watch import LATE, LOOKS, MOST_DOUBLINGS, LeaderWatch

AFTER = 1.0
STEP = AFTER / LOOKS


class Standby:
    """A watch with a clock that a test moves."""

    def __init__(self, *, unrest: int = 0, now: float = 1000.0) -> None:
        self.watch, self.unrest, self.now, self.token = LeaderWatch(AFTER), unrest, now, 7
        self.watch.look(now, self.token, answered=False, unrest=unrest)

    def look(self, *, answered: bool = False, after: float = STEP) -> bool:
        self.now += after
        return self.watch.look(self.now, self.token, answered=answered, unrest=self.unrest)

    def until_deposed(self, most: int = 1000) -> float:
        begun = self.now
        for _ in range(most):
            if self.look():
                return self.now - begun
        raise AssertionError("the leader was not deposed")


def test_a_leader_that_is_silent_is_deposed_after_the_time_of_the_setting() -> None:
    assert Standby().until_deposed() == pytest.approx(AFTER)


def test_one_answer_in_time_keeps_a_leader() -> None:
    standby = Standby()
    for _ in range(100):
        assert not any(standby.look() for _ in range(LOOKS - 1))
        assert not standby.look(answered=True)
    assert standby.until_deposed() == pytest.approx(AFTER)


@pytest.mark.parametrize("stood_still", [LATE * STEP + 0.01, 10.0, 3600.0])
@pytest.mark.parametrize("silent_before", range(LOOKS))
def test_a_standby_that_stood_still_gives_the_leader_the_whole_time_anew(stood_still: float, silent_before: int) -> None:
    standby = Standby()
    assert not any(standby.look() for _ in range(silent_before))
    # The answer to its last question came while nobody read it.
    assert not standby.look(after=stood_still)
    assert standby.until_deposed() == pytest.approx(AFTER)


def test_a_standby_that_comes_late_each_time_leaves_the_leader_to_its_lease() -> None:
    standby = Standby()
    assert not any(standby.look(after=LATE * STEP + 0.01) for _ in range(100))


def test_the_silence_of_one_leader_is_not_held_against_the_next() -> None:
    standby = Standby()
    assert not any(standby.look() for _ in range(LOOKS - 1))
    standby.token += 1
    assert not standby.look()
    assert standby.until_deposed() == pytest.approx(AFTER)


def test_each_deposed_leader_doubles_the_patience_with_the_next_up_to_a_bound() -> None:
    times = [Standby(unrest=unrest).until_deposed() for unrest in range(MOST_DOUBLINGS + 3)]
    assert times == pytest.approx([AFTER * min(2**unrest, 2**MOST_DOUBLINGS) for unrest in range(MOST_DOUBLINGS + 3)])


def test_two_that_never_hear_each_other_depose_each_other_less_and_less_often() -> None:
    """A leader that was deposed stands by at once, as after a quick restart, and forgets all but what the store tells."""
    now, unrest, token, changes = 0.0, 0, 1, list[float]()
    while now < 600:
        standby = Standby(unrest=unrest, now=now)
        standby.token = token
        standby.watch.look(now, token, answered=False, unrest=unrest)
        now += standby.until_deposed()
        unrest, token = unrest + 1, token + 1
        changes.append(now)
    assert len([change for change in changes if change <= 60]) <= 6
    pauses = [later - earlier for earlier, later in pairwise(changes)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(AFTER * 2**MOST_DOUBLINGS)


def test_a_leader_that_answers_within_the_time_is_never_deposed_whenever_the_standby_stands_still() -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance, standby, silent = random.Random(seed), Standby(), 0.0
    for _ in range(20_000):
        after = chance.choice((STEP, STEP * chance.uniform(1, 2), chance.uniform(0, 30)))
        # The leader has answered all but what the standby lost by its own fault, or has been silent for less than the time.
        answered = silent + after >= AFTER and after <= LATE * STEP
        silent = 0.0 if answered or after > LATE * STEP else silent + after
        assert not standby.look(answered=answered, after=after)
