"""The state machine of an instance: whatever happens in whatever order, no call passes managers by, and nothing is left half done."""

from __future__ import annotations

from typing import Any

import pytest
from amino_kernel.instances.instance import ChainFacts, Effect, Entrance, Happening, Instance, Life, Managers, Told, step
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

CHAINS = st.sampled_from([(b"", False), (b"Retry", False), (b"Locking", True), (b"Durable", True)])
ENDINGS = (Happening.LEFT, Happening.DESTROY, Happening.LOST)
LAST = {Effect.CLOSE, Effect.ABANDON}


class InstanceMachine(RuleBasedStateMachine):
    """Plays the shell: carries effects out in its own model of the JVM half and the managers, and lets steps end when it likes."""

    @initialize(chain=CHAINS)
    def begin(self, chain: tuple[bytes, bool]) -> None:
        self.generation = 1
        self.instance = Instance.begun(ChainFacts(1, *chain))
        self.opened: bytes | None = None  # whose managers answer calls
        self.opening: bytes | None = None
        self.exchanging = False
        self.retry_due = False
        self.held = False  # the JVM half holds calls
        self.fenced_in_half = False
        self.lease_held = True
        self.in_half = False
        self.in_table = False
        self.ended = False
        self.committed = False  # nobody may say that an arrival is not this kernel's

    def happen(self, event: Any) -> None:
        before = self.instance
        self.instance, effects = step(self.instance, event)
        if before.life is Life.GONE:
            assert (self.instance, effects) == (before, ())
        for effect in effects:
            self.carry_out(effect)

    def carry_out(self, effect: Effect) -> None:
        assert not self.ended or effect in (Effect.RELEASE, Effect.DESTROY), "an ended instance does nothing more"
        match effect:
            case Effect.OPEN:
                assert self.opening is None and not self.exchanging
                self.opening = self.instance.chain.key
            case Effect.EXCHANGE:
                assert self.opening is None and not self.exchanging
                assert self.instance.life is Life.ACTIVE
                self.exchanging = True
            case Effect.RETRY:
                self.retry_due = True
            case Effect.RESUME:
                assert self.lease_held, "another kernel may have the object"
                self.held = self.fenced_in_half = False
            case Effect.CLOSE | Effect.ABANDON:
                self.opened = self.opening = None
                self.exchanging = False
                self.ended = True
            case Effect.RELEASE | Effect.DESTROY:
                self.in_half = False
            case Effect.FORGET:
                self.in_table = False
            case _:
                pass

    @precondition(lambda self: self.instance.life is Life.CREATING and not self.in_half)
    @rule()
    def half_makes_it(self) -> None:
        self.in_half = True

    @precondition(lambda self: self.instance.life is Life.CREATING and self.in_half and not self.in_table)
    @rule()
    def made(self) -> None:
        self.in_table = self.committed = True
        self.happen(Happening.MADE)

    @precondition(lambda self: self.instance.life is Life.CREATING and self.in_half and not self.in_table)
    @rule()
    def received(self) -> None:
        self.in_table = self.held = True
        self.happen(Happening.RECEIVED)

    @precondition(lambda self: self.opening is not None)
    @rule(works=st.booleans())
    def opening_ends(self, works: bool) -> None:
        key, self.opening = self.opening, None
        self.opened = key if works else None
        self.happen(Happening.OPENED if works else Happening.OPENING_FAILED)

    @precondition(lambda self: self.exchanging)
    @rule(how=st.sampled_from([Happening.EXCHANGED, Happening.EXCHANGE_REFUSED, Happening.EXCHANGE_FAILED]))
    def exchange_ends(self, how: Happening) -> None:
        self.exchanging = False
        if how is Happening.EXCHANGED:
            assert self.instance.target is not None
            self.opened = self.instance.target.key or None
        elif how is Happening.EXCHANGE_FAILED:
            self.opened = None
        elif self.instance.managers is Managers.EXCHANGING and self.opened is None and not self.instance.chain.empty:
            how = Happening.EXCHANGE_FAILED  # after a failure there are no managers that could go on
        self.happen(how)

    @precondition(lambda self: self.retry_due)
    @rule()
    def retry(self) -> None:
        self.retry_due = False
        self.happen(Happening.RETRY)

    @rule(chain=CHAINS)
    def told(self, chain: tuple[bytes, bool]) -> None:
        self.generation += 1
        self.happen(Told(ChainFacts(self.generation, *chain)))

    @rule(chain=CHAINS, late=st.integers(1, 3))
    def told_late(self, chain: tuple[bytes, bool], late: int) -> None:
        wanted = self.instance.wanted
        self.happen(Told(ChainFacts(self.generation - late, *chain)))
        assert self.generation - late >= wanted.generation or self.instance.wanted == wanted

    @rule()
    def activate(self) -> None:
        self.committed = self.committed or self.instance.life is Life.PASSIVE
        self.happen(Happening.ACTIVATE)

    @rule()
    def move(self) -> None:
        settled = self.instance.settled
        self.happen(Happening.MOVE)
        self.held = self.held or settled
        assert (self.instance.life is Life.LEAVING) >= settled

    @precondition(lambda self: self.instance.life is Life.LEAVING)
    @rule()
    def stay(self) -> None:
        self.happen(Happening.STAY)

    @rule()
    def lease_ends(self) -> None:
        self.lease_held, self.fenced_in_half = False, self.fenced_in_half or self.in_half
        self.happen(Happening.FENCED)

    @rule()
    def lease_is_renewed(self) -> None:
        self.lease_held = True
        self.happen(Happening.UNFENCED)

    @rule(how=st.sampled_from(ENDINGS))
    def end(self, how: Happening) -> None:
        self.happen(how)
        assert self.instance.life is Life.GONE

    @invariant()
    def no_call_passes_managers_by(self) -> None:
        if self.instance.entrance() is Entrance.OBJECT and self.instance.life is not Life.CREATING:
            for chain in (self.instance.chain, self.instance.target):
                assert chain is None or not chain.on_path
        if self.instance.entrance() is Entrance.MANAGERS:
            assert self.opened is not None or self.opening is not None or self.exchanging or self.instance.life is Life.CREATING

    @invariant()
    def no_call_reaches_an_object_that_another_kernel_may_have(self) -> None:
        if not self.lease_held:
            assert self.instance.entrance() in (Entrance.NOT_NOW, Entrance.ELSEWHERE)

    @invariant()
    def nothing_answers_before_it_is_made_or_its_move_is_committed(self) -> None:
        assert self.committed >= self.instance.here
        assert not self.instance.here or self.opening is None, "its managers begin first"

    @invariant()
    def managers_are_those_of_the_chain_in_force(self) -> None:
        if self.instance.managers is Managers.OPEN and self.instance.life is not Life.GONE:
            assert self.opened == self.instance.chain.key

    @invariant()
    def nothing_stops_half_way(self) -> None:
        """An instance is callable as wanted, or something is under way that will make it so, or it is gone from everywhere."""
        now = self.instance
        if now.life is Life.GONE:
            assert not self.in_table
            assert self.opened is None
        elif now.life is Life.ACTIVE:
            assert not (self.held or self.fenced_in_half) or not self.lease_held
            assert now.wanted == now.chain or self.opening or self.exchanging or self.retry_due
            assert now.managers is not Managers.FAILED or self.retry_due


