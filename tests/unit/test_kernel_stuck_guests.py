"""When guests that nobody can end cost the kernel, and when they do not."""

from __future__ import annotations

from amino_kernel.halves.stuck_guests import StuckGuests


def test_the_process_goes_on_while_a_processor_is_left_for_the_others() -> None:
    guests = StuckGuests(processors=4)
    assert [guests.begun() for _ in range(4)] == [True, True, True, False]


def test_a_guest_that_ends_after_all_leaves_its_processor_to_the_next() -> None:
    guests = StuckGuests(processors=2)
    assert guests.begun()
    guests.ended()
    assert guests.begun()
    assert not guests.begun()


def test_one_guest_alone_never_ends_the_kernel() -> None:
    assert StuckGuests(processors=1).begun()
