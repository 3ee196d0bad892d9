"""Amino: call objects in any language on any host as if they were here.

async with amino.connect() as client:
    counter = await client.get("counter")
    await counter.incr(5)

with amino.connect() as client:
    client.get("counter").incr(5)
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from amino.version import __version__

if TYPE_CHECKING:
    from amino_wire.errors import AminoError, GuestException, GuestExceptionGroup
    from amino_wire.values import Duration, Named, Reference, Timestamp, ValueHooks

    from amino import errors
    from amino.blocking import BlockingClient
    from amino.blocking_stub import BlockingStub
    from amino.client import Client
    from amino.connecting import Connecting, connect
    from amino.kind_info import KindInfo
    from amino.loops import run
    from amino.records import (
        Attached,
        Event,
        Explanation,
        KernelInfo,
        LogLine,
        ManagerInfo,
        MemberInfo,
        Moved,
        ObjectInfo,
        ReplicaInfo,
    )
    from amino.stub import Method, Stub
    from amino.stub_base import reference_of

__all__ = [
    "AminoError",
    "Attached",
    "BlockingClient",
    "BlockingStub",
    "Client",
    "Connecting",
    "Duration",
    "Event",
    "Explanation",
    "GuestException",
    "GuestExceptionGroup",
    "KernelInfo",
    "KindInfo",
    "LogLine",
    "ManagerInfo",
    "MemberInfo",
    "Method",
    "Moved",
    "Named",
    "ObjectInfo",
    "Reference",
    "ReplicaInfo",
    "Stub",
    "Timestamp",
    "ValueHooks",
    "__version__",
    "connect",
    "errors",
    "reference_of",
    "run",
]

_HOMES = {
    "amino_wire.errors": (
        "AminoError",
        "GuestException",
        "GuestExceptionGroup",
    ),
    "amino_wire.values": (
        "Duration",
        "Named",
        "Reference",
        "Timestamp",
        "ValueHooks",
    ),
    "amino.errors": ("errors",),
    "amino.blocking": ("BlockingClient",),
    "amino.blocking_stub": ("BlockingStub",),
    "amino.client": ("Client",),
    "amino.connecting": (
        "Connecting",
        "connect",
    ),
    "amino.kind_info": ("KindInfo",),
    "amino.loops": ("run",),
    "amino.records": (
        "Attached",
        "Event",
        "Explanation",
        "KernelInfo",
        "LogLine",
        "ManagerInfo",
        "MemberInfo",
        "Moved",
        "ObjectInfo",
        "ReplicaInfo",
    ),
    "amino.stub": (
        "Method",
        "Stub",
    ),
    "amino.stub_base": ("reference_of",),
}
"""Where each name is. They are imported when they are first used: `amino up` and `amino --help` need none of them."""


if not TYPE_CHECKING:  # else a checker would take any name for one of ours

    def __getattr__(name: str) -> Any:
        home = next((home for home, names in _HOMES.items() if name in names), None)
        if home is not None:
            module = import_module(home)
            found = module if home == f"{__name__}.{name}" else getattr(module, name)
            globals()[name] = found
            return found
        if not name.startswith("_") and find_spec(f"{__name__}.{name}") is not None:
            return import_module(f"{__name__}.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
