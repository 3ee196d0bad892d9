"""Rules of a member that a trace does not show well: clocks, limits, its own standstill."""

from __future__ import annotations

import pytest
from amino_replication import effects, events
from amino_replication.configuration import Configuration
from amino_replication.identity import MemberId
from amino_replication.leader import Lease
from amino_replication.log import Entry
from amino_replication.member import Member
from amino_replication.messages import Answer, Append, Ask, End, Fetch, Fetched, PieceTaken, Refused, Release
from amino_replication.reports import Suspected
from amino_replication.settings import Settings
from amino_replication.state import Blank, Founding, Stored
from amino_wire.errors import ConfigInvalid

A, B, C = (MemberId(name, 1) for name in "abc")
FIRST = Configuration.first([A, B, C])
BEAT = Append(1, 1, 0, 0, (), 0)


def reports(done: list[effects.Effect]) -> list[Suspected]:
    return [each.report for each in done if isinstance(each, effects.Tell) and isinstance(each.report, Suspected)]


def leader(settings: Settings, now: float = 0.0) -> Member:
    """A leader whose epoch is open and whose mark is committed."""
    member = Member(A, settings, Founding(), now)
    member.turn(now, events.Configured(FIRST))
    member.turn(now, events.Received(B, End(1, 0, 0, 0)))
    member.turn(now, events.Received(B, Answer(1, 1, 1)))
    assert member.leads and member.committed == 1
    return member


@pytest.mark.parametrize(("leaders", "followers"), [(0.99, 1.01), (1.01, 0.99), (1.0, 1.01), (0.99, 1.0)])
def test_a_lease_ends_before_the_promise_that_grants_it(leaders: float, followers: float) -> None:
    settings = Settings()
    ends = settings.usable_lease / leaders
    assert ends <= settings.lease / followers


def test_a_lease_read_is_answered_within_the_lease_only() -> None:
    settings = Settings()
    member = leader(settings)
    inside, outside = settings.usable_lease * 0.999, settings.usable_lease * 1.001
    assert effects.ReadReady(1, 1) in member.turn(inside, events.Read(1))
    assert not any(isinstance(each, effects.ReadReady) for each in member.turn(outside, events.Read(2)))


def test_a_lease_can_be_lent_once_the_mark_of_the_epoch_is_final() -> None:
    settings = Settings()
    member = Member(A, settings, Founding(), 0.0)
    member.turn(0.0, events.Configured(FIRST))
    assert member.lease(0.0) is None
    member = leader(settings)
    assert member.lease(0.1) == Lease(settings.usable_lease, 1)


@pytest.mark.parametrize(("now", "tells"), [(0.1, False), (0.25, True)])
def test_a_leader_does_not_say_that_it_leads_no_more_while_its_lease_is_lent(now: float, tells: bool) -> None:
    member = leader(Settings())
    member.lent(0.2)
    member.lent(0.15)
    done = member.turn(now, events.Configured(Configuration(2, B, (A, B, C), (A, B, C))))
    assert any(isinstance(each, effects.Send) and isinstance(each.message, Release) for each in done) is tells


def test_a_lease_counts_from_the_sending_however_late_the_answer_comes() -> None:
    settings = Settings()
    member = leader(settings)
    member.turn(0.05)
    late = 0.05 + settings.usable_lease
    assert not any(isinstance(each, effects.ReadReady) for each in member.turn(late, events.Received(B, Answer(1, 2, 1)), events.Read(1)))


def test_a_follower_helps_a_newer_leader_once_its_promise_is_over() -> None:
    settings = Settings()
    member = Member(C, settings, Founding(), 0.0)
    member.turn(0.0, events.Received(A, BEAT))
    assert member.turn(0.1, events.Received(B, Ask(2))) == [], "not yet"
    assert member.turn(0.2, events.Received(A, BEAT)) == [effects.Send(A, Refused(2))], "nor is the promise prolonged"
    assert member.turn(0.2, events.Received(B, Ask(2))) == []
    assert member.due == pytest.approx(settings.lease), "it is woken when it may"
    assert effects.Send(B, End(2, 0, 0, 0)) in member.turn(settings.lease)


def test_a_follower_that_restarts_is_bound_for_a_lease() -> None:
    settings = Settings(durable=True)
    member = Member(C, settings, Stored(1, 0, 0, (Entry(1, b"x"),)), 5.0)
    (write,) = [each for each in member.turn(5.0, events.Received(B, Ask(2))) if isinstance(each, effects.Write)]
    assert member.turn(5.01, events.Written(write.number)) == []
    assert effects.Send(B, End(2, 1, 1, 0)) in member.turn(5.0 + settings.lease)


