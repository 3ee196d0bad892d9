"""Reports of JVMs about their own crashes, in the data folder: the latest few are kept."""

from __future__ import annotations

import contextlib
from pathlib import Path

from amino_graal.flags import CRASH_LOG

KEPT = 5


def keep_latest_crash_logs(folder: Path) -> list[Path]:
    """Removes all but the latest few, and answers those, the latest first."""
    found: list[tuple[float, Path]] = []
    for path in folder.glob(CRASH_LOG.replace("%p", "*")):
        with contextlib.suppress(OSError):
            found.append((path.stat().st_mtime, path))
    paths = [path for _, path in sorted(found, reverse=True)]
    for path in paths[KEPT:]:
        with contextlib.suppress(OSError):
            path.unlink()
    return paths[:KEPT]
