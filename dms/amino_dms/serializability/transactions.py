"""The parts that both transaction managers share: settings, the commands' calls, and the memory of how transactions ended."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from amino_wire.errors import AminoError, TransactionConflict, TransactionInvalid
from amino_wire.transactions import is_joint

from amino_dms.api import QUESTION, Rule, Trait, require_some

COMMIT: Final = "@commit"
"""A call that the command `commit` sends through the chain, so that caches and savers see a write."""
ROLLBACK: Final = "@rollback"
PREPARE: Final = "@prepare"
"""A call that the peer `prepare` sends through the chain, so that savers save what a transaction over several objects has come to."""
BEGIN: Final = QUESTION + "begin"
"""A call that the command `start_transaction` sends through the chain, so that savers save what the transaction will
see."""

COMMITTED: Final = "committed"
ROLLED_BACK: Final = "rolled back"
CONFLICTED: Final = "in conflict with another one and rolled back"

ONE_KIND: Final = Rule(Trait.TRANSACTIONS, "each would commit and roll back without the other knowing; choose one")

_REMEMBERED = 1000
_REMEMBERED_JOINT = 64
"""Of transactions over several objects the coordinator knows the rest; and they are saved with each checkpoint."""


@dataclass(frozen=True, slots=True)
class TransactionConfig:
    """Settings.

    Arguments:
        lease: how long a transaction stays open without a call; then it is rolled back.
    """

    lease: timedelta = timedelta(seconds=30)

    def __post_init__(self) -> None:
        require_some(self, "lease")


@dataclass(frozen=True, slots=True)
class LockingConfig(TransactionConfig):
    """Settings.

    Arguments:
        early_release: a transaction over several objects hands the lock on when it is asked for its vote, not when it has ended. Those that
            get it then see what may be taken back yet, and end with it.
    """

    early_release: bool = True


class Endings:
    """How the last transactions ended, a thousand of this object alone and some over several, so that a command that is sent again gets the
    same answer."""

    def __init__(self, endings: dict[str, str] | None = None) -> None:
        self.known: dict[str, str] = dict(endings or {})
        self._order = {joint: deque(name for name in self.known if is_joint(name) == joint) for joint in (False, True)}

    def note(self, transaction: str, ending: str) -> None:
        """Remembers an ending."""
        joint = is_joint(transaction)
        if transaction not in self.known:
            self._order[joint].append(transaction)
        self.known[transaction] = ending
        if len(self._order[joint]) > (_REMEMBERED_JOINT if joint else _REMEMBERED):
            self.known.pop(self._order[joint].popleft(), None)

    def forget(self, transaction: str) -> None:
        """The ending did not come to pass."""
        if self.known.pop(transaction, None) is not None:
            self._order[is_joint(transaction)].remove(transaction)

    def answer(self, transaction: str, wanted: str, title: str) -> None:
        """Returns if the transaction ended as wanted.

        Arguments:
            title: how messages call the object.

        Raises:
            TransactionConflict: it ended in a conflict.
            TransactionInvalid: it ended otherwise, or was never there.
        """
        ending = self.known.get(transaction)
        if ending != wanted:
            raise self.error(transaction, title)

    def error(self, transaction: str, title: str) -> AminoError:
        """Why a transaction cannot go on."""
        ending = self.known.get(transaction)
        if ending == CONFLICTED:
            return TransactionConflict(f"transaction {transaction} of {title} was {ending}; start it again")
        state = f"was {ending}" if ending else "is unknown: it was never started, or its lease or the object's node has ended"
        return TransactionInvalid(f"transaction {transaction} of {title} {state}")
