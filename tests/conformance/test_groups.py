"""Members of groups of errors travel, from every guest language to every SDK and to every other guest."""

from __future__ import annotations

import pytest
from amino_wire.protocol import CAUSE_LIMIT, ERRORS_LIMIT

from tests.conformance.conftest import GUESTS
from tests.conformance.drivers import SdkDriver, SdkFailure

GROUPS = {
    "python": ("ExceptionGroup", "ValueError", "KeyError", "TypeError"),
    "js": ("AggregateError", "RangeError", "TypeError", "TypeError"),
    "ruby": ("Echo::Several", "ArgumentError", "KeyError", "TypeError"),
    "java": ("IllegalStateException", "IllegalArgumentException", "RuntimeException", "ArithmeticException"),
}
"""The classes that the object of each guest language groups: its own, of the first member, behind it, of the member of the second one."""


def check(error: SdkFailure, guest: str) -> None:
    """Compares an error with what the object's `fail_all` raises."""
    group, first, behind, second = GROUPS[guest]
    assert (error.code, error.type) == ("GUEST_EXCEPTION", group)
    assert error.message.startswith("too much: été")
    assert [(member.code, member.type) for member in error.errors] == [("GUEST_EXCEPTION", first), ("GUEST_EXCEPTION", group)]
    assert error.errors[0].message == "first"
    assert error.errors[0].cause is not None
    assert error.errors[0].cause.type == behind
    assert "behind" in error.errors[0].cause.message
    assert error.errors[1].message.startswith("within")
    assert [(member.type, member.message) for member in error.errors[1].errors] == [(second, "second")]
    assert error.errors[1].errors[0].outcome == "ran"


@pytest.mark.parametrize("guest", GUESTS)
def test_an_sdk_has_the_members(sdk: SdkDriver, guest: str) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{guest}", "fail_all", {"string": "too much: été"})
    check(caught.value, guest)


def counted(error: SdkFailure) -> tuple[int, int]:
    """How many errors are in one, itself among them, and how many levels they have."""
    inner = [counted(each) for each in (*error.errors, *([error.cause] if error.cause else []))]
    return 1 + sum(count for count, _ in inner), 1 + max((levels for _, levels in inner), default=0)


@pytest.mark.parametrize("guest", GUESTS)
def test_as_many_members_travel_as_the_limits_say(sdk: SdkDriver, guest: str) -> None:
    for count in (8, 500):
        with pytest.raises(SdkFailure) as caught:
            sdk.call(f"echo-{guest}", "fail_many", {"int": str(count)})
        errors, levels = counted(caught.value)
        assert errors == min(ERRORS_LIMIT, 1 + count * (2 * count + 1))
        assert levels <= CAUSE_LIMIT + 1
        assert len(caught.value.errors) == min(count, ERRORS_LIMIT - 1)


@pytest.mark.parametrize("callee", GUESTS)
@pytest.mark.parametrize("caller", GUESTS)
def test_a_group_that_an_object_passes_on_keeps_its_members(sdk: SdkDriver, caller: str, callee: str) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{caller}", "relay", {"string": f"echo-{callee}"}, {"string": "fail_all"}, {"string": "too much: été"})
    check(caught.value, callee)
    assert caught.value.cause is not None
    assert caught.value.cause.type == GROUPS[callee][0]
    assert caught.value.cause.errors == []


@pytest.mark.parametrize("callee", GUESTS)
@pytest.mark.parametrize("caller", GUESTS)
def test_a_guest_has_the_members(sdk: SdkDriver, caller: str, callee: str) -> None:
    arguments = [{"string": f"echo-{callee}"}, {"string": "fail_all"}, {"string": "m"}]
    answer = sdk.call(f"echo-{caller}", "members", *arguments)
    found = [[part["string"] for part in member["list"]] for member in answer["list"]]
    group, first, _, _ = GROUPS[callee]
    assert found[0] == [first, "first"]
    assert found[1][0] == group
    assert found[1][1].startswith("within")
