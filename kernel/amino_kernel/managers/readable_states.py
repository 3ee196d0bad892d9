"""Whether a stored state could be read again here. Pure."""

from __future__ import annotations

from typing import Final

from amino_wire.errors import AminoError
from amino_wire.values import decode

_GRAPH: Final = b"\x84\xa6format\xa5graph\xa8language\xa2js\xa4lost\x90\xa4data"
_BYTES: Final = frozenset((0xC4, 0xC5, 0xC6))


def is_readable(state: bytes) -> bool:
    """Whether Python can hold an encoded state; what it cannot hold must not be stored, for nothing could come back from it."""
    if state.startswith(_GRAPH) and state[len(_GRAPH)] in _BYTES:
        return True  # all that is in it are bytes
    try:
        decode(state)
    except AminoError:
        return False
    return True
