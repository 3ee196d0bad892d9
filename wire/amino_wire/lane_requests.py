"""Requests of clients to the OMS that may come by the lane, as the call `@kernel.request(name, message)` (`docs/wire.md`).

The answer is an array of one item, the message of the answer, or of two, nothing and the error: an error of the request is no error of
the call, which says only whether there is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from amino_wire.error_transport import from_message, to_message
from amino_wire.errors import AminoError, ValueInvalid
from amino_wire.pb import client_pb2, common_pb2

TARGET: Final = "@kernel"
METHOD: Final = "request"
MESSAGES: Final[Mapping[str, tuple[type[Any], type[Any]]]] = MappingProxyType(
    {
        "BeginTransaction": (client_pb2.BeginTransactionRequest, client_pb2.BeginTransactionResponse),
        "Create": (client_pb2.CreateRequest, client_pb2.CreateResponse),
        "CreateMany": (client_pb2.CreateManyRequest, client_pb2.CreateManyResponse),
        "EndTransaction": (client_pb2.EndTransactionRequest, client_pb2.EndTransactionResponse),
        "Get": (client_pb2.GetRequest, client_pb2.GetResponse),
        "GetOrCreate": (client_pb2.GetOrCreateRequest, client_pb2.GetOrCreateResponse),
    }
)
"""The messages of each request and of its answer, by its name in the service for clients."""


def answered(response: Any) -> list[Any]:
    """The value that travels for an answer."""
    return [response.SerializeToString()]


def failed(error: AminoError) -> list[Any]:
    """The value that travels for an error."""
    return [None, to_message(error).SerializeToString()]


def answer_of(name: str, value: Any) -> Any:
    """The answer to a request out of what has travelled.

    Raises:
        ValueInvalid: it is no answer.
        AminoError: the one that the request ended with.
    """
    match value:
        case [bytes(data)]:
            return MESSAGES[name][1].FromString(data)
        case [None, bytes(data)]:
            raise from_message(common_pb2.Error.FromString(data))
        case _:
            raise ValueInvalid(f"{name} was answered with no answer: the kernel must be another version; update it, or this program")