def test_a_follower_that_stood_still_itself_waits_for_a_heartbeat_first() -> None:
    settings = Settings()
    member = Member(B, settings, Founding(), 0.0)
    member.turn(0.0, events.Configured(FIRST), events.Received(A, BEAT))
    assert not reports(member.turn(9.0))
    assert member.due == pytest.approx(9.0 + settings.heartbeat)
    assert reports(member.turn(9.0 + settings.heartbeat)) == [Suspected(1, B, A)]
    assert reports(member.turn(9.5 + settings.suspect_after)) == [], "stopped again"


def test_a_leader_that_stood_still_itself_blames_nobody() -> None:
    settings = Settings()
    member = leader(settings)
    assert not reports(member.turn(9.0))
    told = [report for step in range(1, 30) for report in reports(member.turn(9.0 + step * settings.heartbeat))]
    assert {(report.member, report.ended) for report in told} == {(A, False), (B, False), (C, False)}


def test_a_leader_sends_one_message_with_all_that_gathered() -> None:
    member = leader(Settings())
    done = member.turn(0.001, *[events.Propose(number, b"%d" % number) for number in range(50)])
    appends = [each for each in done if isinstance(each, effects.Send) and isinstance(each.message, Append)]
    assert [each.to for each in appends] == [B, C]
    assert len(appends[0].message.entries) == 50  # type: ignore[union-attr]


def test_a_follower_that_is_silent_gets_no_more_than_the_window() -> None:
    member = leader(Settings(window=8))
    sent = 0
    for number in range(100):
        for each in member.turn(0.001, events.Propose(number, b"x")):
            if isinstance(each, effects.Send) and isinstance(each.message, Append) and each.to == C:
                sent += len(each.message.entries)
    assert sent <= 8


def test_a_blank_member_helps_nobody_to_lead() -> None:
    member = Member(MemberId("b", 2), Settings(), Blank(), 0.0)
    assert member.turn(0.0, events.Received(C, Ask(2))) == []
    (sent,) = member.turn(0.0, events.Received(C, Append(2, 1, 0, 0, (Entry(2, None),), 1)))
    assert sent == effects.Send(C, Answer(2, 1, 0, -1)) and member.log.last == 0


def test_a_proposal_at_a_follower_was_not_run_and_names_the_leader() -> None:
    member = Member(B, Settings(), Founding(), 0.0)
    assert member.turn(0.0, events.Propose(1, b"x")) == [effects.NotRun(1, None)]
    member.turn(0.0, events.Configured(FIRST))
    assert member.turn(0.0, events.Propose(2, b"x"), events.Read(3)) == [effects.NotRun(2, A), effects.NotRun(3, A)]


def test_proposals_and_reads_go_on_in_the_same_leaders_next_epoch() -> None:
    member = leader(Settings())
    member.turn(0.01, events.Propose(1, b"x"), events.Read(2, quorum=True))
    second = Configuration(2, A, FIRST.members, FIRST.members)
    done = member.turn(0.02, events.Configured(second), events.Propose(3, b"y"))
    assert not any(isinstance(each, (effects.Unknown, effects.NotRun)) for each in done)
    member.turn(0.03, events.Received(B, End(2, 1, 1, 0)))
    done = member.turn(0.04, events.Received(B, Answer(2, 1, 4)))
    (apply,) = [each for each in done if isinstance(each, effects.Apply)]
    assert apply.requests == (1, None, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"heartbeat": 0.4},
        {"heartbeat": 0.0},
        {"suspect_after": 0.04},
        {"drift": 1.0},
        {"window": 0},
        {"piece_bytes": 0},
        {"checksum_every": -1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigInvalid):
        Settings(**wrong)  # type: ignore[arg-type]


def test_a_member_without_a_place_stays_until_the_epoch_without_it_is_complete() -> None:
    member = Member(C, Settings(), Founding(), 0.0)
    member.turn(0.0, events.Configured(FIRST))
    second = Configuration(2, A, (A, B, MemberId("d", 1)), FIRST.members)
    assert member.turn(0.1, events.Configured(second)) == []
    assert effects.Send(A, End(2, 0, 0, 0)) in member.turn(0.1, events.Received(A, Ask(2))), "the new leader asks it too"
    complete = Configuration(2, A, second.members, second.members)
    assert effects.Removed(2) in member.turn(0.2, events.Configured(complete))


