"""Calls that the outermost instance manager of a replica takes over, without a task for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amino_wire.errors import AminoError
from amino_wire.frames import CallOptions
from amino_wire.values import EncodedValue

from amino_dms.api import GiveUp, InstanceManager, Tell
from amino_dms.runtime.entrance import Entrance

_TAKEN = "taken"
"""By what the entrance knows such calls: nobody else has that key."""


class Taking:
    """Counts them as inside the object, so that a move waits for them.

    Arguments:
        receivers: the parts on the way of calls, the outermost one last.
        entrance: where calls enter them.
    """

    def __init__(self, receivers: Sequence[InstanceManager[Any]], entrance: Entrance) -> None:
        outermost = receivers[-1] if receivers else None
        base: type[Any] = InstanceManager
        takes = outermost is not None and type(outermost).takes is not base.takes
        self._outermost = outermost if takes else None
        self._entrance = entrance

    @property
    def is_possible(self) -> bool:
        """Whether that instance manager takes calls over at all."""
        return self._outermost is not None

    def take(self, method: str, args: EncodedValue, options: CallOptions, tell: Tell) -> GiveUp | None:
        """See `InstanceManager.takes`."""
        outermost, entrance = self._outermost, self._entrance
        if outermost is None or options.transaction_id or not entrance.is_open:
            return None

        def ended(outcome: EncodedValue | AminoError) -> None:
            entrance.left(_TAKEN)
            tell(outcome)

        give_up = outermost.takes(method, args, options, ended)
        if give_up is None:
            return None
        entrance.entered(_TAKEN)

        def given_up() -> None:
            entrance.left(_TAKEN)
            give_up()

        return given_up
