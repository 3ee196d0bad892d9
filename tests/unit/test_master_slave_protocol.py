"""The pure parts of LoadBalancedMasterSlave: who may be master, what is final, how old a slave is, what a client has seen."""

from __future__ import annotations

from math import inf

import pytest
from amino_dms.master_slave.configuration import Configuration, Member
from amino_dms.master_slave.election import Elected, Nobody, Sign, Waits, elect
from amino_dms.master_slave.entry_log import KEEP, KEEP_BYTES, EntryLog
from amino_dms.master_slave.following import NEVER, STATE, Answer, Following, Message
from amino_dms.master_slave.leading import ALL, NONE, ONE, Leading
from amino_dms.master_slave.versions import CLIENTS, Versions

M, A, B, C = (Member(number, name) for number, name in enumerate("mabc"))
STALE = 1.0


def group(*slaves: Member, epoch: int = 5) -> Configuration:
    """The master acts by it."""
    return Configuration(epoch, 1, M, slaves, alone=not slaves)


def log_of(*terms: int) -> EntryLog:
    """Entries of these terms."""
    log = EntryLog()
    for position, term in enumerate(terms, 1):
        log.append(term, f"{position}".encode())
    return log


def message(epoch: int, previous: int, term: int, *entries: tuple[int, bytes], final: int = 0, answers: int = 0) -> Message:
    return Message(epoch, previous, term, entries, final, answers)


# --- who is master ---


def test_the_furthest_slave_is_the_next_master() -> None:
    signs = {A: Sign(1, 7), B: Sign(1, 9), C: Sign(1, 8)}
    assert elect(group(A, B, C), signs, {M}) == Elected(Configuration(6, 6, B, (A, C)))


def test_an_entry_of_a_later_master_is_further_than_many_of_an_earlier_one() -> None:
    decision = elect(group(A, B), {A: Sign(2, 3), B: Sign(1, 9)}, {M})
    assert isinstance(decision, Elected) and decision.configuration.master == A


def test_nobody_is_master_before_every_slave_that_lives_has_answered() -> None:
    """It may be the only one that has what was acknowledged."""
    assert elect(group(A, B), {A: Sign(1, 9)}, {M}) == Waits((B,))
    assert elect(group(A, B), {A: Sign(1, 9)}, {M, B}) == Elected(Configuration(6, 6, A, (), alone=True))


def test_a_slave_that_the_master_may_still_count_is_asked_too() -> None:
    known = group(A, B).without(B)
    assert known.slaves == (A,) and known.former == (A, B)
    assert elect(known, {A: Sign(1, 8)}, {M}) == Waits((B,))
    assert elect(known, {A: Sign(1, 8), B: Sign(1, 9)}, {M}) == Elected(Configuration(7, 7, B, (A,)))
    assert elect(known.acted_by(), {A: Sign(1, 8)}, {M}) == Elected(Configuration(7, 7, A, (), alone=True))


def test_a_master_that_may_act_alone_is_waited_for() -> None:
    """No promise of a slave would keep it from answering."""
    joined = group().having(A)
    assert joined.alone
    assert elect(joined, {A: Sign(1, 3)}, set()) == Waits((M,))
    assert isinstance(elect(joined, {A: Sign(1, 3)}, {M}), Elected)
    assert isinstance(elect(joined.acted_by(), {A: Sign(1, 3)}, set()), Elected)
    left = group(A).without(A)
    assert elect(left, {A: Sign(1, 3)}, set()) == Waits((M,))


def test_a_master_that_answers_stays_master_where_nobody_is_further() -> None:
    decision = elect(group(A), {M: Sign(1, 9), A: Sign(1, 9)}, set())
    assert decision == Elected(Configuration(6, 6, M, (A,)))


def test_where_all_have_ended_nobody_is_master() -> None:
    assert elect(group(A), {}, {M, A}) == Nobody()
    assert elect(group(), {}, set()) == Waits((M,))


def test_a_configuration_travels_whole() -> None:
    for known in (Configuration.first(M), group(A, B).having(C), group(A).without(A)):
        assert Configuration.from_value(known.to_value()) == known


# --- a slave ---


def test_a_slave_that_has_promised_takes_nothing_of_an_earlier_master() -> None:
    slave = Following(log_of(1, 1), 0)
    assert slave.promise(6) == Sign(1, 2)
    answer = slave.take(message(5, 2, 1, (1, b"late"), final=3), 0.0)
    assert answer.epoch == 6 and slave.log.end == 2 and slave.final == 0
    assert slave.take(message(6, 2, 1, (6, b"next")), 0.0) == Answer(6, 2, 3)


def test_a_slave_says_what_it_lacks() -> None:
    slave = Following(log_of(1, 1), 0)
    assert slave.take(message(1, 5, 1), 0.0) == Answer(1, 1, 2, lacks=True)
    assert slave.take(message(1, 2, 1, (1, b"3"), (1, b"4"), (1, b"5")), 0.0) == Answer(1, 2, 5)


