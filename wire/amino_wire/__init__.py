"""The wire format of Amino: values, frames, errors and the connections that carry them (`docs/wire.md`)."""
