"""The format of what the service keeps, written down in the store itself: a store of another one is refused, and stays as it is. Pure."""

from __future__ import annotations

from amino_store.sqlite.statements import SCHEMA_VERSION
from amino_store.transaction import Entry, Put
from amino_wire.errors import StoreIncompatible

from amino_oms.registry.keys import FORMAT

UNSAID = 3
"""The format of a store that says none: all that were ever in etcd before it was written down."""


def format_put() -> Put:
    """Writes the format of this version down."""
    return Put(FORMAT, b"%d" % SCHEMA_VERSION)


def check_format(entry: Entry | None, title: str) -> None:
    """Raises StoreIncompatible unless a store is of the format that this version reads.

    Arguments:
        entry: what the store says.
        title: the store, as messages name it.
    """
    text = b"%d" % UNSAID if entry is None else entry.value
    found = int(text) if text.isdigit() else 0
    if found == SCHEMA_VERSION:
        return
    older = found < SCHEMA_VERSION
    remedy = (
        "It is not converted: give this version another prefix behind the members of --store, or another folder, and register the objects "
        "again (`amino apply` makes those of a manifest). The version of Amino that wrote it can still use it"
        if older
        else "Install that version (`pip install --upgrade amino-runtime`), or give this one another prefix or folder"
    )
    raise StoreIncompatible(
        f"{title} was written by {'an older' if older else 'a newer'} version of Amino (store format {found}; this version reads format "
        f"{SCHEMA_VERSION}), and was left as it is. {remedy}",
        details={"found": found, "readable": SCHEMA_VERSION},
    )
