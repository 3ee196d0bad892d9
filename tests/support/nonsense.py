"""Requests of the right types that make no sense: messages made at random over their descriptors, the same for the same seed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import grpc
import grpc.aio
from amino_wire.errors import InternalError, from_rpc_error
from amino_wire.values import encode
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

TEXTS = ("", "0", "-1", "a", "/", "..", "../" * 40, "@kernel", "@", "0.0", "0.0.0.0.0", "99999999999999999999", "\x00", "\u202e", "é" * 300)
TEXTS_OF_TYPES = ("js", "python", "ruby", "llvm", "wasm", "java", "cobol", "object.js", "proxy", "instance_manager", "coordinator", "store")
MANAGERS = ("Retry", "LeaseCaching", "DurableSerializableRPC", "KeepInRegion", "LoadBalancedFrontEnd", "Nobody")
INTEGERS = (0, 1, -1, 2, 7, 255, 65_536, 2**31 - 1, -(2**31))
LONGS = (*INTEGERS, 2**63 - 1, -(2**63))
NO_VALUES = (b"", b"\xc1", b"\xff" * 9)
VALUES = (*NO_VALUES, b"\xc0", b"\x90", b"\x80", b"\x91\xc0", *map(encode, ({"a": 1}, [1, "x", None], {"every": -1})))
SECONDS = 2.0


class Nonsense:
    """Makes messages.

    Arguments:
        random: its chance.
        words: what is known where the messages go, such as names of objects.
    """

    def __init__(self, random: Random, words: Sequence[str]) -> None:
        self._random = random
        self._words = (*words, *words, *TEXTS, *TEXTS_OF_TYPES, *MANAGERS)

    def message(self, descriptor: Descriptor, depth: int = 0) -> Message:
        """A message of a type; each field is there with some chance."""
        made = GetMessageClass(descriptor)()
        for each in descriptor.fields:
            if self._random.random() < (0.6 if depth < 4 else 0.1):
                self._fill(made, each, depth)
        return made

    def _fill(self, message: Message, each: FieldDescriptor, depth: int) -> None:
        kind = each.message_type
        if kind is not None and kind.GetOptions().map_entry:
            for _ in range(self._random.choice((1, 1, 3))):
                getattr(message, each.name)[self._scalar(kind.fields_by_name["key"])] = self._scalar(kind.fields_by_name["value"])
        elif each.is_repeated:
            values = [self._value(each, depth) for _ in range(self._random.choice((0, 1, 1, 2, 5)))]
            getattr(message, each.name).extend(values)
        elif kind is not None:
            getattr(message, each.name).CopyFrom(self._value(each, depth))
        else:
            setattr(message, each.name, self._value(each, depth))

    def _value(self, each: FieldDescriptor, depth: int) -> Any:
        return self.message(each.message_type, depth + 1) if each.message_type is not None else self._scalar(each)

    def _scalar(self, each: FieldDescriptor) -> Any:
        choose = self._random.choice
        match each.cpp_type:
            case FieldDescriptor.CPPTYPE_STRING:
                return choose(VALUES) if each.type == FieldDescriptor.TYPE_BYTES else choose(self._words)
            case FieldDescriptor.CPPTYPE_BOOL:
                return choose((False, True))
            case FieldDescriptor.CPPTYPE_ENUM:
                return choose((*(value.number for value in each.enum_type.values), 77))
            case FieldDescriptor.CPPTYPE_INT32:
                return choose(INTEGERS)
            case FieldDescriptor.CPPTYPE_UINT32 | FieldDescriptor.CPPTYPE_UINT64:
                return choose([number for number in INTEGERS if number >= 0])
            case FieldDescriptor.CPPTYPE_DOUBLE:
                return choose((0.0, -1.0, 1e308, float("nan"), float("inf")))
            case _:
                return choose(LONGS)


@dataclass(slots=True)
class Tally:
    """What came of requests."""

    asked: Counter[str] = field(default_factory=Counter[str])
    codes: Counter[str] = field(default_factory=Counter[str])
    internal: list[str] = field(default_factory=list[str])
    """Each request that was answered with INTERNAL, and the answer."""

    def __str__(self) -> str:
        methods = ", ".join(f"{method} {count}" for method, count in sorted(self.asked.items()))
        codes = ", ".join(f"{code} {count}" for code, count in self.codes.most_common())
        return f"{sum(self.asked.values())} requests: {methods}; answers: {codes}"


async def ask_nonsense(
    channel: grpc.aio.Channel, service: ServiceDescriptor, nonsense: Nonsense, random: Random, count: int, without: Collection[str] = ()
) -> Tally:
    """Sends requests to the methods of a service, one after the other.

    Arguments:
        without: methods that may end what is asked for good, by their nature.
    """
    tally, methods = Tally(), [method for method in service.methods if method.name not in without]
    for _ in range(count):
        method = random.choice(methods)
        requests = [nonsense.message(method.input_type) for _ in range(random.choice((1, 2, 3)) if method.client_streaming else 1)]
        tally.asked[method.name] += 1
        try:
            await _answered(channel, method, requests)
            tally.codes["answered"] += 1
        except grpc.aio.AioRpcError as error:
            known = from_rpc_error(error)
            tally.codes[known.code] += 1
            if isinstance(known, InternalError):
                tally.internal.append(f"{method.name}: {known.message}\n  asked: {' '.join(str(requests).split())[:400]}")
    return tally


async def _answered(channel: grpc.aio.Channel, method: MethodDescriptor, requests: list[Message]) -> None:
    path = f"/{method.containing_service.full_name}/{method.name}"
    make = {(False, False): channel.unary_unary, (False, True): channel.unary_stream, (True, False): channel.stream_unary}.get(
        (method.client_streaming, method.server_streaming), channel.stream_stream
    )
    call: Any = make(path, request_serializer=_bytes_of, response_deserializer=GetMessageClass(method.output_type).FromString)
    running = call(_all_of(requests) if method.client_streaming else requests[0], timeout=SECONDS)
    if method.server_streaming:
        async for _ in running:
            running.cancel()
            return
    else:
        await running


def _bytes_of(message: Message) -> bytes:
    return message.SerializeToString()


async def _all_of(requests: list[Message]) -> AsyncIterator[Message]:
    for each in requests:
        await asyncio.sleep(0)
        yield each
