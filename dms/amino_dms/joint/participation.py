"""The part of one object in a transaction over several."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from amino_dms.joint.effects import Acknowledge, Apply, Ask, AskLater, Keep, PartEffect, Undo, Vote

ASK_SECONDS: Final = 1.0
"""Seconds after which an object in doubt asks, and then again. By then nobody else waits any more without hearing of it."""

LOOK_SECONDS: Final = 5.0
"""Seconds after which an object that has not voted looks whether the transaction is known still: its coordinator may have ended."""


class Phase(StrEnum):
    """The phases of a part."""

    ACTIVE = "active"
    KEEPING = "keeping"
    """Asked to prepare. Whether the disk has that is not known."""
    PREPARED = "prepared"
    APPLYING = "applying"
    UNDOING = "undoing"
    ENDED = "ended"


class Participation:
    """An object's part. What it has voted for it does, however often its kernel ends meanwhile.

    Arguments:
        token: of this part: a part that began anew, since the object forgot, has another.
        phase: where it goes on after a move or a recovery.
    """

    def __init__(self, token: str, phase: Phase = Phase.ACTIVE) -> None:
        self.token = token
        self.phase = phase
        self.asked = 0
        """How often it has asked in doubt."""

    @property
    def in_doubt(self) -> bool:
        """Whether it may not end by itself."""
        return self.phase in (Phase.KEEPING, Phase.PREPARED)

    @property
    def runs(self) -> bool:
        """Whether calls of the transaction run."""
        return self.phase is Phase.ACTIVE

    def prepare(self, token: str) -> tuple[PartEffect, ...]:
        """The coordinator asks whether the part can be committed."""
        if token != self.token or self.phase in (Phase.UNDOING, Phase.ENDED):
            return (Vote(False),)
        if self.phase in (Phase.ACTIVE, Phase.KEEPING):
            first = self.phase is Phase.ACTIVE
            self.phase = Phase.KEEPING
            return (Keep(), AskLater(ASK_SECONDS)) if first else (Keep(),)
        return (Vote(True),)

    def kept(self) -> tuple[PartEffect, ...]:
        """The part is durable."""
        if self.phase is not Phase.KEEPING:
            return ()
        self.phase = Phase.PREPARED
        return (Vote(True),)

    def not_kept(self, *, ran: bool) -> tuple[PartEffect, ...]:
        """The part could not be made durable. The coordinator asks again, or ends the transaction.

        Arguments:
            ran: the disk may have it all the same.
        """
        if self.phase is Phase.KEEPING and not ran:
            self.phase = Phase.ACTIVE
        return ()

    def recovered(self) -> tuple[PartEffect, ...]:
        """The object has moved, or has come back after its kernel ended. A part that was not prepared is undone."""
        if self.in_doubt:
            return (Ask(), AskLater(ASK_SECONDS))
        self.phase = Phase.UNDOING
        return (Undo(),)

    def lease_over(self) -> tuple[PartEffect, ...]:
        """Nobody has called in it for long: an object ends by itself what it has not voted for."""
        if self.phase is not Phase.ACTIVE:
            return ()
        self.phase = Phase.UNDOING
        return (Undo(),)

    def told(self, *, committed: bool) -> tuple[PartEffect, ...]:
        """The coordinator has decided. Told twice, it is done once."""
        if self.phase is Phase.ENDED:
            return (Acknowledge(),)
        if committed:
            if self.phase not in (Phase.PREPARED, Phase.APPLYING):
                return ()  # it never voted: this is no answer to it
            self.phase = Phase.APPLYING
            return (Apply(),)
        if self.phase is Phase.APPLYING:
            return ()
        self.phase = Phase.UNDOING
        return (Undo(),)

    def asks(self) -> tuple[PartEffect, ...]:
        """The time to ask has come."""
        if self.phase is Phase.ACTIVE:
            return (Ask(), AskLater(LOOK_SECONDS))
        if not self.in_doubt:
            return ()
        self.asked += 1
        return (Ask(), AskLater(ASK_SECONDS))

    def not_done(self) -> None:
        """It could not be applied: it is as it was voted for, and will be told again."""
        if self.phase is Phase.APPLYING:
            self.phase = Phase.PREPARED

    def done(self) -> tuple[PartEffect, ...]:
        """It has been applied or undone."""
        if self.phase not in (Phase.APPLYING, Phase.UNDOING):
            return ()
        self.phase = Phase.ENDED
        return (Acknowledge(),)
