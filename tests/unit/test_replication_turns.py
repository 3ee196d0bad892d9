"""All groups of a kernel: one frame for each other kernel and one record of the log file a turn, however many groups there are."""

from __future__ import annotations

import pytest
from amino_replication import effects, events
from amino_replication.configuration import Configuration
from amino_replication.encoding import Envelope, decode, encode
from amino_replication.identity import MemberId
from amino_replication.log import Entry
from amino_replication.member import Member
from amino_replication.messages import Append, Ask
from amino_replication.records import restore
from amino_replication.settings import Settings
from amino_replication.state import Founding
from amino_replication.turns import Done, Turns
from amino_wire.errors import ArgumentInvalid, FrameInvalid

NAMES = ("a", "b", "c")
MEMBERS = [MemberId(name, 1) for name in NAMES]
FIRST = Configuration.first(MEMBERS)


class Kernels:
    """Three kernels with the same groups; frames and writes take no time."""

    def __init__(self, groups: int, durable: bool = False) -> None:
        self.groups = [f"group-{number}" for number in range(groups)]
        self.turns = {name: Turns() for name in NAMES}
        self.records: dict[str, list[bytes]] = {name: [] for name in NAMES}
        self.applied: list[tuple[str, str, effects.Apply]] = []
        self.frames = self.writes = 0
        settings = Settings(durable=durable)
        for name, me in zip(NAMES, MEMBERS, strict=True):
            for group in self.groups:
                self.turns[name].add(group, me, Member(me, settings, Founding(), 0.0))
                self.turns[name].handle(group, events.Configured(FIRST), 0.0)

    def settle(self, now: float = 0.0) -> None:
        """Turns of all kernels until nothing is left to do."""
        while sum(self._turn(name, now) for name in NAMES):
            pass

    def _turn(self, name: str, now: float) -> bool:
        done = self.turns[name].finish(now)
        self.applied += [(name, group, each) for group, each in done.effects if isinstance(each, effects.Apply)]
        for kernel, frames in done.frames.items():
            self.frames += len(frames)
            for frame in frames:
                self.turns[kernel].received(frame, now)
        if done.write is not None:
            number, record = done.write
            self.records[name].append(record)
            self.writes += 1
            self.turns[name].written(number, now)
        return done != Done()


def test_a_thousand_groups_share_frames() -> None:
    kernels = Kernels(1000)
    kernels.settle()
    assert kernels.frames <= 10, kernels.frames
    kernels.frames = 0
    for number, group in enumerate(kernels.groups):
        kernels.turns["a"].handle(group, events.Propose(number, b"x"), 0.001)
    kernels.settle(0.001)
    assert kernels.frames == 4, "one to each follower, and one back"
    answered = [each.requests for name, _, each in kernels.applied if name == "a" and any(request is not None for request in each.requests)]
    assert sorted(answered) == [(number,) for number in range(1000)]


def test_a_thousand_durable_groups_share_writes_and_are_read_again() -> None:
    kernels = Kernels(1000, durable=True)
    kernels.settle()
    kernels.writes = 0
    for number, group in enumerate(kernels.groups):
        kernels.turns["a"].handle(group, events.Propose(number, b"x"), 0.001)
    kernels.settle(0.001)
    assert kernels.writes == 3, "one a kernel"
    for name in NAMES:
        stored = restore(kernels.records[name])
        assert set(stored) == set(kernels.groups)
        assert all(each.entries == (Entry(1, None), Entry(1, b"x")) and each.epoch == 1 for each in stored.values())


def test_messages_for_a_life_that_forgot_or_a_group_that_is_gone_are_dropped() -> None:
    turns = Turns()
    again = MemberId("b", 2)
    turns.add("g", again, Member(again, Settings(), Founding(), 0.0))
    for group, to in (("g", MemberId("b", 1)), ("other", again)):
        turns.received(encode([Envelope(group, MEMBERS[0], to, Ask(1))]), 0.0)
    assert turns.finish(0.0) == Done()
    turns.received(encode([Envelope("g", MEMBERS[0], again, Ask(1))]), 0.0)
    assert [each.to for each in decode(turns.finish(0.0).frames["a"][0])] == [MEMBERS[0]]


def test_a_kernel_has_one_member_of_a_group() -> None:
    turns = Turns()
    turns.add("g", MEMBERS[0], Member(MEMBERS[0], Settings(), Founding(), 0.0))
    with pytest.raises(ArgumentInvalid, match="has a member of the group g already"):
        turns.add("g", MEMBERS[0], Member(MEMBERS[0], Settings(), Founding(), 0.0))
    turns.remove("g")
    assert turns.member("g") is None and turns.due == float("inf")


def test_nothing_of_a_frame_that_cannot_be_read_is_used() -> None:
    kernels = Kernels(1)
    kernels.settle()
    good = encode([Envelope("group-0", MEMBERS[1], MEMBERS[0], Append(9, 1, 0, 0, (), 0))])
    with pytest.raises(FrameInvalid):
        kernels.turns["a"].received(good + b"\x00", 0.0)
    assert kernels.turns["a"].finish(0.0) == Done()


def test_a_member_that_would_lose_a_committed_entry_stops_alone() -> None:
    kernels = Kernels(3)
    kernels.settle()
    kernels.settle(0.051)
    spoilt = Append(2, 1, 0, 0, (Entry(2, b"other"),), 1)
    beat = Append(2, 1, 1, 1, (), 1)
    sent = [Envelope(group, MEMBERS[2], MEMBERS[1], spoilt if group == "group-1" else beat) for group in kernels.groups]
    kernels.turns["b"].received(encode(sent), 0.06)
    done = kernels.turns["b"].finish(0.06)
    ((group, error),) = done.failed
    assert group == "group-1" and "entry 1 is committed" in error.message and kernels.turns["b"].member(group) is None
    assert {each.group for each in decode(done.frames["c"][0])} == {"group-0", "group-2"}


def test_frames_stay_far_below_the_limit() -> None:
    kernels = Kernels(40)
    kernels.settle()
    for number, group in enumerate(kernels.groups):
        kernels.turns["a"].handle(group, events.Propose(number, b"x" * (1 << 20)), 0.001)
    frames = kernels.turns["a"].finish(0.001).frames["b"]
    assert len(frames) > 1 and all(len(frame) < 10 << 20 for frame in frames)
    assert sum(len(decode(frame)) for frame in frames) == 40


def test_a_lost_kernel_is_told_to_all_its_groups() -> None:
    kernels = Kernels(3)
    kernels.settle()
    kernels.turns["b"].unreachable("a", True, 0.01)
    told = [each.report for _, each in kernels.turns["b"].finish(0.01).effects if isinstance(each, effects.Tell)]
    assert len(told) == 3


def test_a_write_of_an_earlier_member_says_nothing_of_the_present_one() -> None:
    """Each counts its writes from one on."""
    turns = Turns()
    for incarnation in (1, 2):
        me = MemberId("a", incarnation)
        turns.remove("group")
        turns.add("group", me, Member(me, Settings(durable=True), Founding(), 0.0))
        turns.handle("group", events.Configured(Configuration.first([me])), 0.0)
        turns.handle("group", events.Propose(1, b"x"), 0.0)
        assert turns.finish(0.0).write is not None
    turns.written(1, 0.0)
    member = turns.member("group")
    assert member is not None
    turns.finish(0.0)
    assert not member.leads, "its epoch is not on the disk yet"
    turns.written(2, 0.0)
    turns.finish(0.0)
    assert member.leads
