"""How much a store takes at once, as data, and the check of a transaction against it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from amino_store.errors import TransactionTooLarge
from amino_store.transaction import Put, Transaction

_ENVELOPE = 64
"""Bytes that a part of a request has beside its key and its value, at most."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a backend; None: none.

    Attributes:
        operations: how many comparisons, and how many operations of one branch, a transaction may have.
        value_bytes: the largest value. Larger ones belong into blobs.
        request_bytes: all keys and values of a transaction together.
    """

    operations: int | None = None
    value_bytes: int | None = None
    request_bytes: int | None = None

    def check(self, transaction: Transaction, store: str) -> None:
        """Raises TransactionTooLarge where a transaction is beyond a limit; `store` is the backend, as a message names it."""
        parts = (transaction.compares, transaction.then, transaction.otherwise)
        most = max(len(part) for part in parts)
        if self.operations is not None and most > self.operations:
            raise TransactionTooLarge(
                f"{store} takes {self.operations} operations in one transaction, and this one has {most}: nothing of it was done. "
                "Ask for fewer at once, or start etcd with a larger --max-txn-ops",
                details={"operations": most, "limit": self.operations},
            )
        if self.value_bytes is None and self.request_bytes is None:
            return
        puts = [each for each in (*transaction.then, *transaction.otherwise) if isinstance(each, Put)]
        largest = max((len(put.value) for put in puts), default=0)
        if self.value_bytes is not None and largest > self.value_bytes:
            key = max(puts, key=lambda put: len(put.value)).key
            raise TransactionTooLarge(
                f"{store} takes values of {self.value_bytes} bytes, and {key[:200]!r} has {largest}: nothing was done. Store less there",
                details={"bytes": largest, "limit": self.value_bytes},
            )
        size = sum(_ENVELOPE + 4 * len(part.key) for each in parts for part in each) + sum(len(put.value) for put in puts)
        if self.request_bytes is not None and size > self.request_bytes:
            raise TransactionTooLarge(
                f"{store} takes transactions of {self.request_bytes} bytes, and this one has up to {size}: nothing was done. "
                "Ask for fewer at once",
                details={"bytes": size, "limit": self.request_bytes},
            )


UNLIMITED = Limits()
"""Whatever memory and disk take."""
