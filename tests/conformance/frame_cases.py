"""The cases of `frames.json`. A released version's cases stay as they are; later ones are added behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.conformance.value_cases import double, integer, listed, mapped, string

Frame = dict[str, Any]
Case = tuple[str, Frame, dict[str, Any]]
"""Name, description, and what else the vector says."""

NULL: dict[str, Any] = {"null": None}
MOVED = [
    *("MOVED", "Moved", "elsewhere", ""),
    mapped((string("address"), string("127.0.0.1:7420")), (string("epoch"), integer(3))),
    *(None, 1),
]
NOT_SENT = ["KERNEL_UNAVAILABLE", "KernelUnavailable", "not sent", "", None, None, 1]
LOST = ["KERNEL_UNAVAILABLE", "KernelUnavailable", "no answer", "", None, None, 0]
EMPTY = ["GUEST_EXCEPTION", "Stack::Empty", "leer ∅", "at pop (stack.js:3:11)", mapped((string("left"), integer(0))), None, 2]
UNCAUGHT = ["GUEST_EXCEPTION", "KernelUnavailable", "not sent", "", None, {"error": NOT_SENT}, 2]
LONG = ["NAME_NOT_FOUND", "NameNotFound", "no x", "", None, None, 1]


def valid() -> Iterator[Case]:
    """Every case."""
    yield from _hellos()
    yield from _requests()
    yield from _replies()
    yield "cancel", {"kind": "cancel", "seq": 3, "indexes": [0, 2, 300]}, {}
    yield "goodbye", {"kind": "goodbye", "error": ["OVERLOADED", "Overloaded", "too many connections", "", None, None, 1]}, {}
    stops = ["KERNEL_UNAVAILABLE", "AminoError", "the kernel stops", "", mapped((string("last"), integer(7))), None, 1]
    yield "goodbye that says which request is the last one", {"kind": "goodbye", "error": stops}, {}
    yield "ping", {"kind": "ping", "number": 7}, {}
    yield "pong", {"kind": "pong", "number": 7}, {}


def _hello(**fields: Any) -> Frame:
    return {"kind": "hello", "fields": {"v": 2, **fields}}


def _hellos() -> Iterator[Case]:
    yield "hello of a client", _hello(client="c1", token="secret", role="client"), {}
    yield "hello of a client without a token", _hello(client="c1", token=None, role="client"), {}
    yield "hello of a client that knows features", _hello(client="c1", token=None, role="client", features=["goodbye"]), {}
    yield "hello of the Python half", _hello(client="k1", token="secret", role="kernel"), {}
    kernel = _hello(kernel="k1", max_frame=16777216)
    yield "hello of a kernel", kernel, {}
    later = [["later", listed(string("one"))], ["principal", mapped((string("name"), string("somebody")))]]
    yield "hello of a kernel of a later version that adds fields", kernel, {"exact": False, "unknown": later}


def _call(target: str, method: str, *args: Any, **options: Any) -> Frame:
    return {"target": target, "method": method, "args": list(args), **({"options": options} if options else {})}


def _request(seq: int, budget_ms: int, *calls: Frame) -> Frame:
    return {"kind": "request", "seq": seq, "budget_ms": budget_ms, "calls": list(calls)}


def _requests() -> Iterator[Case]:
    yield "request without calls", _request(0, 0), {}
    values = (integer(1), string("ä"), double(0.5), NULL, {"bool": True}, {"bytes": "00ff"}, listed(integer(1), listed()))
    yield "request of two calls", _request(5, 500, _call("0190-abc", "incr", *values), _call("@kernel", "get")), {}
    yield "request to an instance", _request(1, 0, _call("0190-abc/0.2", "get")), {}
    client = {"kwargs": [["k", integer(2)]], "budget": 70, "request_id": "c1/1", "read_only": True, "transaction": "t1"}
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    yield "request with the options of a client", _request(2, 60000, _call("a", "m", **client, trace=trace, flags=1)), {}
    yield "request with an epoch", _request(2, 60000, _call("a", "m"), _call("a", "m", budget=70, flags=1, epoch=7)), {}
    guest = {"kwargs": [["k", listed(integer(2))]], "request_id": "k1/guest/1", "chain": ["c1/1", "a.m", "b.n"]}
    yield "request of a guest", _request(9, 0, _call("a", "m", integer(1), **guest)), {}
    forwarded = {"headers": [["lease", integer(3)]], "flags": 3, "epoch": 7, "client": "c1", "chain": ["c1/1", "a.m"]}
    every = {**client, "trace": trace, **forwarded}
    yield "request with every option", _request(2, 60000, _call("a", "m", integer(1)), _call("b", "n", **every)), {}
    added = {0: [[12, string("baggage")], [13, string("principal")], [31, listed(integer(1))], [999, mapped()]]}
    few = _request(4, 0, _call("a", "m", request_id="r"))
    yield "request with options of a later version", few, {"exact": False, "unknown": added}


def _value(value: Any) -> Frame:
    return {"value": value}


def _raised(*payload: Any) -> Frame:
    return {"raised": list(payload)}


def _replies() -> Iterator[Case]:
    scalars = [_value(value) for value in (NULL, {"bool": False}, integer(-1), double(2.5), string("x"), {"bytes": "01"})]
    yield "reply of plain values", {"kind": "reply", "seq": 5, "outcomes": scalars}, {}
    whole = listed(mapped((string("at"), {"timestamp": "1700000000000000000"})), {"reference": ["0190-abc", None, "3", None]})
    yield "reply of containers", {"kind": "reply", "seq": 300, "outcomes": [_value(whole), _value({"set": [integer(1)]})]}, {}
    yield "reply to a request without calls", {"kind": "reply", "seq": 0, "outcomes": []}, {}
    outcomes = [_raised(*error) for error in (NOT_SENT, LOST, EMPTY, UNCAUGHT)]
    yield "reply of errors with every outcome", {"kind": "reply", "seq": 1, "outcomes": [*outcomes, _value(integer(1))]}, {}
    later = {"kind": "reply", "seq": 1, "outcomes": [_raised(*LONG)]}
    yield "reply of an error of a later version that adds items", later, {"exact": False, "error_items": [mapped()]}
    yield "reply of an error that says nothing of its outcome", later, {"exact": False, "error_items": None}
    two = [_value(integer(8)), _raised(*MOVED)]
    yield "partial reply", {"kind": "partial", "seq": 5, "indexes": [2, 0], "outcomes": two}, {}
    metadata = mapped((integer(0), integer(17)), (integer(31), mapped((string("later"), listed(integer(1))))))
    yield "reply with metadata", {"kind": "reply", "seq": 2, "outcomes": two}, {"exact": False, "metadata": metadata}
    partial = {"kind": "partial", "seq": 2, "indexes": [1], "outcomes": two[:1]}
    yield "partial reply with metadata", partial, {"exact": False, "metadata": metadata}
