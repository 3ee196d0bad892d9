"""Who this kernel is: an id that outlives restarts, and the host it is on."""

from __future__ import annotations

import fcntl
import os
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from amino_wire.errors import ConfigInvalid

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


def host_id() -> str:
    """Answers an id that processes have in common when they share a boot and a file system, so that a Unix socket reaches."""
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