InstanceMachine.TestCase.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
TestInstance = InstanceMachine.TestCase


def test_calls_wait_while_managers_are_exchanged_and_are_refused_while_they_cannot_begin() -> None:
    plain, locking = ChainFacts(1), ChainFacts(2, b"Locking", True)
    now, effects = step(Instance.begun(plain), Happening.MADE)
    assert (now.entrance(), effects) == (Entrance.OBJECT, (Effect.PUBLISH,))
    now, effects = step(now, Told(locking))
    assert (now.entrance(), effects) == (Entrance.MANAGERS, (Effect.UPDATE, Effect.EXCHANGE))
    failed, effects = step(now, Happening.EXCHANGE_FAILED)
    assert (failed.entrance(), effects) == (Entrance.NOT_NOW, (Effect.RETRY,))
    now, effects = step(failed, Happening.RETRY)
    assert (now.managers, effects) == (Managers.EXCHANGING, (Effect.EXCHANGE,))
    now, effects = step(now, Happening.EXCHANGED)
    assert (now.entrance(), now.chain, effects) == (Entrance.MANAGERS, locking, (Effect.ROUTE, Effect.REPORT))


@pytest.mark.parametrize("event", [*Happening, Told(ChainFacts(9, b"Locking", True))])
def test_nothing_happens_to_an_instance_that_is_gone(event: Any) -> None:
    gone, _ = step(Instance.begun(ChainFacts(1)), Happening.DESTROY)
    assert step(gone, event) == (gone, ())


def test_a_chain_that_came_during_a_move_is_put_in_force_when_the_object_stays() -> None:
    locking = ChainFacts(2, b"Locking", True)
    now, _ = step(Instance.begun(ChainFacts(1)), Happening.MADE)
    now, _ = step(now, Happening.MOVE)
    now, effects = step(now, Told(locking))
    assert effects == ()
    now, effects = step(now, Happening.STAY)
    assert (now.managers, effects[-1]) == (Managers.EXCHANGING, Effect.EXCHANGE)
    moving, _ = step(now, Happening.MOVE)
    assert moving == now, "no move begins while managers are exchanged"


@pytest.mark.parametrize("chain", [ChainFacts(1), ChainFacts(1, b"Retry")])
def test_an_instance_that_was_fenced_while_it_was_made_answers_once_it_is_made(chain: ChainFacts) -> None:
    now, _ = step(Instance.begun(chain), Happening.FENCED)
    now, effects = step(now, Happening.UNFENCED)
    assert Effect.RESUME not in effects, "the JVM half may not have it yet"
    now, effects = step(now, Happening.MADE)
    if not chain.empty:
        now, effects = step(now, Happening.OPENED)
    assert effects[:2] == (Effect.PUBLISH, Effect.RESUME)


def test_a_move_that_is_given_up_after_the_lease_has_ended_lets_no_call_run_before_it_is_renewed() -> None:
    now, _ = step(Instance.begun(ChainFacts(1)), Happening.MADE)
    now, _ = step(now, Happening.MOVE)
    now, effects = step(now, Happening.FENCED)
    assert (now.entrance(), effects) == (Entrance.NOT_NOW, ())
    now, effects = step(now, Happening.STAY)
    assert Effect.RESUME not in effects
    refused, _ = step(now, Happening.MOVE)
    assert refused == now, "another kernel may have the object by now"
    now, effects = step(now, Happening.UNFENCED)
    assert (now.entrance(), effects) == (Entrance.OBJECT, (Effect.RESUME,))
