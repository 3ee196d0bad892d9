"""Values as bytes and back (`docs/wire.md`, section 1)."""

from amino_wire.values.codec import DEFAULT, Codec, decode, encode
from amino_wire.values.kinds import DEPTH_LIMIT, SCALARS, Duration, EncodedValue, Reference, Timestamp

__all__ = ["DEFAULT", "DEPTH_LIMIT", "SCALARS", "Codec", "Duration", "EncodedValue", "Reference", "Timestamp", "decode", "encode"]
