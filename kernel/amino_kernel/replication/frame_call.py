"""A frame as a call between kernels. Pure."""

from __future__ import annotations

from typing import Final

from amino_wire.errors import FrameInvalid
from amino_wire.frames import pack
from amino_wire.guards import is_list
from amino_wire.values import EncodedValue, reader

TARGET: Final = "replication"
"""Whom such a call is for: no object has such an id, so that a JVM half hands it on to its Python half."""
METHOD: Final = "frame"
OPEN: Final = "open"
"""The method that answers at which addresses frames are taken without the JVM half; it carries a proof and an empty frame."""


def arguments(proof: str, frame: bytes) -> EncodedValue:
    """What the call carries: what the receiver is shown, and the frame."""
    return EncodedValue(pack([proof, frame]))


def read(args: EncodedValue) -> tuple[str, bytes]:
    """The same, at the receiver. Raises FrameInvalid, and ValueInvalid where it is no value."""
    found = reader.unpack(args.data)
    if not is_list(found) or [type(each) for each in found] != [str, bytes]:
        raise FrameInvalid("a call between kernels carries a proof and a frame; let all kernels run the same version of Amino")
    proof, frame = found
    return proof, frame
