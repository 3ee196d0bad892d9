"""How commands about whole stores say that a disk, or the database of etcd, is full."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from amino_store.errors import StoreFull
from amino_wire.errors import DiskFull


@contextmanager
def telling_full() -> Generator[None]:
    """Raises DiskFull where the store says that it has no room: the command itself has met it, and no service that might be asked again."""
    try:
        yield
    except StoreFull as error:
        raise DiskFull(error.message, details=error.details, cause=error, outcome=error.outcome) from error
