"""When the OMS hears that calls miss an instance that it places here."""

from __future__ import annotations

from itertools import pairwise

from amino_kernel.calls.absences import AGAIN, PATIENCE, Absences


def test_an_instance_that_comes_soon_is_nobodys_business() -> None:
    absences = Absences()
    assert not any(absences.missed("o", 100.0 + step / 10) for step in range(int(PATIENCE * 10)))


def test_the_oms_hears_once_of_an_instance_that_is_missed_for_long_and_again_later() -> None:
    absences = Absences()
    told = [step for step in range(100) if absences.missed("o", float(step))]
    assert told[0] == PATIENCE
    assert all(later - earlier >= AGAIN for earlier, later in pairwise(told))
    assert len(told) == 1 + (99 - int(PATIENCE)) // int(AGAIN)


def test_calls_that_are_far_apart_say_nothing_of_the_time_between_them() -> None:
    absences = Absences()
    assert not any(absences.missed("o", when) for when in (0.0, 10.0, 20.0, 30.0))


def test_instances_are_missed_one_by_one_and_forgotten() -> None:
    absences = Absences()
    assert not any(absences.missed(f"o{number}", number / 1000) for number in range(3000))
    assert not absences.missed("other", 1000.0)
    assert absences.missed("other", 1000.0 + PATIENCE)
