"""All that the state machines want done. A shell does the effects of one event in their order."""

from __future__ import annotations

from dataclasses import dataclass

from amino_dms.joint.ending import Ending

# Of the coordinator.


@dataclass(frozen=True, slots=True)
class Prepare:
    """Asks an object whether its part can be committed, until it answers; answered by `voted`."""

    transaction: str
    object_id: str
    token: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Tells an object how the transaction ended, until it answers; answered by `acknowledged`.

    Arguments:
        committed: or without effect.
        reason, code: why without effect.
    """

    transaction: str
    object_id: str
    token: str
    committed: bool
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Decide:
    """A transaction may be stored. As soon as nothing is on its way to the store, the shell asks the coordinator which are `due`."""

    transaction: str


@dataclass(frozen=True, slots=True)
class Store:
    """Stores durably that the transaction is committed, and by which objects; answered by `stored` or `not_stored`. Nobody hears before."""

    transaction: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The client that asked for the end of the transaction gets its answer.

    Arguments:
        ending: why nothing has happened; None: all has.
    """

    transaction: str
    ending: Ending | None


@dataclass(frozen=True, slots=True)
class Settled:
    """All objects know of the commit: nobody will ask any more but the client."""

    transaction: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Nobody will ask any more: the store need not remember a commit."""

    transaction: str


# Of a participant.


@dataclass(frozen=True, slots=True)
class Keep:
    """Makes the part durable: what it was before, and what it would be. Answered by `kept` or `not_kept`."""


@dataclass(frozen=True, slots=True)
class Vote:
    """Answers the coordinator. A yes is never taken back by the object itself."""

    yes: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """Asks the coordinator how the transaction ended; the answer comes by `told`, unless nothing is decided."""


@dataclass(frozen=True, slots=True)
class AskLater:
    """The object wants to hear `asks` after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Apply:
    """Makes the part the object's state, durably; answered by `done`."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Takes the part back; answered by `done`."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Answers the coordinator: the object has done what it was told."""


Effect = Prepare | Tell | Decide | Answer | Settled | Forget
PartEffect = Keep | Vote | Ask | AskLater | Apply | Undo | Acknowledge
