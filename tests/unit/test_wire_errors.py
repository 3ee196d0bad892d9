"""The error tree, and errors on their way through arrays, messages and gRPC statuses."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from amino_wire import errors
from amino_wire.pb import client_pb2, client_pb2_grpc
from amino_wire.values import decode, encode

ROOT = Path(__file__).parents[2]


CODES: list[dict[str, Any]] = json.loads((ROOT / "spec/protocol.json").read_text())["codes"]


def test_every_code_has_its_class_and_every_class_its_code() -> None:
    assert sorted(errors.BY_CODE) == sorted(entry["code"] for entry in CODES)
    for entry in CODES:
        kind = errors.BY_CODE[entry["code"]]
        assert kind.code == entry["code"]
        assert kind("m").outcome is errors.Outcome[entry["outcome"]]
        groups = [base.__name__ for base in kind.__mro__[1:] if issubclass(base, errors.AminoError) and base is not errors.AminoError]
        assert groups == [entry["group"]] * (entry["group"] is not None)


def test_whoever_knows_more_than_the_code_says_so() -> None:
    error = errors.KernelUnavailable("not sent", outcome=errors.Outcome.NOT_RUN, cause=errors.Moved("m", outcome=errors.Outcome.RAN))
    for back in (
        errors.from_payload(errors.to_payload(error)),
        errors.from_message(errors.to_message(error)),
        pickle.loads(pickle.dumps(error)),
        decode(encode(error)),
    ):
        assert back.outcome is errors.Outcome.NOT_RUN
        assert back.cause.outcome is errors.Outcome.RAN


@pytest.mark.parametrize(("rest", "outcome"), [([], 1), ([None], 1), ([0], 0), ([2, "later"], 2), ([7], 0), ([-1], 0)])
def test_what_an_older_or_a_newer_version_says_of_the_outcome(rest: list[Any], outcome: int) -> None:
    assert errors.from_payload(["NAME_NOT_FOUND", "T", "m", "", None, None, *rest]).outcome == outcome


def full() -> errors.AminoError:
    cause = errors.Moved("elsewhere", details={"address": "127.0.0.1:1"})
    return errors.GuestException("leer ∅", type="Stack::Empty", stack="at pop", details={"items": [1, {2}]}, cause=cause)


def same(left: errors.AminoError | None, right: errors.AminoError | None) -> None:
    assert (left is None) == (right is None)
    if left is not None and right is not None:
        assert type(left) is type(right)
        assert (left.message, left.type, left.stack, left.details) == (right.message, right.type, right.stack, right.details)
        assert left.outcome is right.outcome
        same(left.cause, right.cause)


def test_round_trips() -> None:
    same(errors.from_payload(errors.to_payload(full())), full())
    same(errors.from_message(errors.to_message(full())), full())
    same(pickle.loads(pickle.dumps(full())), full())


def test_an_unknown_code_is_named() -> None:
    error = errors.from_payload(["FROM_THE_FUTURE", "T", "m", "", None, None])
    assert isinstance(error, errors.InternalError)
    assert "FROM_THE_FUTURE" in error.message


@pytest.mark.parametrize(
    "payload",
    [
        [],
        ["A"],
        "text",
        [1, "", "", "", None, None],
        ["A", "", "", "", [], None],
        ["A", "", "", "", None, 5],
        ["A", "", "", "", None, None, "1"],
    ],
)
def test_what_is_no_error(payload: Any) -> None:
    with pytest.raises(errors.ValueInvalid):
        errors.from_payload(payload)


def test_details_that_cannot_travel_do_not_hide_the_error() -> None:
    message = errors.to_message(errors.NameTaken("taken \ud800", details={"odd": object()}))
    back = errors.from_message(message)
    assert isinstance(back, errors.NameTaken)
    assert "object" in back.details["odd"]


class Failing(client_pb2_grpc.ClientServiceServicer):
    def __init__(self, error: BaseException) -> None:
        self.error = error

    async def Get(self, request: Any, context: Any) -> client_pb2.GetResponse:  # noqa: N802
        await errors.abort(context, self.error)


@pytest.mark.parametrize("kind", list(errors.BY_CODE.values()), ids=lambda kind: kind.code)
async def test_every_error_comes_whole_through_grpc(kind: type[errors.AminoError]) -> None:
    sent = kind("what happened ∅", type="T", stack="s" * 20_000, details={"a": [1]}, cause=errors.OmsUnavailable("gone"))
    server = grpc.aio.server()
    client_pb2_grpc.add_ClientServiceServicer_to_server(Failing(sent), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        with pytest.raises(grpc.RpcError) as caught:
            await client_pb2_grpc.ClientServiceStub(channel).Get(client_pb2.GetRequest())
    await server.stop(None)
    got = errors.from_rpc_error(caught.value)
    assert (type(got), got.message, got.details, got.type) == (kind, sent.message, sent.details, "T")
    assert got.stack == "s" * 3000
    assert isinstance(got.cause, errors.OmsUnavailable)


async def test_nobody_there_is_unavailable(unused_tcp_port: int) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{unused_tcp_port}") as channel:
        with pytest.raises(grpc.RpcError) as caught:
            await client_pb2_grpc.ClientServiceStub(channel).Get(client_pb2.GetRequest())
    error = errors.from_rpc_error(caught.value, what="the kernel at nowhere")
    assert isinstance(error, errors.KernelUnavailable)
    assert error.message.startswith("the kernel at nowhere does not answer")
