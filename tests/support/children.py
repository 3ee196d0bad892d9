"""The processes below a process, as Linux lists them."""

from __future__ import annotations

import contextlib
from pathlib import Path

_KERNEL = b"-m\0amino_kernel\0"


def every_child(process_id: int) -> list[int]:
    """The children of all threads of a process."""
    found: list[int] = []
    for children in Path(f"/proc/{process_id}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that has ended meanwhile
            found += [int(word) for word in children.read_text().split()]
    return found


def kernels_of(supervisor: int) -> list[int]:
    """The kernel process of a supervisor, which may have none at the moment."""
    return [child for child in every_child(supervisor) if _command_line(child).endswith(_KERNEL)]


def _command_line(process_id: int) -> bytes:
    try:
        return Path(f"/proc/{process_id}/cmdline").read_bytes()
    except OSError:
        return b""
