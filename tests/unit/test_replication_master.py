"""The master: from the stored configuration and reports to the next configuration."""

from __future__ import annotations

from dataclasses import replace

from amino_replication.configuration import Configuration
from amino_replication.identity import MemberId
from amino_replication.master import Reports, decide
from amino_replication.reports import CaughtUp, Differs, Handover, Leaves, Longer, Opened, Report, Suspected

A, B, C, D, E = (MemberId(name, 1) for name in "abcde")
FIRST = Configuration.first([A, B, C])


def after(configuration: Configuration, *reports: Report, free: tuple[MemberId, ...] = ()) -> Configuration:
    """The next configuration, which there is."""
    found = decide(configuration, reports, free)
    assert found is not None and found != configuration
    return found


def test_one_follower_alone_deposes_no_leader() -> None:
    assert decide(FIRST, [Suspected(1, B, A, end=(1, 5))]) is None
    assert decide(FIRST, [Suspected(1, B, A), Suspected(1, D, A)]) is None, "d is no member"
    found = after(FIRST, Suspected(1, B, A, end=(1, 5)), Suspected(1, C, A, end=(1, 6)))
    assert (found.epoch, found.leader, found.members, found.former) == (2, C, (A, B, C), (A, B, C))
    assert found.ended == (), "a leader that nobody hears may live and have a lease"


def test_the_end_of_a_leaders_process_needs_one_witness_and_ends_its_lease() -> None:
    found = after(FIRST, Suspected(1, B, A, ended=True, end=(1, 5)))
    assert (found.epoch, found.leader, found.ended) == (2, B, (A,))
    back = after(found, Handover(2, A))
    assert (back.leader, back.ended) == (A, ()), "it leads again: what was known of its end is over"


def test_reports_of_other_epochs_count_for_nothing() -> None:
    late: list[Report] = [
        Suspected(1, B, A, ended=True),
        Longer(1, A, B),
        Opened(1, A),
        CaughtUp(1, A, D),
        Differs(1, A, B),
        Handover(1, B),
        Leaves(1, B),
    ]
    configuration = replace(FIRST, epoch=2, joining=(D,), former=(A,))
    assert decide(configuration, late, [E]) is None
    assert decide(replace(configuration, former=configuration.members), late) is None


def test_a_leader_that_hears_no_majority_has_a_vote_against_itself() -> None:
    five = Configuration.first([A, B, C, D, E])
    votes = [Suspected(1, A, A), Suspected(1, B, A, end=(1, 1)), Suspected(1, C, A, end=(1, 2))]
    assert after(five, *votes).leader == C
    assert decide(five, votes[:2]) is None


def test_a_leader_that_was_started_anew_gets_a_new_epoch() -> None:
    found = after(FIRST, Suspected(1, A, A, ended=True, end=(1, 3)))
    assert (found.epoch, found.leader, found.ended) == (2, A, ())


def test_a_leader_that_lacks_entries_gives_way_to_the_member_that_has_them() -> None:
    assert after(FIRST, Longer(1, A, B)).leader == B
    assert decide(FIRST, [Longer(1, B, C)]) is None, "only the leader has asked the others"


def test_a_lost_member_is_replaced_once_another_one_has_caught_up() -> None:
    silent = Suspected(1, A, C)
    assert decide(FIRST, [silent]) is None, "nobody is there to join"
    joining = after(FIRST, silent, free=(D,))
    assert (joining.epoch, joining.members, joining.joining, joining.leaving) == (2, (A, B, C), (D,), (C,))
    assert decide(joining, [Suspected(2, A, C)], [E]) is None, "one for each"
    assert decide(joining, [CaughtUp(2, B, D)]) is None, "only the leader knows"
    joined = after(joining, CaughtUp(2, A, D))
    assert (joined.epoch, joined.members, joined.former, joined.joining, joined.leaving) == (3, (A, B, D), (A, B, C), (), ())
    assert not joined.complete


def test_an_epoch_becomes_complete_without_a_new_one() -> None:
    joined = replace(FIRST, epoch=3, members=(A, B, D))
    complete = after(joined, Opened(3, A))
    assert (complete.epoch, complete.former) == (3, (A, B, D)) and complete.complete
    assert decide(complete, [Opened(3, A)]) is None
    assert decide(joined, [Opened(3, B)]) is None


def test_a_leader_lost_before_its_epoch_was_complete_leaves_the_former_members_as_they_were() -> None:
    joined = replace(FIRST, epoch=3, members=(A, B, D))
    found = after(joined, Suspected(3, B, A, ended=True))
    assert (found.epoch, found.leader, found.members, found.former) == (4, B, (A, B, D), (A, B, C))


