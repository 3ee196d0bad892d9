"""The form of a backup: a tar archive, whose last member has the sha256 of all bytes before it.

`header.json` comes first and says where the content is from. `blobs/HASH` are the blobs. `entries/000000` and so on hold the entries in
order, each as a message of etcd's own (`RangeResponse`, with keys and values alone). `summary.json` has the counts, and the sha256 of
each other member but the blobs, whose name is theirs. `sha256` is the end.
"""

from __future__ import annotations

import json
import tarfile
from dataclasses import asdict
from typing import Any

from amino_store.archive.content import Origin, Sum

FORMAT = 1
"""The form of the file itself."""
HEADER, SUMMARY, END = "header.json", "summary.json", "sha256"
BLOBS, ENTRIES = "blobs/", "entries/"
PART = 1024 * 1024
"""Bytes of entries after which another part begins; a part is larger only where one value is."""
END_BYTES = 64


def member(name: str, size: int) -> tarfile.TarInfo:
    """What tar says of a member."""
    made = tarfile.TarInfo(name)
    made.size, made.mode = size, 0o600
    return made


def end_header() -> bytes:
    """What tar writes before the last member."""
    return member(END, END_BYTES).tobuf(tarfile.USTAR_FORMAT)


def length_of(end: int) -> int:
    """The length of a whole file whose last member begins at `end`: its header, its content and tar's own padding."""
    used = end + tarfile.BLOCKSIZE + tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE
    return -(-used // tarfile.RECORDSIZE) * tarfile.RECORDSIZE


def entries_name(number: int) -> str:
    """The name of a part with entries."""
    return f"{ENTRIES}{number:06d}"


def header_text(origin: Origin, created: str) -> bytes:
    """What `header.json` holds; `created` is when the backup began, for people."""
    return json.dumps({"format": FORMAT, "created": created, "origin": asdict(origin)}, indent=1).encode()


def summary_text(total: Sum, parts: dict[str, str]) -> bytes:
    """What `summary.json` holds."""
    return json.dumps({"sum": asdict(total), "parts": parts}, indent=1).encode()


def header_of(text: bytes) -> tuple[int, str, Any]:
    """The format of a file, when it was begun, and its origin as it stands there."""
    found = json.loads(text)
    return int(found["format"]), str(found["created"]), found["origin"]


def summary_of(text: bytes) -> tuple[Sum, dict[str, str]]:
    """What `summary_text` was given."""
    found = json.loads(text)
    return Sum(**found["sum"]), dict(found["parts"])