def test_entries_that_nobody_acknowledged_go_where_another_master_has_others() -> None:
    slave = Following(log_of(1, 1, 1), 1)
    assert slave.take(message(2, 3, 2), 0.0).lacks
    assert slave.take(message(2, 1, 1, (2, b"other"), final=2), 0.0).end == 2
    assert (slave.log.end, slave.log.entry(2), slave.final) == (2, b"other", 2)


def test_what_is_applied_is_never_replaced_by_an_entry() -> None:
    slave = Following(log_of(1, 1), 2)
    assert slave.take(message(2, 1, 1, (2, b"other")), 0.0) == Answer(2, 1, STATE, lacks=True)
    slave.installed(7, 2)
    assert (slave.log.end, slave.log.term, slave.final) == (7, 2, 7)
    assert slave.take(message(2, 7, 2, (2, b"8")), 0.0).end == 8


def test_entries_are_final_only_where_they_are_here() -> None:
    slave = Following(log_of(1), 0)
    slave.take(message(1, 1, 1, (1, b"2"), final=9), 0.0)
    assert slave.final == 2


def test_a_slave_knows_how_old_it_is_by_its_own_clock_alone() -> None:
    """A message counts from the answer that it was written after, however long it was on its way."""
    slave = Following(EntryLog(), 0)
    assert slave.age(100.0) == 100.0 - NEVER
    first = slave.take(message(1, 0, 0), 100.0)
    assert slave.age(100.0) == 100.0 - NEVER, "it may have been on its way for hours"
    slave.take(message(1, 0, 0, answers=first.number), 109.0)
    assert slave.age(109.0) == 9.0


def test_a_message_that_comes_twice_makes_nobody_younger() -> None:
    slave = Following(EntryLog(), 0)
    first = slave.take(message(1, 0, 0), 100.0)
    again = message(1, 0, 0, answers=first.number)
    slave.take(again, 101.0)
    slave.take(again, 200.0)
    slave.take(again, 201.0)
    assert slave.age(201.0) == 101.0


def test_a_slave_is_as_old_as_what_it_has_not_applied() -> None:
    slave = Following(EntryLog(), 0)
    first = slave.take(message(1, 0, 0, (1, b"1")), 100.0)
    second = slave.take(message(1, 1, 1, final=1, answers=first.number), 101.0)
    assert slave.age(101.0) == 101.0 - NEVER
    slave.take(message(1, 1, 1, (1, b"2"), final=2, answers=second.number), 102.0)
    slave.applied(1)
    assert slave.age(102.0) == 2.0
    slave.applied(2)
    assert slave.age(102.0) == 1.0


# --- a master ---


def sent(leading: Leading, slave: Following, member: Member, at: float) -> bool:
    """One message and its answer."""
    note = leading.message(member)
    return leading.answered(member, note, slave.take(note, at), at)


@pytest.mark.parametrize(("acks", "first", "second"), [(ONE, 2, 2), (ALL, 0, 2)])
def test_entries_are_final_when_as_many_slaves_have_them_as_asked(acks: str, first: int, second: int) -> None:
    leading, slaves = Leading(group(A, B), log_of(1, 1), 0, acks, 0.0), {A: Following(EntryLog(), 0), B: Following(EntryLog(), 0)}
    assert leading.final(0.0, STALE) == 0
    for member, expected in ((A, first), (B, second)):
        while leading.slaves[member].has < 2:
            assert sent(leading, slaves[member], member, 0.0)
        assert leading.final(0.0, STALE) == expected


def test_without_acknowledgements_entries_are_final_while_a_slave_is_known_to_be_there() -> None:
    leading, slave = Leading(group(A), log_of(1), 0, NONE, 0.0), Following(EntryLog(), 0)
    assert leading.final(0.5, STALE) == 0, "no slave has answered yet"
    while leading.slaves[A].has < 1:
        assert sent(leading, slave, A, 0.0)
    assert leading.final(0.5, STALE) == 1
    leading.log.append(1, b"2")
    assert leading.final(1.5, STALE) == 1, "another replica may be master"
    while leading.slaves[A].has < 2:
        assert sent(leading, slave, A, 1.6)
    assert leading.final(1.7, STALE) == 2


def test_a_master_without_slaves_acts_alone() -> None:
    leading = Leading(group(), log_of(1, 1), 0, ALL, 0.0)
    assert leading.final(9.0, STALE) == 2
    assert leading.proved(9.0) == 0.0


def test_a_master_learns_from_a_refusal_that_it_is_none() -> None:
    leading, slave = Leading(group(A), log_of(1), 0, ONE, 0.0), Following(EntryLog(), 0)
    slave.promise(6)
    assert not sent(leading, slave, A, 1.0)
    assert leading.final(1.0, STALE) == 0
    assert leading.proved(2.5) == inf


def test_a_proof_counts_from_the_sending_of_what_was_answered() -> None:
    leading, slave = Leading(group(A), log_of(1), 1, ONE, 0.0), Following(log_of(1), 1)
    note = leading.message(A)
    assert leading.answered(A, note, slave.take(note, 5.0), sent_at=3.0)
    assert leading.proved(9.0) == 6.0


