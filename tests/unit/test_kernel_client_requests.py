"""Requests to the OMS that come as calls to `@kernel`: whose they may be, how they are formed, and how their errors travel."""

from __future__ import annotations

from typing import Any, cast

import pytest
from amino_kernel.calls.client_requests import ClientRequests
from amino_kernel.calls.passing import Passing
from amino_kernel.halves.call import Call
from amino_kernel.links.oms_client import SHORT_SECONDS
from amino_kernel.links.record_cache import RecordCache
from amino_kernel.membership.lease_clock import SystemLeaseClock
from amino_wire.errors import AminoError, ArgumentInvalid, KernelUnavailable, NameTaken, OmsUnavailable, PermissionDenied, ValueInvalid
from amino_wire.frames import CallOptions
from amino_wire.lane_requests import METHOD, TARGET, answer_of
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.protocol import Outcome
from amino_wire.values import EncodedValue, decode, encode


class Oms:
    """Answers each request with an object of its maker, or raises."""

    def __init__(self, error: AminoError | None = None) -> None:
        self.error, self.stub, self.asked = error, self, list[tuple[str, Any, float]]()

    def __getattr__(self, name: str) -> Any:
        return name

    def patience(self, seconds: float) -> float:
        return seconds

    async def ask_standby(self, name: str, request: Any) -> Any:
        """There is none."""

    async def ask(self, method: str, message: Any, seconds: float) -> Any:
        self.asked.append((method, message, seconds))
        if self.error is not None:
            raise self.error
        return client_pb2.CreateResponse(object=common_pb2.ObjectRecord(id="o1", maker=message.maker))


async def at_once(seconds: float) -> None:
    """A kernel that has joined."""


async def never(object_id: str) -> common_pb2.ObjectRecord:
    raise AssertionError(f"nobody asks for {object_id}")


async def ask(oms: Oms, words: list[Any], client: str = "c1", joined: Any = at_once) -> Any:
    records = RecordCache(never, lambda: 0.0, never)
    requests = ClientRequests(Passing(cast("Any", oms), joined, records, SystemLeaseClock(), "kernel k1"))
    call = Call(TARGET, METHOD, EncodedValue(encode(words)), 1e9, CallOptions(client_id=client))
    return decode((await requests.answer(call, 7.0)).data)


def message(**fields: Any) -> bytes:
    return client_pb2.CreateRequest(class_name="counter", **fields).SerializeToString()


async def test_a_request_is_passed_on_in_the_name_of_its_client() -> None:
    oms = Oms()
    answer = answer_of("Create", await ask(oms, ["Create", message(maker="client somebody else", request_id="r1")]))
    ((method, sent, seconds),) = oms.asked
    assert (method, sent.request_id, sent.maker, seconds) == ("Create", "r1", "client c1", 7.0)
    assert answer.object.id == "o1" and answer.object.maker == "client c1"


@pytest.mark.parametrize("error", [NameTaken("it is taken", details={"name": "a"}), KernelUnavailable("k1", outcome=Outcome.NOT_RUN)])
async def test_an_error_of_a_request_is_its_answer(error: AminoError) -> None:
    value = await ask(Oms(error), ["Create", message()])
    with pytest.raises(type(error), match=error.message) as raised:
        answer_of("Create", value)
    assert (raised.value.details, raised.value.outcome) == (error.details, error.outcome)


async def test_a_kernel_that_has_not_joined_says_so() -> None:
    async def never(seconds: float) -> None:
        raise OmsUnavailable("there is no OMS")

    with pytest.raises(OmsUnavailable, match="there is no OMS"):
        answer_of("Create", await ask(Oms(), ["Create", message()], joined=never))


async def test_what_the_oms_does_alone_is_not_waited_for_as_long_as_a_constructor() -> None:
    oms = Oms()
    oms.error = OmsUnavailable("it stands still")
    with pytest.raises(OmsUnavailable):
        answer_of("Get", await ask(oms, ["Get", client_pb2.GetRequest(name_or_id="a").SerializeToString()]))
    assert [seconds for _, _, seconds in oms.asked] == [SHORT_SECONDS]


async def test_objects_send_no_requests() -> None:
    with pytest.raises(PermissionDenied, match="for clients, not for objects"):
        await ask(Oms(), ["Create", message()], client="")


@pytest.mark.parametrize(
    "words", [[], ["Create"], ["Create", "text"], ["Kernels", b""], ["Create", b"\xff\xff"], ["Create", b"", 1]], ids=str
)
async def test_a_request_that_is_formed_otherwise_is_refused(words: list[Any]) -> None:
    oms = Oms()
    with pytest.raises(ArgumentInvalid):
        await ask(oms, words)
    assert not oms.asked


@pytest.mark.parametrize("value", [None, [], [None], ["text"], [None, b"", b""]], ids=str)
def test_what_is_no_answer_is_refused(value: Any) -> None:
    with pytest.raises(ValueInvalid, match="no answer"):
        answer_of("Create", value)
