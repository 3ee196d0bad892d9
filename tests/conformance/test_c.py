"""C on both roads, from one source: what it takes and gives, what its interface lists, calls to others."""

from __future__ import annotations

from typing import Any

import amino
import pytest

from tests.conformance.drivers import SdkDriver, SdkFailure
from tests.conformance.test_pairs import VALID
from tests.support.neutral import as_javascript, canonical

ROADS = ("wasm", "llvm")
MEMBERS = {"int": "echo_int", "double": "echo_double", "bool": "echo_bool", "string": "echo_text", "bytes": "echo_bytes"}


def fits(value: dict[str, Any]) -> bool:
    """Whether C's type of this kind can hold the value: 64 bits, and no NUL inside a string."""
    if "int" in value:
        return -(2**63) <= int(value["int"]) < 2**63
    return "\0" not in value.get("string", "")


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("kind", list(MEMBERS))
def test_every_scalar_there_and_back(sdk: SdkDriver, road: str, kind: str) -> None:
    wrong: list[str] = []
    for case in VALID:
        value = case["value"]
        if kind not in value or not fits(value):
            continue
        seen = canonical(sdk.call(f"echo-{road}", MEMBERS[kind], value))
        wanted = canonical(as_javascript(value) if sdk.sdk == "js" else value)
        if seen != wanted:
            wrong.append(f"{case['name']}: sent {value}, came back {seen}"[:300])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("road", ROADS)
def test_what_does_not_fit_is_refused(sdk: SdkDriver, road: str) -> None:
    for member, value in (("echo_int", {"int": str(2**63)}), ("echo_small", {"int": str(2**31)}), ("echo_int", {"string": "7"})):
        with pytest.raises(SdkFailure) as caught:
            sdk.call(f"echo-{road}", member, value)
        assert caught.value.code in ("ARGUMENT_INVALID", "VALUE_INVALID"), member


@pytest.mark.parametrize("road", ROADS)
def test_an_error_of_c_reaches_the_caller(sdk: SdkDriver, road: str) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{road}", "fail", {"string": "it cannot be"})
    assert (caught.value.code, caught.value.type) == ("GUEST_EXCEPTION", "EchoFailure")
    assert "it cannot be" in caught.value.message


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("callee", ["js", "python", "ruby", "java"])
def test_c_calls_an_object_in_another_language(sdk: SdkDriver, road: str, callee: str) -> None:
    arguments = [{"string": f"echo-{callee}"}, {"string": "echo"}, {"int": "123456789012"}]
    assert sdk.call(f"echo-{road}", "relay", *arguments) == {"int": "123456789012"}


@pytest.mark.parametrize("road", ROADS)
def test_the_interface_lists_only_the_artifacts_own_members(cluster: str, road: str) -> None:
    with amino.connect(cluster) as client:
        members = {member.name for member in client.describe(f"echo-{road}").members}
    assert members == {*MEMBERS.values(), "echo_small", "fail", "relay"}
