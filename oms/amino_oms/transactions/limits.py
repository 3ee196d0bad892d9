"""How many transactions may be open, and how large one may be: the coordinator has all of them in memory."""

from __future__ import annotations

from dataclasses import dataclass

from amino_dms.joint.ending import Ending
from amino_wire.errors import Outcome, Overloaded


@dataclass(frozen=True, slots=True)
class TransactionLimits:
    """The bounds; 0: none.

    Arguments:
        transactions: that are open at a time, until all their objects know how they ended.
        objects: that take part in one.
    """

    transactions: int = 0
    objects: int = 0

    def check_begin(self, present: int) -> None:
        """Raises Overloaded where so many are open that another one may not begin."""
        if self.transactions and present >= self.transactions:
            raise Overloaded(
                f"no transaction was begun: {present} are open, and the OMS allows {self.transactions} (--max-transactions). Begin it "
                "again when others have ended; `amino transactions` lists them, `amino abort ID` ends one",
                details={"limit": self.transactions},
                outcome=Outcome.NOT_RUN,
            )

    def too_large(self, objects: int) -> Ending | None:
        """Why a transaction of that many objects ends; None: it may be so large."""
        if not self.objects or objects <= self.objects:
            return None
        return Ending(f"more than {self.objects} objects would take part in it (--max-transaction-objects); divide it")
