"""Questions to the objects of a transaction, and words to them."""

from __future__ import annotations

from amino_dms.joint.effects import Prepare, Tell
from amino_dms.joint.ending import Ending
from amino_wire.errors import (
    Conflict,
    EpochStale,
    InvalidRequest,
    NotFound,
    ObjectBusy,
    TransactionConflict,
)
from amino_wire.protocol import Code

from amino_oms.coordination.coordination import Coordination

ATTEMPT_SECONDS = 8.0
"""How long one attempt may take."""


class Participants:
    """Reaches the transaction managers of objects, wherever they are."""

    def __init__(self, coordination: Coordination) -> None:
        self._coordination = coordination

    async def vote(self, asked: Prepare) -> Ending | None:
        """An object's vote: None for yes.

        Raises:
            AminoError: there is none yet; ask again.
        """
        try:
            await self._coordination.ask_transactions(asked.object_id, "prepare", (asked.transaction, asked.token), ATTEMPT_SECONDS)
        except (ObjectBusy, EpochStale):
            raise
        except (Conflict, NotFound, InvalidRequest) as error:
            code = Code.TRANSACTION_CONFLICT if isinstance(error, TransactionConflict) else Code.TRANSACTION_ABORTED
            return Ending(error.message, "preparing", asked.object_id, code)
        return None

    async def tell(self, told: Tell) -> None:
        """Returns when an object has done what it was told, or is none any more.

        Raises:
            AminoError: it has not yet; tell it again.
        """
        args = (told.transaction, told.committed, told.reason, told.code)
        try:
            await self._coordination.ask_transactions(told.object_id, "conclude", args, ATTEMPT_SECONDS)
        except NotFound:
            # It was deleted, and what it would have done with it.
            return
