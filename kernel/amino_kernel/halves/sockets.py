"""The folder of a kernel's Unix sockets, which only its owner can enter."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from amino_kernel.halves.owned_folder import OwnedFolder

# The address of a Unix socket has room for some 100 bytes, and data folders may be deep.
PREFIX = "amino-"


@dataclass(frozen=True, slots=True)
class SocketFolder:
    """A short-lived folder with mode 0700."""

    own: OwnedFolder

    @classmethod
    def make(cls) -> SocketFolder:
        base = os.environ.get("XDG_RUNTIME_DIR", "")
        return cls(OwnedFolder.make(PREFIX, Path(base if base and os.access(base, os.W_OK) else tempfile.gettempdir())))

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.own.path

    def fresh(self, name: str) -> str:
        """Answers a path for a socket that does not exist yet."""
        return str(self.path / f"{name}-{secrets.token_hex(3)}.sock")

    def remove(self) -> None:
        self.own.remove()
