"""Names and ids: their form, and how a new id is made."""

from __future__ import annotations

import re
from random import Random, SystemRandom

from amino_wire.errors import ArgumentInvalid

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID = re.compile(f"[{_ALPHABET}]{{20}}")
_LENGTH = 20
_RANDOM = SystemRandom()
NAME_LIMIT = 200
"""Bytes of a name in UTF-8."""


def new_object_id(time_ms: int, random: Random = _RANDOM) -> str:
    """A new id: 20 characters of Crockford's base 32, the first 9 the time, so that ids sort by age; the other 55 bits are random."""
    number = (time_ms << 55) | random.getrandbits(55)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))


def is_object_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return _ID.fullmatch(text) is not None


def check_name(name: str) -> None:
    """Raises ArgumentInvalid for what cannot be a name."""
    if not name:
        raise ArgumentInvalid("the name is empty; give the object a name")
    if len(name.encode("utf-8", "replace")) > NAME_LIMIT:
        raise ArgumentInvalid(f"the name {name[:40]!r}… is longer than {NAME_LIMIT} bytes")
    if name[0] == "@" or name != name.strip() or not name.isprintable():
        raise ArgumentInvalid(
            f"the name {name!r} begins with '@', or has spaces at its ends or characters that do not print; choose another"
        )
    if is_object_id(name):
        raise ArgumentInvalid(f"the name {name!r} has the form of an object id; choose another")


def check_kernel_id(kernel_id: str) -> None:
    """Raises ArgumentInvalid for what cannot be the id of a kernel."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", kernel_id):
        raise ArgumentInvalid(f"the kernel id {kernel_id!r} must be 1 to 100 letters, digits, dots, dashes and underscores")
