"""The name of the client that sends a request."""

from __future__ import annotations

from typing import Any

import grpc.aio
from amino_wire.protocol import Metadata

Context = grpc.aio.ServicerContext[Any, Any]


def maker_of(context: Context) -> str:
    """The maker of an object. A client that does not say which one it is stands for all of its host."""
    client = client_id_of(context)
    return f"client {client.rsplit(':', 1)[0] if client.startswith('grpc ') else client}"


def features_of(context: Context) -> tuple[str, ...]:
    """What the client of a session can do beyond version 2 of the wire."""
    said = next((value for key, value in context.invocation_metadata() or () if key == Metadata.FEATURES), "")
    return tuple(each for each in str(said).split(",") if each)


def client_id_of(context: Context) -> str:
    """The id that a client gives itself, or else where it comes from."""
    for key, value in context.invocation_metadata() or ():
        if key == Metadata.CLIENT and value:
            return value if isinstance(value, str) else value.decode("utf-8", errors="replace")
    return f"grpc {context.peer()}"
