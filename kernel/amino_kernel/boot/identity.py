"""The identity of this kernel: an id that outlives restarts, and the host it is on."""

from __future__ import annotations

import fcntl
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from amino_wire.errors import ConfigInvalid
from amino_wire.host import host_id

ID_FILE = "kernel-id"
LOCK_FILE = "lock"


@dataclass(frozen=True, slots=True)
class Identity:
    """`lock` is kept open as long as the kernel lives: two kernels with one id would steal each other's objects."""

    kernel_id: str
    host_id: str
    folder: Path
    lock: IO[str]


def take_identity(folder: Path) -> Identity:
    """Reads the kernel's id from its data folder, or makes one.

    Raises:
        ConfigInvalid: Another kernel uses the folder, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        lock = (folder / LOCK_FILE).open("w")
    except OSError as error:
        raise ConfigInvalid(f"The data folder {folder} cannot be used: {error.strerror}. Name another one with --data-dir.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise ConfigInvalid(f"Another kernel uses the data folder {folder}. Each kernel needs its own: name one with --data-dir.") from None
    return Identity(_read_or_make(folder / ID_FILE), host_id(), folder.resolve(), lock)


def _read_or_make(path: Path) -> str:
    try:
        known = path.read_text(encoding="utf-8").strip()
        if known:
            return known
    except FileNotFoundError:
        pass
    made = f"kernel-{secrets.token_hex(4)}"
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(made + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return made