def test_a_late_release_ends_no_newer_promise() -> None:
    settings = Settings()
    member = Member(C, settings, Founding(), 0.0)
    member.turn(0.0, events.Received(A, Append(3, 1, 0, 0, (), 0)))
    assert member.turn(0.01, events.Received(A, Release(3)), events.Received(B, Ask(4))) == [], "a leads epoch 3 and has a lease there"
    assert effects.Send(B, End(4, 0, 0, 0)) in member.turn(0.02, events.Received(A, Release(4)))


def test_a_joining_member_does_not_count() -> None:
    member = Member(A, Settings(), Founding(), 0.0)
    joining = MemberId("d", 1)
    member.turn(0.0, events.Configured(Configuration(1, A, FIRST.members, FIRST.members, joining=(joining,))))
    member.turn(0.0, events.Received(B, End(1, 0, 0, 0)))
    assert member.turn(0.0, events.Received(joining, Answer(1, 1, 1))) == [] and member.committed == 0
    member.turn(0.0, events.Received(B, Answer(1, 1, 1)))
    assert member.committed == 1


def test_an_answer_for_a_tail_of_another_epoch_says_only_what_matches() -> None:
    member = Member(B, Settings(), Founding(), 0.0)
    entries = (Entry(1, None), Entry(1, b"x"), Entry(1, b"y"))
    member.turn(0.0, events.Received(A, Append(1, 1, 0, 0, entries, 1)))
    assert member.turn(0.1, events.Received(C, Append(2, 1, 1, 1, (), 3))) == [effects.Send(C, Answer(2, 1, 1))]
    assert member.committed == 1, "x and y are not c's"


def test_a_log_of_a_newer_epoch_is_longer_than_one_with_more_entries() -> None:
    member = Member(A, Settings(), Founding(), 0.0)
    five = Configuration(3, A, (A, B, C), (A, B, C))
    member.turn(0.0, events.Configured(five))
    member.turn(0.0, events.Received(B, End(3, 2, 1, 0)))
    assert not member.leads
    member.turn(0.0, events.Received(B, Fetched(3, 0, (Entry(2, b"x"),))))
    assert member.leads and member.log.between(0, 2) == (Entry(2, b"x"), Entry(3, None))
    again = Member(A, Settings(), Founding(), 0.0)
    again.turn(0.0, events.Received(C, Append(1, 1, 0, 0, (Entry(1, b"a"), Entry(1, b"b")), 0)))
    again.turn(0.5, events.Configured(five))
    done = again.turn(0.5, events.Received(B, End(3, 2, 1, 0)))
    assert effects.Send(B, Fetch(3, 0)) in done and not again.leads


@pytest.mark.parametrize(("keep_bytes", "arrives"), [(1000, True), (20, False)])
def test_entries_stay_for_a_member_to_which_a_snapshot_is_on_its_way(keep_bytes: int, arrives: bool) -> None:
    """However many entries come meanwhile, as long as they are not too large."""
    settings = Settings(snapshot_every=10, keep=2, checksum_every=0, piece_bytes=4, keep_bytes=keep_bytes)
    member, joining = Member(A, settings, Founding(), 0.0), MemberId("d", 1)
    member.turn(0.0, events.Configured(Configuration(1, A, FIRST.members, FIRST.members, joining=(joining,))))
    member.turn(0.0, events.Received(B, End(1, 0, 0, 0)))
    member.turn(0.0, events.Received(B, Answer(1, 1, 1)))
    assert effects.SendSnapshot(joining) in member.turn(0.0, events.Received(joining, Answer(1, 1, 0, -1)))
    member.turn(0.0, events.Snapshot(joining, 1, bytes(20)))
    again = list[effects.Effect]()
    for number in range(5):
        for request in range(10):
            member.turn(0.0, events.Propose(10 * number + request, b"x"))
        for taken in member.turn(0.0, events.Received(B, Answer(1, 1, member.log.last))):
            if isinstance(taken, effects.TakeSnapshot):
                again += member.turn(0.0, events.SnapshotTaken(taken.index))
        again += member.turn(0.0, events.Received(joining, PieceTaken(1, 1, 4 * number + 4)))
    done = member.turn(0.0, events.Received(joining, Answer(1, 1, 1)))
    sent = [each.message for each in done if isinstance(each, effects.Send) and each.to == joining and isinstance(each.message, Append)]
    assert bool(sent and sent[0].previous == 1 and len(sent[0].entries) == 50) == arrives
    assert (effects.SendSnapshot(joining) in again) != arrives
    member.turn(0.0, events.Received(joining, Answer(1, 1, member.log.last)))
    member.turn(0.0, events.SnapshotTaken(member.log.last))
    assert (member.log.base == member.log.last - settings.keep) == arrives, "it has all now"
