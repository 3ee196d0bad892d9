"""Which shard a key belongs to. Pure, and the same in every process and language: only integers and bytes take part."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final

from amino_wire.errors import ArgumentInvalid, Outcome

from amino_dms.api.narrow import is_list

_PERSON: Final = b"amino-shards"
_MASK: Final = (1 << 64) - 1
_MULTIPLIER: Final = 2862933555777941757
"""That of the paper of the jump consistent hash (Lamping and Veach, 2014)."""
_LENGTH: Final = 4


def shard_of(key: Any, shards: int) -> int:
    """The number of the shard that has a key. Where there is one shard more, a key stays or belongs to the new one.

    Arguments:
        key: text, bytes, a whole number, or a list of such.
        shards: how many there are.

    Raises:
        ArgumentInvalid: nobody could say which keys are equal to it.
    """
    return jump(key_hash(key), shards)


def key_hash(key: Any) -> int:
    """64 bits of a key; equal for equal keys: 2.0 is 2, since some languages have only one sort of number. Raises as `shard_of`."""
    return int.from_bytes(blake2b(_bytes_of(key), digest_size=8, person=_PERSON).digest(), "big")


def jump(number: int, shards: int) -> int:
    """The jump consistent hash of a number below 2**64."""
    shard, candidate = -1, 0
    while candidate < shards:
        shard = candidate
        number = (number * _MULTIPLIER + 1) & _MASK
        candidate = ((shard + 1) << 31) // ((number >> 33) + 1)
    return shard


def _bytes_of(key: Any) -> bytes:
    if isinstance(key, str):
        return b"s" + key.encode("utf-8", "surrogatepass")
    if isinstance(key, float) and key.is_integer():
        key = int(key)
    if isinstance(key, int) and not isinstance(key, bool):
        return b"i%d" % key
    if isinstance(key, bytes):
        return b"b" + key
    if is_list(key):
        parts = [_bytes_of(part) for part in key]
        return b"l" + b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)
    raise ArgumentInvalid(
        f"a key must be text, bytes, a whole number or a list of such, found {_told(key)}; nothing has run",
        outcome=Outcome.NOT_RUN,
    )


def _told(key: Any) -> str:
    return repr(key) if key is None or isinstance(key, (bool, float)) else f"a value of type {type(key).__name__}"
