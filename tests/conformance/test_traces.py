"""The error of a call that went through several objects says where it was in each: language, name, member, file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conformance.conftest import GUESTS, OBJECTS
from tests.conformance.drivers import SdkDriver, SdkFailure

FILES = {"js": "echo.js", "python": "echo.py", "ruby": "echo.rb", "java": "Echo.java"}


def lines(guest: str, part: str) -> list[int]:
    """The lines of an object's source that have a text in them."""
    source = (OBJECTS / FILES[guest]).read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(source, 1) if part in line]


@pytest.mark.parametrize("first", range(len(GUESTS)))
def test_each_hop_is_in_the_trace(sdk: SdkDriver, first: int) -> None:
    guests = [*GUESTS[first:], *GUESTS[:first]]
    names = {"list": [{"string": f"echo-{guest}"} for guest in guests[1:]]}
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{guests[0]}", "pass_on", names)
    trace = caught.value.trace
    assert [[hop[0], hop[2], hop[3], hop[4]] for hop in trace] == [[guest, f"echo-{guest}", "pass_on", FILES[guest]] for guest in guests]
    assert [hop[5] for hop in trace[:-1]] == [
        next(line for line in lines(guest, "pass_on") if line > lines(guest, "the end of the line")[0]) for guest in guests[:-1]
    ]
    assert trace[-1][5] in lines(guests[-1], "the end of the line")
    for guest, hop in zip(guests, trace, strict=True):
        shown = [line for line in caught.value.shown.splitlines() if f"echo-{guest}.pass_on" in line]
        assert any(f"{FILES[guest]}:{hop[5]}" in line and guest in line for line in shown), caught.value.shown
    assert not re.search(r"amino:\w+/|resource:|org\.amino|org\.graalvm|polyglot", caught.value.shown)
    assert str(Path.home() / ".cache") not in caught.value.shown


def test_an_object_that_does_not_wait_is_in_the_trace(sdk: SdkDriver) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call("echo-js", "pass_on_later", {"list": [{"string": "echo-python"}]})
    here, there = caught.value.trace
    assert [here[0], here[2], here[3], here[4]] == ["js", "echo-js", "pass_on_later", "echo.js"]
    assert here[5] in lines("js", ".async.pass_on(")
    assert there[2] == "echo-python"


@pytest.mark.parametrize("road", ["wasm", "llvm"])
def test_c_says_which_member_it_was(sdk: SdkDriver, road: str) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{road}", "fail", {"string": "from C"})
    assert [hop[:1] + hop[2:4] for hop in caught.value.trace] == [[road, f"echo-{road}", "fail"]]


def test_what_did_not_run_has_no_hop(sdk: SdkDriver) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call("echo-python", "echo")
    assert caught.value.trace == []
