"""The right to end a transaction: its client shows the key with which it was begun."""

from __future__ import annotations

import hashlib
import hmac

from amino_dms.joint.transaction import JointTransaction
from amino_wire.errors import Outcome, PermissionDenied
from amino_wire.pb import client_pb2


def digest_of(key: str) -> bytes:
    """The digest that the service keeps of a key; empty where there is none."""
    return hashlib.sha256(key.encode()).digest() if key else b""


def check_key(request: client_pb2.EndTransactionRequest, known: JointTransaction | None) -> None:
    """Raises PermissionDenied where somebody else asks for the end of a transaction, and is no operator. Of a transaction
    that an earlier process has decided nobody can change the end, so its key is not remembered.

    Arguments:
        known: the transaction; None: nobody knows it.
    """
    if known is None or not known.key or hmac.compare_digest(known.key, digest_of(request.key)):
        return
    if request.commit or not request.operator:
        raise PermissionDenied(
            f"transaction {known.name} was begun by {known.maker or 'another client'}, and nobody else may"
            f" {'commit' if request.commit else 'end'} it; an operator ends it without effect by `amino abort {known.name}`",
            details={"transaction": known.name},
            outcome=Outcome.NOT_RUN,
        )