def test_a_new_member_lost_before_its_epoch_was_complete_makes_way_for_the_former_one() -> None:
    joined = replace(FIRST, epoch=3, members=(A, B, D), joining=(E,))
    assert after(joined, Suspected(3, A, D), Opened(3, A)).members == (A, B, D), "its epoch is complete without it"
    found = after(joined, Suspected(3, A, D))
    assert (found.epoch, found.leader, found.members, found.former) == (4, A, (A, B, C), (A, B, C))
    assert (found.joining, found.leaving) == ((E,), (C,)), "c is still to be replaced"
    led = replace(FIRST, epoch=3, members=(D, B, C), leader=D)
    assert after(led, Suspected(3, D, MemberId("d", 1))).members == (A, B, C)
    assert decide(joined, [], [C]) is None, "a former member is no candidate"


def test_a_kernel_that_forgot_is_another_member_and_the_old_one_has_ended() -> None:
    again = MemberId("c", 2)
    found = after(FIRST, free=(D, again))
    assert (found.joining, found.leaving, found.leader) == ((again,), (C,), A)
    forgotten = after(FIRST, free=(MemberId("a", 2),))
    assert (forgotten.leader, forgotten.ended, forgotten.joining) == (B, (A,), ()), "first the group has a leader again"
    assert after(forgotten, free=(MemberId("a", 2),)).joining == (MemberId("a", 2),)


def test_a_joining_member_that_is_silent_gives_its_place_to_another_one() -> None:
    joining = after(FIRST, Suspected(1, A, C), free=(D,))
    without = after(joining, Suspected(2, A, D), free=(E,))
    assert (without.joining, without.leaving) == ((), (C,))
    assert after(without, Suspected(3, A, C), free=(E,)).joining == (E,)


def test_a_member_that_differs_is_replaced_and_a_leader_that_differs_leads_no_more() -> None:
    assert after(FIRST, Differs(1, A, B), free=(D,)).leaving == (B,)
    found = after(FIRST, Differs(1, A, A), free=(D,))
    assert (found.leader, found.joining, found.leaving) == (B, (D,), (A,))
    assert after(FIRST, Differs(1, A, A)).leader == B, "also while nobody can join"


def test_a_leader_that_is_to_leave_hands_over_to_a_member_that_stays_or_to_nobody() -> None:
    leaving = replace(FIRST, joining=(D, E, MemberId("f", 1)), leaving=(A, B, C))
    assert decide(leaving, []) is None, "the others are replaced first"
    assert after(leaving, CaughtUp(1, A, D)).members == (A, D, C)
    assert after(replace(leaving, members=(A, D, C), former=(A, D, C), joining=(E,), leaving=(A, C))).leader == D


def test_a_kernel_that_forgot_while_it_joined_gives_its_place_to_its_newer_member() -> None:
    joining = replace(FIRST, joining=(D,), leaving=(C,))
    again = MemberId("d", 2)
    without = after(joining, free=(again,))
    assert without.joining == () and after(without, free=(again,)).joining == (again,)


def test_a_group_grows_to_its_size() -> None:
    wide = replace(FIRST, size=5)
    joining = after(wide, free=(D,))
    joined = after(joining, CaughtUp(2, A, D))
    assert joined.members == (A, B, C, D) and joined.former == (A, B, C)


def test_a_group_of_one_waits_for_its_member() -> None:
    alone = Configuration.first([A])
    assert decide(alone, [Suspected(1, MemberId("oms", 0), A, ended=True)]) is None
    assert after(alone, Suspected(1, A, A, ended=True)).leader == A


def test_reports_count_for_a_while_and_the_last_of_each_counts() -> None:
    reports = Reports(0.4)
    reports.add(Suspected(1, B, A, end=(1, 1)), 0.0)
    reports.add(Suspected(1, B, A, end=(1, 2)), 0.1)
    reports.add(Suspected(1, C, A), 0.3)
    assert len(reports.recent(1, 0.35)) == 2
    assert reports.recent(1, 0.35)[0] == Suspected(1, B, A, end=(1, 2))
    assert reports.recent(1, 0.6) == [Suspected(1, C, A)]
    assert reports.recent(2, 0.6) == [] and reports.recent(1, 0.6) == [], "a newer epoch has other reports"


def test_a_former_member_that_has_lost_its_place_leads_again_where_only_it_has_the_longest_log() -> None:
    """The epoch is not complete, so nothing was committed in it. Found by seeds 384986 and 360525 of the schedules."""
    opening = replace(FIRST, epoch=5, leader=C, members=(A, D, C))
    assert not opening.complete
    found = after(opening, Longer(5, C, B))
    assert (found.epoch, found.leader, found.members, found.former) == (6, B, (A, B, C), (A, B, C))
    assert decide(replace(opening, former=opening.members), [Longer(5, C, B)]) is None, "a complete epoch needs no former member"
    assert decide(opening, [Longer(5, A, B)]) is None, "the leader alone says so"
