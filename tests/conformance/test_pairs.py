"""Every vector through every pair of SDK and guest language, and from guest to guest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import GUESTS
from tests.conformance.drivers import SdkDriver, SdkFailure
from tests.support.neutral import Described, as_javascript, as_ruby, canonical

VECTORS = json.loads(Path(__file__).with_name("values.json").read_text(encoding="utf-8"))
NESTED: list[dict[str, Any]] = json.loads(Path(__file__).with_name("nested_errors.json").read_text(encoding="utf-8"))["relayed"]
VALID: list[dict[str, Any]] = [case for case in VECTORS["valid"] if "nest" not in case["value"]]
SEEN_AS = {"null": "null", "bool": "bool", "int": "int", "double": "double", "string": "string", "bytes": "bytes", "list": "list"}
SEEN_AS |= {"map": "map", "set": "set", "timestamp": "timestamp", "duration": "duration"}


def expected(case: dict[str, Any], sdk: str, *guests: str) -> Described:
    """What comes back after a value went through these languages."""
    value = as_javascript(case["value"]) if "js" in (sdk, *guests) else case["value"]
    return seen_by(value, sdk, *guests)


def seen_by(value: Described, *languages: str) -> Described:
    """A value with all made equal that does not matter to these languages."""
    return canonical(as_ruby(value) if "ruby" in languages else value)


def echo_all(sdk: SdkDriver, guests: tuple[str, ...], call: Any, known: Callable[[Described], Any] = lambda value: value) -> list[str]:
    """Sends every vector; returns what is wrong, a line each. `known` gives of a value what must come back."""
    wrong: list[str] = []
    for case in VALID:
        refused = set(case.get("refused_by", ())) & {sdk.sdk, *guests}
        if sdk.sdk in refused:
            continue  # the SDK itself cannot make this value; its own tests show that it refuses
        try:
            seen: Any = seen_by(call(case["value"]), sdk.sdk, *guests)
        except SdkFailure as failure:
            # Between guests it is the caller's own exception that the other guest refused the value.
            behind = failure if failure.cause is None else failure.cause
            if not refused or behind.code != "VALUE_INVALID":
                wrong.append(f"{case['name']}: {failure}")
            continue
        if refused:
            wrong.append(f"{case['name']}: should be refused by {refused}")
        elif known(seen) != known(expected(case, sdk.sdk, *guests)):
            wrong.append(f"{case['name']}: sent {case['value']}, came back {seen}"[:400])
    return wrong


@pytest.mark.parametrize("guest", GUESTS)
def test_every_value_from_sdk_to_guest_and_back(sdk: SdkDriver, guest: str) -> None:
    wrong = echo_all(sdk, (guest,), lambda value: sdk.call(f"echo-{guest}", "echo", value))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("callee", GUESTS)
@pytest.mark.parametrize("caller", GUESTS)
def test_every_value_from_guest_to_guest_and_back(cluster: str, caller: str, callee: str) -> None:
    driver = SdkDriver("python", cluster)
    try:
        name = {"string": f"echo-{callee}"}
        wrong = echo_all(driver, (caller, callee), lambda value: driver.call(f"echo-{caller}", "relay", name, {"string": "echo"}, value))
        assert not wrong, "\n".join(wrong)
    finally:
        driver.close()


@pytest.mark.parametrize("guest", GUESTS)
@pytest.mark.parametrize("kind", list(SEEN_AS))
def test_the_guest_sees_a_value_of_its_own_language(sdk: SdkDriver, guest: str, kind: str) -> None:
    examples = [case["value"] for case in VALID if kind in case["value"] and not case.get("refused_by")]
    if kind == "double":
        examples = [value for value in examples if as_javascript(value) == value]
    answers = {sdk.call(f"echo-{guest}", "kind", value)["string"] for value in examples[:8]}
    wanted = {SEEN_AS[kind]}
    if guest == "js" and kind == "timestamp":
        wanted |= {"other"}  # amino.Timestamp, where a Date would lose nanoseconds
    if guest in ("js", "ruby") and kind == "duration":
        wanted = {"other"}  # amino.Duration: the language has none
    if guest == "python" and kind in ("timestamp", "duration"):
        wanted |= {"other"}  # amino.Timestamp and amino.Duration, where the language's own would lose nanoseconds
    assert answers <= wanted


EXCEPTIONS = {"js": "RangeError", "python": "ValueError", "ruby": "ArgumentError", "java": "IllegalArgumentException"}


@pytest.mark.parametrize("guest", GUESTS)
def test_the_guest_sees_the_classes_of_the_page_on_values(sdk: SdkDriver, guest: str) -> None:
    wrong: list[str] = []
    for row in VECTORS["classes"]:
        seen = sdk.call(f"echo-{guest}", "class_of", row["value"])["string"]
        if seen != row[f"guest_{guest}"]:
            wrong.append(f"{row['what']}: {seen}, not {row[f'guest_{guest}']}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("guest", GUESTS)
def test_an_exception_reaches_the_caller_with_class_message_and_stack(sdk: SdkDriver, guest: str) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{guest}", "fail", {"string": "no such thing: été"})
    assert caught.value.code == "GUEST_EXCEPTION"
    assert caught.value.type.rsplit(".", 1)[-1] == EXCEPTIONS[guest]
    assert "no such thing: été" in caught.value.message
    assert "fail" in caught.value.stack


@pytest.mark.parametrize("case", NESTED, ids=lambda case: case["name"])
@pytest.mark.parametrize("caller", GUESTS)
@pytest.mark.parametrize("callee", GUESTS)
def test_an_error_of_a_nested_call_is_the_objects_own(sdk: SdkDriver, caller: str, callee: str, case: dict[str, Any]) -> None:
    arguments = [{"string": case["target"] or f"echo-{callee}"}, {"string": case["method"]}, case["argument"]]
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{caller}", "relay", *arguments)
    error, cause = caught.value, caught.value.cause
    assert (error.code, error.outcome) == ("GUEST_EXCEPTION", "ran")
    assert cause is not None
    assert [cause.code, cause.outcome] == case["cause"]
    assert (error.type, error.message) == (cause.type, cause.message)
    if case["method"] == "fail":
        assert error.type.rsplit(".", 1)[-1] == EXCEPTIONS[callee]
        assert "from afar" in error.message


@pytest.mark.parametrize("guest", GUESTS)
def test_a_missing_member_is_named(sdk: SdkDriver, guest: str) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{guest}", "ecko", {"int": "1"})
    assert caught.value.code == "MEMBER_NOT_FOUND"
    assert "ecko" in caught.value.message
    assert "echo" in caught.value.message


@pytest.mark.parametrize("guest", GUESTS)
def test_too_few_arguments_are_counted(sdk: SdkDriver, guest: str) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{guest}", "echo")
    assert caught.value.code == "ARGUMENT_INVALID"
    assert "echo" in caught.value.message
