"""Which host this is, for knowing whether a Unix socket reaches."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def host_id() -> str:
    """An id that processes have in common when they share a boot, a file system and a user, so that a Unix socket reaches."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        boot = f"{uuid.getnode():x}"
    try:
        root = Path("/").stat()
        inside = f"{root.st_dev:x}-{root.st_ino:x}"
    except OSError:
        inside = ""
    return f"{boot}:{inside}:{os.getuid()}"
