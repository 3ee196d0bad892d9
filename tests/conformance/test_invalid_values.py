"""Bytes that are no value, as the argument of a call: the caller is told, the object never sees them, and the kernel goes on."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import amino
import grpc
import msgpack
import pytest
from amino_wire.error_transport import from_rpc_error
from amino_wire.pb import client_pb2, client_pb2_grpc
from amino_wire.protocol import VERSION

from tests.conformance.conftest import GUESTS

INVALID: list[dict[str, Any]] = json.loads(Path(__file__).with_name("values.json").read_text(encoding="utf-8"))["invalid"]
ANSWER_SECONDS = 60.0
REQUEST, REPLY, PARTIAL, HELLO, GOODBYE = 0, 1, 2, 4, 5
RAISED = 8

Call = Callable[[str, bytes], str]
"""Calls `echo` of an object, by its id, with one encoded argument; returns the code of the error, or "" for a result."""


def framed(body: bytes) -> bytes:
    """A frame as it goes over a lane."""
    return len(body).to_bytes(4, "little") + body


def read_frame(stream: Any) -> list[Any]:
    """The next frame that comes over a lane."""
    length = stream.read(4)
    assert len(length) == 4, "the connection was closed without a goodbye"
    return msgpack.unpackb(stream.read(int.from_bytes(length, "little")), strict_map_key=False)


def outcome_code(outcome: Any) -> str:
    """The code of an error that a call ended in; "" for a result."""
    raised = isinstance(outcome, msgpack.ExtType) and outcome.code == RAISED
    return msgpack.unpackb(outcome.data, strict_map_key=False)[0] if raised else ""


def over_a_lane(stub: Any, target: str, argument: bytes) -> str:
    """A call on a connection of its own; its argument may be anything, so the frame is put together by hand."""
    hello = stub.Hello(client_pb2.HelloRequest(client_id="raw", wire_version=VERSION))
    host, _, port = hello.endpoints.lane_tcp.rpartition(":")
    greeting = msgpack.packb([HELLO, {"v": VERSION, "client": "raw", "token": hello.lane_token, "role": "client"}])
    call = b"\x94" + bytes([REQUEST, 0, 0]) + b"\x93" + msgpack.packb(target) + msgpack.packb("echo") + b"\x91" + argument
    with socket.create_connection((host, int(port)), ANSWER_SECONDS) as connection, connection.makefile("rb") as stream:
        connection.sendall(framed(greeting) + framed(call))
        while True:
            frame = read_frame(stream)
            if frame[0] == GOODBYE:
                return frame[1][0]
            if frame[0] in (REPLY, PARTIAL):
                return outcome_code(frame[-1][0])


def over_grpc(stub: Any, target: str, argument: bytes) -> str:
    """A single call over gRPC, which the kernel's Python half passes on."""
    try:
        answer = stub.Invoke(client_pb2.InvokeRequest(target=target, method="echo", args=b"\x91" + argument), timeout=ANSWER_SECONDS)
    except grpc.RpcError as error:
        return from_rpc_error(error).code
    return answer.error.code if answer.HasField("error") else ""


@pytest.fixture(scope="module", params=[over_a_lane, over_grpc], ids=lambda road: road.__name__)
def call(request: pytest.FixtureRequest, cluster: str) -> Iterator[Call]:
    """One way to the kernel."""
    with grpc.insecure_channel(cluster) as channel:
        stub: Any = client_pb2_grpc.ClientServiceStub(channel)
        yield lambda target, argument: request.param(stub, target, argument)


@pytest.mark.parametrize("guest", GUESTS)
def test_no_guest_is_given_an_invalid_value(cluster: str, call: Call, guest: str) -> None:
    with amino.connect(cluster) as client:
        target = amino.reference_of(client.get(f"echo-{guest}")).id
    wrong: list[str] = []
    for case in INVALID:
        # Within a frame an argument ends where the next item begins: bytes after it are no part of it.
        code = call(target, bytes.fromhex(case["hex"])) if case["name"] != "bytes after the value" else case["codes"][0]
        if code not in case["codes"]:
            wrong.append(f"{case['name']}: {code or 'accepted'}")
    assert not wrong, "\n".join(wrong)
    assert call(target, b"\x07") == "", "the kernel and the object go on"


def test_no_kernel_passes_on_what_another_part_of_it_cannot_read(cluster: str, call: Call) -> None:
    wrong: list[str] = []
    for case in INVALID:
        code = call("nobody", bytes.fromhex(case["hex"])) if case["name"] != "bytes after the value" else case["codes"][0]
        if code not in (*case["codes"], "NAME_NOT_FOUND"):
            wrong.append(f"{case['name']}: {code or 'accepted'}")
    assert not wrong, "\n".join(wrong)
    with amino.connect(cluster) as client:
        assert client.get("echo-js").echo(7) == 7, "the kernel goes on"


BAD_OPTIONS = {
    "no map": b"\xa1a",
    "cut off": b"\x81\x07\x81",
    "a byte that means nothing": b"\x81\x63\xc1",
    "a list as a key": b"\x81\x90\x05",
    "flags that are text": b"\x81\x09\xa1a",
    "flags beyond every flag": b"\x81\x09\xcf" + b"\xff" * 8,
    "an epoch beyond 64 bits": b"\x81\x0a\xcf" + b"\xff" * 8,
    "a chain of 2000 lists in one another": b"\x81\x06" + b"\x91" * 1999 + b"\x90",
}


@pytest.mark.parametrize("options", BAD_OPTIONS.values(), ids=BAD_OPTIONS.keys())
def test_options_that_are_none_are_refused_and_the_kernel_goes_on(cluster: str, options: bytes) -> None:
    with amino.connect(cluster) as client, grpc.insecure_channel(cluster) as channel:
        target = amino.reference_of(client.get("echo-js")).id
        stub: Any = client_pb2_grpc.ClientServiceStub(channel)
        request = client_pb2.InvokeRequest(target=target, method="echo", args=b"\x91\x07", options=options)
        assert stub.Invoke(request, timeout=ANSWER_SECONDS).error.code == "FRAME_INVALID"
        assert client.get("echo-js").echo(7) == 7
