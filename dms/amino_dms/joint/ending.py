"""The end of a transaction without effect: in which phase, by which object, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from amino_wire.errors import AminoError, Deadlock, Outcome, TransactionAborted, TransactionConflict
from amino_wire.protocol import Code

_ERRORS: Final = {Code.TRANSACTION_CONFLICT: TransactionConflict, Code.DEADLOCK: Deadlock}


@dataclass(frozen=True, slots=True)
class Ending:
    """Why nothing of a transaction has happened.

    Arguments:
        code: TRANSACTION_ABORTED, TRANSACTION_CONFLICT or DEADLOCK.
        reason: a clause for people.
        object_id: the object that refused; empty: none did.
        phase: in which phase of the transaction.
    """

    reason: str
    phase: str = "open"
    object_id: str = ""
    code: str = Code.TRANSACTION_ABORTED

    def error(self, transaction: str) -> AminoError:
        """What the client of the transaction is told. Nothing has happened, so its outcome is NOT_RUN."""
        kind = _ERRORS.get(self.code, TransactionAborted)
        details = {"transaction": transaction, "phase": str(self.phase), "happened": "nothing"}
        if self.object_id:
            details["object"] = self.object_id
        text = f"transaction {transaction} was ended in the phase {self.phase}, and nothing of it has happened: {self.reason}"
        return kind(text, details=details, outcome=Outcome.NOT_RUN)
