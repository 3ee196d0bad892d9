"""`amino restore`: an empty store gets what a backup holds."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from amino_store.archive.reading import open_archive
from amino_store.sqlite.statements import SCHEMA_VERSION

from amino_oms.copies.filling import Filled, Note, fill
from amino_oms.copies.full import telling_full
from amino_oms.settings import OmsSettings
from amino_oms.storage import open_storage

GAP = 1_000_000_000
"""Lives of kernels that may have begun after a backup and before the loss of the store."""


async def restore(settings: OmsSettings, path: Path, *, note: Note) -> Filled:
    """Restores a backup. The whole file is checked before anything is written.

    Arguments:
        settings: `store` and `data_dir` name the store, which must be empty, or have got a part of the same backup before.
        path: the file.
        note: is told how far the work has come.

    Raises what `open_archive`, `open_storage` and `fill` raise, and DiskFull.
    """
    with telling_full(), open_archive(path, format_read=SCHEMA_VERSION) as archive:
        note(f"{path} is sound: {archive.sum.entries} entries and {archive.sum.blobs} artifacts of {archive.created}")
        storage = await open_storage(settings, time.monotonic)
        try:
            what, name = f"the restore of {path.name}", secrets.token_hex(8)
            return await fill(storage, archive, archive.sum, what=what, lineage=name, gap=GAP, note=note)
        finally:
            await storage.close()
