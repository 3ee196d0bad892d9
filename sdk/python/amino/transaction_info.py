"""The facts about a transaction over several objects."""

from __future__ import annotations

from dataclasses import dataclass

from amino_wire.pb import client_pb2


@dataclass(frozen=True, slots=True)
class TransactionPart:
    """An object in a transaction.

    Arguments:
        object_id, name: of the object; the name may be empty.
        state: `waits`, `joined`, `prepared` or `done`.
        member: of the call that joined, or waits.
        caller: who made that call.
        waits_for: the transaction that has the object; empty: it does not wait, or for calls outside of transactions.
        seconds: for how long it has been so.
    """

    object_id: str
    name: str
    state: str
    member: str
    caller: str
    waits_for: str
    seconds: float


@dataclass(frozen=True, slots=True)
class TransactionInfo:
    """A transaction over several objects.

    Arguments:
        id: its name.
        phase: `open`, `preparing`, `ready`, `storing`, `committed` or `aborted`.
        seconds: since its beginning.
        maker: who began it.
        parts: its objects.
    """

    id: str
    phase: str
    seconds: float
    maker: str
    parts: tuple[TransactionPart, ...]

    @classmethod
    def of(cls, record: client_pb2.TransactionRecord) -> TransactionInfo:
        """A record as it travelled."""
        parts = tuple(
            TransactionPart(part.object_id, part.object_name, part.state, part.member, part.caller, part.waits_for, part.waits_ms / 1000)
            for part in record.parts
        )
        return cls(record.transaction, record.phase, record.age_ms / 1000, record.maker, parts)
