"""The hops of an error: where its call was in the code of each object."""

from __future__ import annotations

import json
import pickle
import traceback
from typing import Any

import pytest
from amino.cli.session import Output, Session
from amino_wire import errors
from amino_wire.hops import Hop
from amino_wire.values import decode, encode

HOPS = [
    Hop("python", "0190-a", "shop", "checkout", "shop.py", 12),
    Hop("js", "0190-b", None, "total", "cart.js", 7),
    Hop("wasm", "0190-c", "stock", "take"),
]
TEXT = """the call went through
  shop.checkout (python, shop.py:12)
  object 0190-b total (js, cart.js:7)
  stock.take (wasm)"""


def failed() -> errors.AminoError:
    """The error of a call through three objects, which the first of them has passed on."""
    error: errors.AminoError | None = None
    for hop in reversed(HOPS):
        error = errors.GuestException("nothing left", type="Empty", cause=error, hop=hop)
    assert error is not None
    return error


@pytest.mark.parametrize(
    "road",
    [
        lambda error: errors.from_payload(errors.to_payload(error)),
        lambda error: errors.from_message(errors.to_message(error)),
        lambda error: pickle.loads(pickle.dumps(errors.from_payload(errors.to_payload(error)))),
        lambda error: decode(encode([error]))[0],
    ],
)
def test_the_trace_comes_whole_and_is_in_the_traceback_once(road: Any) -> None:
    back = road(failed())
    assert back.trace == HOPS
    assert back.cause.trace == HOPS[1:]
    assert "".join(traceback.format_exception(back)).count(TEXT) == 1
    assert [member.trace for member in road(errors.GuestExceptionGroup("all", errors=[failed()], hop=HOPS[0])).errors] == [HOPS]


@pytest.mark.parametrize("item", [None, 5, [], ["python"], ["python", "id", None, "m", 1, None], {"later": 1}])
def test_what_is_no_hop_is_passed_over(item: Any) -> None:
    assert errors.from_payload(["GUEST_EXCEPTION", "T", "m", "", None, None, 2, None, item]).trace == []


def test_an_item_of_a_later_version_is_passed_over() -> None:
    back = errors.from_payload(["GUEST_EXCEPTION", "T", "m", "", None, None, 2, None, [*HOPS[0].parts(), "later"], "more"])
    assert back.trace == HOPS[:1]


def test_a_hop_of_any_size_is_shown_short() -> None:
    assert len(str(Hop("js", "id", "n" * 10_000, "m" * 10_000, "f" * 10_000, 1))) < 500


def test_the_command_line_shows_the_trace(capsys: pytest.CaptureFixture[str]) -> None:
    Session().explain_error(failed())
    assert capsys.readouterr().err.splitlines()[:5] == ["GUEST_EXCEPTION: Empty: nothing left", *TEXT.splitlines()]
    Session(output=Output.JSON).explain_error(errors.GuestExceptionGroup("all", errors=[failed()], hop=HOPS[0]))
    shown = json.loads(capsys.readouterr().err)["error"]
    assert [hop["name"] for hop in shown["trace"]] == ["shop"]
    assert [(hop["name"], hop["file"], hop["line"]) for hop in shown["errors"][0]["trace"]] == [
        ("shop", "shop.py", 12),
        (None, "cart.js", 7),
        ("stock", None, None),
    ]
