"""Values as bytes and back (`docs/wire.md`, section 1)."""

from amino_wire.values.codec import DEFAULT, Codec, decode, encode, encoded_map
from amino_wire.values.hooks import ValueHooks, as_named
from amino_wire.values.kinds import SCALARS, Duration, EncodedValue, Reference, Timestamp
from amino_wire.values.named import Named

__all__ = [
    "DEFAULT",
    "SCALARS",
    "Codec",
    "Duration",
    "EncodedValue",
    "Named",
    "Reference",
    "Timestamp",
    "ValueHooks",
    "as_named",
    "decode",
    "encode",
    "encoded_map",
]
