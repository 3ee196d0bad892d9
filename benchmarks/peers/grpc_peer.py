"""Plain gRPC, unary calls, asyncio on both sides. Messages are made without generated code, from a descriptor."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from benchmarks.drivers import PADDING, drive_async, ready
from benchmarks.peers.counter import Counter

METHOD = "/benchmark.Counter/Incr"
FIELD = descriptor_pb2.FieldDescriptorProto


def messages() -> tuple[Any, Any]:
    """The classes of `Request{string object=1; string method=2; sint64 n=3; bytes padding=4}` and `Reply{sint64 value=1}`."""
    file = descriptor_pb2.FileDescriptorProto(name="benchmark_counter.proto", package="benchmark", syntax="proto3")
    request = file.message_type.add(name="Request")
    kinds = [("object", FIELD.TYPE_STRING), ("method", FIELD.TYPE_STRING), ("n", FIELD.TYPE_SINT64), ("padding", FIELD.TYPE_BYTES)]
    for number, (name, kind) in enumerate(kinds, 1):
        request.field.add(name=name, number=number, type=kind, label=FIELD.LABEL_OPTIONAL)
    file.message_type.add(name="Reply").field.add(name="value", number=1, type=FIELD.TYPE_SINT64, label=FIELD.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    names = ("benchmark.Request", "benchmark.Reply")
    request_class, reply_class = (message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in names)
    return request_class, reply_class


async def serve(port: int) -> None:
    """Serves one counter."""
    request_class, reply_class = messages()
    counter = Counter()

    async def incr(request: Any, context: Any) -> Any:
        del context
        return reply_class(value=counter.incr(request.n, request.padding))

    handler = grpc.unary_unary_rpc_method_handler(incr, request_class.FromString, reply_class.SerializeToString)
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("benchmark.Counter", {"Incr": handler}),))
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    ready()
    await server.wait_for_termination()


async def call(port: int) -> None:
    """Calls it as the harness says."""
    request_class, reply_class = messages()
    channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}")
    incr = channel.unary_unary(METHOD, request_class.SerializeToString, reply_class.FromString)

    async def one(n: int) -> int:
        reply = await incr(request_class(object="counter-1", method="incr", n=n, padding=PADDING))
        return int(reply.value)

    await one(0)
    await drive_async(one)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[2])) if sys.argv[1] == "server" else call(int(sys.argv[2])))
