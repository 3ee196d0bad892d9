"""Values as bytes and back (`docs/wire.md`, section 1)."""

from amino_wire.values.codec import DEFAULT, Codec, decode, encode
from amino_wire.values.kinds import SCALARS, Duration, EncodedValue, Reference, Timestamp

__all__ = ["DEFAULT", "SCALARS", "Codec", "Duration", "EncodedValue", "Reference", "Timestamp", "decode", "encode"]