def test_a_slave_that_lacks_what_is_not_kept_gets_the_state() -> None:
    leading = Leading(group(A), EntryLog(500, 1), 500, ONE, 0.0)
    slave = Following(EntryLog(), 0)
    assert sent(leading, slave, A, 0.0)
    assert leading.needs_state(A)
    slave.installed(500, 1)
    leading.installed(A, 500)
    assert not leading.needs_state(A)
    leading.log.append(1, b"501")
    assert leading.has_news(A) and sent(leading, slave, A, 0.0)
    assert slave.log.end == 501


def test_other_slaves_count_from_the_decision_on_by_which_the_master_acts() -> None:
    leading, slave = Leading(group(A), log_of(1), 0, ALL, 0.0), Following(EntryLog(), 0)
    leading.configure(group(A, B, epoch=6), 1.0)
    while leading.slaves[A].has < 1:
        assert sent(leading, slave, A, 1.0)
    assert leading.final(1.0, STALE) == 0
    leading.configure(group(A, epoch=7), 2.0)
    assert leading.final(2.0, STALE) == 1
    assert leading.message(A).epoch == 7


# --- entries, versions ---


def test_a_log_keeps_what_slaves_lack_and_some_more() -> None:
    log = log_of(*[1] * (KEEP + 50))
    log.drop(30, 30)
    assert log.base == 30
    log.drop(KEEP + 50, KEEP + 50)
    assert (log.base, log.end) == (50, KEEP + 50)
    assert log.term_at(50) == 1 and log.term_at(49) is None
    assert EntryLog.from_value(log.to_value(KEEP)).behind(KEEP, 1 << 20) == log.behind(KEEP, 1 << 20)


def test_a_log_that_is_too_long_drops_what_is_applied() -> None:
    log = EntryLog()
    for _ in range(40):
        log.append(1, bytes(KEEP_BYTES // 20))
    log.drop(0, 35)
    assert log.end == 40 and 20 <= log.base <= 35
    assert len(log.behind(log.base, 1)) == 1


def test_versions_of_clients_grow() -> None:
    versions = Versions()
    assert versions.of("one") == (0, 0)
    versions.saw("one", (1, 9), of_master=True, doubted=0)
    versions.saw("one", (1, 7), of_master=False, doubted=0)
    assert versions.of("one") == (1, 9)
    versions.doubts("one")
    versions.saw("one", (1, 9), of_master=False, doubted=0)
    assert versions.of("one") is None, "its write may be in none of the slaves yet"
    versions.saw("one", (2, 3), of_master=True, doubted=0)
    assert versions.of("one") == (2, 3)


def test_a_client_that_was_forgotten_reads_nothing_earlier_than_it_may_have_seen() -> None:
    versions = Versions()
    versions.saw("first", (3, 4), of_master=True, doubted=0)
    for number in range(CLIENTS):
        versions.saw(f"{number}", (1, 1), of_master=True, doubted=0)
    assert versions.of("first") == (3, 4)
    assert versions.of("new") == (3, 4)


def test_doubts_of_forgotten_clients_end_with_an_answer_of_the_master() -> None:
    """To a call that left after the doubt: else every new client would read at the master for ever."""
    versions = Versions()
    versions.doubts("doubtful")
    for number in range(CLIENTS):
        versions.saw(f"{number}", (1, 1), of_master=True, doubted=0)
    assert versions.of("new") is None and versions.doubted == 1
    versions.saw("late", (1, 2), of_master=True, doubted=0)
    versions.saw("slave", (1, 9), of_master=False, doubted=1)
    assert versions.of("new") is None
    versions.saw("0", (1, 5), of_master=True, doubted=1)
    assert versions.of("new") == (1, 5)


@pytest.mark.parametrize("acks", [ONE, ALL])
def test_a_change_of_slaves_is_settled_when_the_new_ones_have_what_was_answered_before(acks: str) -> None:
    leading = Leading(group(A), log_of(1, 1, 1), 0, acks, 0.0)
    slaves = {A: Following(EntryLog(), 0), B: Following(EntryLog(), 0)}
    while leading.slaves[A].has < 3:
        assert sent(leading, slaves[A], A, 0.0)
    assert leading.final(0.0, STALE) == 3
    assert leading.settled
    leading.configure(group(B), 1.0)
    assert not leading.settled, "only a slave that was one before has what was answered"
    while leading.slaves[B].has < 3:
        assert sent(leading, slaves[B], B, 1.0)
    assert leading.settled


def test_a_master_that_has_become_it_needs_an_answer_before_it_knows_that_nobody_else_is() -> None:
    leading, slave = Leading(group(A), log_of(1), 1, ONE, 5.0), Following(EntryLog(), 0)
    assert leading.proved(5.0) == inf
    while leading.slaves[A].has < 1:
        assert sent(leading, slave, A, 5.1)
    assert leading.proved(5.5) == pytest.approx(0.4)
