"""The settings of a client that come from its surroundings; all others are arguments of `connect`."""

from __future__ import annotations

from amino_wire.protocol import NEXT_AFTER_MS
from amino_wire.settings.declaration import Part, Setting

CLIENT = Part(
    "client",
    (
        Setting("address", "text", "127.0.0.1:7420", "host:port of a kernel of the cluster, or several with commas", "--address"),
        Setting(
            "next_after",
            "seconds",
            NEXT_AFTER_MS / 1000,
            "seconds without an answer of one kernel after which the next address is tried",
            above=0,
        ),
    ),
    table="",
    prefix="AMINO_",
    strict=False,
)
