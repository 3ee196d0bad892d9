"""The declarations of a deployment manager about itself, so that chains can be checked before they run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trait(StrEnum):
    """Traits that rules name instead of managers, so that rules hold for third parties too. Any other string is a trait as well."""

    CACHES = "caches results on the caller's side"
    TELLS = "tells callers of changes"
    DEDUPLICATES = "deduplicates calls"
    TRANSACTIONS = "runs transactions"
    LOCKS_LONG = "holds calls back while a transaction is open"
    GATES = "lets calls through one at a time at some moments"
    SAVES = "saves the object durably"
    SAVES_EACH_CALL = "has saved each call that is answered"
    RECOVERS = "brings the object back after a failure"
    MOVES = "moves the object"
    STAYS = "keeps the object where it is"
    REPLICATES = "keeps replicas of one state in step"
    SPREADS = "spreads calls over replicas that know nothing of one another"
    HAS_STATE = "relies on there being one state of the object"
    DIVIDES = "divides the object into shards"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule about another manager in the same chain.

    Arguments:
        other: a trait or a manager's name.
        reason: why, as the end of a sentence that begins with "X cannot …".
    """

    other: str
    reason: str


@dataclass(frozen=True, slots=True)
class Declarations:
    """A manager's declarations.

    Arguments:
        traits: its acts, in words that rules use.
        needs: managers or traits that must be in the same chain.
        forbids: managers or traits that must not be in the same chain.
        before: it must stand before these: its proxy outside theirs, its instance manager nearer the object.
        after: it must stand after these.
        needs_state: the object's state must be capturable.
    """

    traits: frozenset[str] = frozenset()
    needs: tuple[Rule, ...] = ()
    forbids: tuple[Rule, ...] = ()
    before: tuple[Rule, ...] = ()
    after: tuple[Rule, ...] = ()
    needs_state: bool = False
