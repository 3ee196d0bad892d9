"""Data folders of other versions than this one."""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

_ARCHIVE = Path(__file__).parents[1] / "data" / "data-folder-c542a54.tar.gz"


def old_folder(folder: Path) -> Path:
    """The data folder that an `amino up` of c542a54 has left, unpacked below `folder`."""
    with tarfile.open(_ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder / "data"


def set_format(database: Path, number: int) -> None:
    """Makes a store, which nobody has open, one of another format."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"PRAGMA user_version = {number}")
