"""No artifact that is used, or may soon be used, is chosen for removal; all others are, in the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amino_oms.registry.artifact_uses import ArtifactUses, Look
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

GRACE = 10.0
DIGESTS = ("a", "b", "c")
DIGEST = st.sampled_from(DIGESTS)


class Uses(RuleBasedStateMachine):
    """Uploads, registrations and deletions at any moment of a look, which reads one record at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.uses = ArtifactUses(GRACE)
        self.now = 0.0
        self.stored: dict[str, float] = {}
        self.records: dict[int, str] = {}
        self.working: list[str] = []
        self.leaving: set[str] = set()
        self.look: Look | None = None
        self.searched: Sequence[str] = ()
        self.cursor = -1

    @initialize()
    def known(self) -> None:
        for digest in DIGESTS:
            self.put(digest)

    @rule(seconds=st.sampled_from([0.5, 4.0, 11.0]))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @rule(digest=DIGEST)
    def put(self, digest: str) -> None:
        if self.uses.begin(digest):
            self.uses.there(digest, self.now)
            self.stored[digest] = self.now
            self.uses.end(digest, self.now)

    @rule(digest=DIGEST)
    def begin(self, digest: str) -> None:
        assert self.uses.begin(digest) is (digest not in self.leaving)
        if digest not in self.leaving:
            self.working.append(digest)

    @precondition(lambda self: self.working)
    @rule(place=st.integers(0, 30), store=st.booleans(), choice=st.randoms(use_true_random=False))
    def end(self, place: int, store: bool, choice: Any) -> None:
        digest = self.working.pop(choice.randrange(len(self.working)))
        if store and digest in self.stored and place not in self.records:
            self.records[place] = digest
        self.uses.end(digest, self.now)
        if digest in self.stored:
            self.stored[digest] = self.now

    @precondition(lambda self: self.records)
    @rule(choice=st.randoms(use_true_random=False))
    def delete(self, choice: Any) -> None:
        del self.records[choice.choice(sorted(self.records))]

    @precondition(lambda self: self.look is None)
    @rule()
    def begin_look(self) -> None:
        self.look, self.cursor = self.uses.look(self.now), -1
        for digest in self.look.candidates:
            witness = self.uses.witness(digest)
            if witness is not None and int(witness) not in self.records:
                self.uses.unnamed(digest, witness)
        self.searched = tuple(self.uses.unnamed_of(self.look))

    @precondition(lambda self: self.look is not None)
    @rule()
    def read_a_record(self) -> None:
        behind = [place for place in sorted(self.records) if place > self.cursor]
        if behind:
            self.cursor = behind[0]
            self.uses.named(self.records[self.cursor], str(self.cursor))
        else:
            self._take()

    @precondition(lambda self: self.leaving)
    @rule(whole=st.booleans())
    def end_a_removal(self, whole: bool) -> None:
        digest = min(self.leaving)
        self.leaving.discard(digest)
        if whole:
            self.uses.removed(digest)
            del self.stored[digest]
        else:
            self.uses.stays(digest, self.now)
            self.stored[digest] = self.now

    def _take(self) -> None:
        assert self.look is not None
        taken = self.uses.take(self.look, self.searched)
        self.look = None
        for digest in taken:
            assert digest in self.stored and digest not in self.leaving
            assert digest not in self.working, "work that names it is under way"
            assert digest not in self.records.values(), "a record names it"
            assert self.now - self.stored[digest] >= GRACE, "it was used a moment ago"
        self.leaving |= taken

    @invariant()
    def counts(self) -> None:
        assert len(self.uses) == len(self.stored)

    def teardown(self) -> None:
        """Without interruption, everything out of use is chosen."""
        while self.leaving:
            self.end_a_removal(whole=True)
        self.look = None
        self.now += GRACE
        unused = set(self.stored) - set(self.records.values()) - set(self.working)
        self.begin_look()
        while self.look is not None:
            self.read_a_record()
        assert self.leaving == unused


TestUses = Uses.TestCase
TestUses.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


def test_a_use_of_what_is_not_stored_is_forgotten() -> None:
    uses = ArtifactUses(GRACE)
    assert uses.begin("unknown")
    uses.end("unknown", 1.0)
    assert len(uses) == 0 and uses.look(100.0).candidates == frozenset()
