"""Checks bytes that come against the limit and the hash that they must have. Pure."""

from __future__ import annotations

import hashlib
import re

from amino_wire.errors import ArtifactInvalid


class Incoming:
    """Counts bytes and hashes them.

    Arguments:
        digest: the hash (sha256, hex) that they must have; empty: any.
        limit: how many there may be.

    Raises ArtifactInvalid where `digest` is none.
    """

    def __init__(self, digest: str, *, limit: int) -> None:
        if digest and not is_digest(digest):
            raise ArtifactInvalid(f"the hash {digest[:80]!r} of the artifact is not a sha256 in 64 small hex digits")
        self._wanted, self._limit = digest, limit
        self._hasher, self.size = hashlib.sha256(), 0

    def take(self, chunk: bytes) -> None:
        """The next bytes. Raises ArtifactInvalid where there are too many."""
        self.size += len(chunk)
        if self.size > self._limit:
            raise ArtifactInvalid(f"the artifact {self._wanted[:12]} is larger than {self._limit} bytes; leave out what it does not need")
        self._hasher.update(chunk)

    def end(self) -> str:
        """The hash of all of them. Raises ArtifactInvalid where it is not the one that they must have."""
        found = self._hasher.hexdigest()
        if self._wanted and found != self._wanted:
            raise ArtifactInvalid(
                f"the artifact that should have the hash {self._wanted} has {found}: it was changed on its way; send it again"
            )
        return found


def is_digest(text: str) -> bool:
    """Whether a text is a sha256 as this package writes it."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None
