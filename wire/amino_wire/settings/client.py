"""The settings of a client that come from its surroundings; all others are arguments of `connect`."""

from __future__ import annotations

from amino_wire.settings.declaration import Part, Setting

CLIENT = Part(
    "client",
    (Setting("address", "text", "127.0.0.1:7420", "host:port of a kernel of the cluster, or several with commas", "--address"),),
    table="",
    prefix="AMINO_",
    strict=False,
)
