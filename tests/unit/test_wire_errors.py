"""The error tree, and errors on their way through arrays, messages and gRPC statuses."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from amino.asked import asked
from amino.attempts import Lost
from amino_wire import errors
from amino_wire.pb import client_pb2, client_pb2_grpc
from amino_wire.protocol import CAUSE_LIMIT, ERRORS_LIMIT
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
        for one, other in zip(left.errors, right.errors, strict=True):
            same(one, other)


def test_round_trips() -> None:
    same(errors.from_payload(errors.to_payload(full())), full())
    same(errors.from_message(errors.to_message(full())), full())
    same(pickle.loads(pickle.dumps(full())), full())


def group() -> errors.GuestExceptionGroup:
    first = errors.GuestException("first", type="RangeError", details={"n": [1]}, cause=errors.NameNotFound("no carts"))
    within = errors.GuestExceptionGroup("within", type="ExceptionGroup", errors=[full()])
    return errors.GuestExceptionGroup("several", type="AggregateError", stack="at f", errors=[first, within], cause=errors.Moved("m"))


@pytest.mark.parametrize(
    "road",
    [
        lambda error: errors.from_payload(errors.to_payload(error)),
        lambda error: errors.from_message(errors.to_message(error)),
        lambda error: pickle.loads(pickle.dumps(error)),
        lambda error: decode(encode([error]))[0],
    ],
)
def test_a_group_keeps_its_members_by_every_road(road: Any) -> None:
    back = road(group())
    same(back, group())
    assert isinstance(back, errors.GuestExceptionGroup)
    assert back.exceptions == back.errors
    taken: list[errors.AminoError] = []
    try:
        raise back
    except* errors.AminoError as caught:
        taken.extend(caught.exceptions)
    assert [error.type for error in taken] == ["RangeError", "ExceptionGroup"]
    chosen, rest = back.split(lambda error: isinstance(error, errors.AminoError) and error.type == "RangeError")
    assert isinstance(chosen, errors.GuestExceptionGroup)
    assert isinstance(rest, errors.GuestExceptionGroup)
    assert (chosen.type, chosen.stack, len(chosen.errors), rest.errors[0].type) == ("AggregateError", "at f", 1, "ExceptionGroup")


def test_a_group_of_pythons_own_leaves_with_its_members() -> None:
    first = ValueError("first")
    first.__cause__ = KeyError("behind")
    back = decode(encode(ExceptionGroup("several", [first, ExceptionGroup("within", [TypeError("second")])])))
    assert isinstance(back, errors.GuestExceptionGroup)
    assert [error.type for error in back.errors] == ["ValueError", "ExceptionGroup"]
    assert back.errors[0].cause is not None
    assert back.errors[0].cause.type == "KeyError"
    assert [error.message for error in back.errors[1].errors] == ["second"]


def count(error: errors.AminoError) -> int:
    return 1 + sum(map(count, error.errors)) + (count(error.cause) if error.cause else 0)


def test_members_travel_up_to_the_limits() -> None:
    deep = errors.AminoError("innermost")
    for level in range(50):
        deep = errors.GuestExceptionGroup(str(level), errors=[deep], cause=errors.Moved("m"))
    for road in (lambda error: errors.from_payload(errors.to_payload(error)), lambda error: errors.from_message(errors.to_message(error))):
        assert count(road(deep)) < 2 * CAUSE_LIMIT
        assert count(road(errors.GuestExceptionGroup("wide", errors=[deep] * 500))) == ERRORS_LIMIT


def test_what_is_no_list_of_members_is_an_item_of_a_later_version() -> None:
    assert errors.from_payload(["NAME_NOT_FOUND", "T", "m", "", None, None, 1, {"later": 1}]).errors == ()
    with pytest.raises(errors.ValueInvalid):
        errors.from_payload(["NAME_NOT_FOUND", "T", "m", "", None, None, 1, ["no error"]])


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
    got = await through_grpc(sent)
    assert (type(got), got.message, got.details, got.type) == (kind, sent.message, sent.details, "T")
    assert got.stack == "s" * 3000
    assert isinstance(got.cause, errors.OmsUnavailable)


async def test_a_large_group_comes_through_grpc_with_the_members_that_have_room() -> None:
    members = [errors.GuestException(str(number), stack="s" * 500) for number in range(100)]
    got = await through_grpc(errors.GuestExceptionGroup("several", errors=members))
    assert isinstance(got, errors.GuestExceptionGroup)
    assert [error.message for error in got.errors] == [str(number) for number in range(len(got.errors))]
    assert 5 < len(got.errors) < 100


async def test_long_details_and_texts_come_through_grpc_shortened() -> None:
    lost = [f"field{number}: {'x' * 150}" for number in range(200)]
    got = await through_grpc(errors.StateNotCapturable("m" * 40_000, details={"lost": lost, "of": "o1", "large": "y" * 40_000}))
    assert isinstance(got, errors.StateNotCapturable)
    assert got.message.startswith("mmm") and len(got.message) > 500
    assert got.details["of"] == "o1"
    *told, more = got.details["lost"]
    assert told == lost[: len(told)] and len(told) > 5
    assert more == f"and {200 - len(told)} more"
    assert got.details["large"].startswith("yyy")


async def through_grpc(sent: errors.AminoError) -> errors.AminoError:
    server = grpc.aio.server()
    client_pb2_grpc.add_ClientServiceServicer_to_server(Failing(sent), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        with pytest.raises(grpc.RpcError) as caught:
            await client_pb2_grpc.ClientServiceStub(channel).Get(client_pb2.GetRequest())
    await server.stop(None)
    return errors.from_rpc_error(caught.value)


async def test_nobody_there_is_unavailable(unused_tcp_port: int) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{unused_tcp_port}") as channel:
        with pytest.raises(grpc.RpcError) as caught:
            await client_pb2_grpc.ClientServiceStub(channel).Get(client_pb2.GetRequest())
    error = errors.from_rpc_error(caught.value, what="the kernel at nowhere")
    assert isinstance(error, errors.KernelUnavailable)
    assert error.message.startswith("the kernel at nowhere does not answer")


class GivingUp(client_pb2_grpc.ClientServiceServicer):
    """A kernel that ends requests since it stops."""

    async def Get(self, request: client_pb2.GetRequest, context: grpc.aio.ServicerContext) -> client_pb2.GetResponse:  # noqa: N802
        await context.abort(grpc.StatusCode.CANCELLED, "CANCELLED")
        raise AssertionError("abort raises")


async def test_a_request_that_the_other_end_gives_up_may_be_sent_to_another_one() -> None:
    server = grpc.aio.server()
    client_pb2_grpc.add_ClientServiceServicer_to_server(GivingUp(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = client_pb2_grpc.ClientServiceStub(channel)
        with pytest.raises(Lost) as caught:
            await asked(lambda: stub.Get(client_pb2.GetRequest()), "the kernel that stops")
    await server.stop(None)
    assert caught.value.sent
    assert isinstance(caught.value.error, errors.KernelUnavailable)
    assert caught.value.error.message.startswith("the kernel that stops stopped before it had answered")
