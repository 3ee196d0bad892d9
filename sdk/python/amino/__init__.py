"""Amino: call objects in any language on any host as if they were here.

async with amino.connect() as client:
    counter = await client.get("counter")
    await counter.incr(5)

with amino.connect() as client:
    client.get("counter").incr(5)
"""

from amino_wire.errors import AminoError, GuestException
from amino_wire.values import Duration, Reference, Timestamp

from amino import errors
from amino.blocking import BlockingClient
from amino.blocking_stub import BlockingStub
from amino.client import Client
from amino.connecting import Connecting, connect
from amino.loops import run
from amino.records import Event, Explanation, KernelInfo, LogLine, ManagerInfo, MemberInfo, Moved, ObjectInfo, ReplicaInfo
from amino.stub import Method, Stub
from amino.stub_base import reference_of
from amino.version import __version__

__all__ = [
    "AminoError",
    "BlockingClient",
    "BlockingStub",
    "Client",
    "Connecting",
    "Duration",
    "Event",
    "Explanation",
    "GuestException",
    "KernelInfo",
    "LogLine",
    "ManagerInfo",
    "MemberInfo",
    "Method",
    "Moved",
    "ObjectInfo",
    "Reference",
    "ReplicaInfo",
    "Stub",
    "Timestamp",
    "__version__",
    "connect",
    "errors",
    "reference_of",
    "run",
]
