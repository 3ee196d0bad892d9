"""The vectors through objects in C++, Rust and AssemblyScript, compiled to WebAssembly: any value, and values of their own types."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import amino
import pytest

from examples.compilers.webassembly import compile_object
from tests.conformance.conftest import OBJECTS
from tests.conformance.drivers import SdkDriver, SdkFailure
from tests.conformance.test_c import fits
from tests.conformance.test_pairs import NESTED, VALID, echo_all
from tests.support.neutral import as_javascript, canonical

LANGUAGES = {"cpp": "echo.cpp", "cpp-llvm": "echo.cpp", "rust": "echo.rs", "assemblyscript": "echo.ts"}
PARTNERS = {"cpp": "python", "cpp-llvm": "java", "rust": "ruby", "assemblyscript": "js"}
"""The language of the objects that call an object of a language, and are called by it."""
KINDS = {"int": "echo_int", "double": "echo_double", "bool": "echo_bool", "string": "echo_text", "bytes": "echo_bytes"}
ONE, TWO = {"int": "1"}, {"int": "2"}
KEPT: dict[str, dict[str, Any]] = {
    "echo_list": {"list": [ONE, {"int": "-9223372036854775808"}, TWO]},
    "echo_map": {"map": [[{"string": "b"}, {"list": [ONE, TWO]}], [{"string": "c"}, {"list": []}]]},
    "echo_names": {"map": [[{"string": "name"}, {"string": "été"}]]},
    "echo_set": {"set": [{"string": "a"}, {"string": "b"}]},
    "echo_optional": {"int": "7"},
    "echo_natural": {"int": "18446744073709551615"},
}
"""By members with a type of the language's library: a value that such a type holds."""
REFUSED: dict[str, tuple[dict[str, Any], ...]] = {
    "echo_int": ({"int": "9223372036854775808"}, {"string": "7"}, {"double": "3ff8000000000000"}, {"null": None}),
    "echo_small": ({"int": "2147483648"},),
    "echo_natural": ({"int": "-1"}, {"int": "18446744073709551616"}),
    "echo_text": (ONE, {"bytes": "00"}),
    "echo_list": (ONE, {"list": [ONE, {"string": "a"}]}),
    "echo_map": ({"list": []}, {"map": [[ONE, {"list": []}]]}),
    "echo_set": ({"map": []},),
}


@pytest.fixture(scope="session")
def registered(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the kernel where `echo-<language>` is registered for each of these languages, too."""
    folder = Path(tmp_path_factory.mktemp("compiled"))
    with amino.connect(cluster) as client:
        for language, source in LANGUAGES.items():
            ending = ".bc" if language.endswith("-llvm") else ".wasm"
            client.register(compile_object(OBJECTS / source, folder, ending), name=f"echo-{language}")
    return cluster


@pytest.fixture(params=list(LANGUAGES))
def guest(request: pytest.FixtureRequest, registered: str) -> str:
    """A compiled language."""
    assert registered
    return str(request.param)


def test_every_value_from_sdk_to_guest_and_back(sdk: SdkDriver, guest: str) -> None:
    wrong = echo_all(sdk, (guest,), lambda value: sdk.call(f"echo-{guest}", "echo", value))
    assert not wrong, "\n".join(wrong)


def test_every_value_from_guest_to_guest_and_back(cluster: str, guest: str) -> None:
    other = PARTNERS[guest]
    driver = SdkDriver("python", cluster)

    def relay(caller: str, callee: str) -> Any:
        name = {"string": f"echo-{callee}"}
        return lambda value: driver.call(f"echo-{caller}", "relay", name, {"string": "echo"}, value)

    try:
        wrong = [
            line for caller, callee in ((guest, other), (other, guest)) for line in echo_all(driver, (guest, other), relay(caller, callee))
        ]
        assert not wrong, "\n".join(wrong)
    finally:
        driver.close()


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_scalar_as_the_languages_own_type(sdk: SdkDriver, guest: str, kind: str) -> None:
    wrong: list[str] = []
    for case in VALID:
        value = case["value"]
        if kind in value and ("int" not in value or fits(value)):
            seen = canonical(sdk.call(f"echo-{guest}", KINDS[kind], value))
            wanted = canonical(as_javascript(value) if sdk.sdk == "js" else value)
            if seen != wanted:
                wrong.append(f"{case['name']}: sent {value}, came back {seen}"[:300])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("member", list(KEPT))
def test_classes_of_the_languages_library(sdk: SdkDriver, guest: str, member: str) -> None:
    assert canonical(sdk.call(f"echo-{guest}", member, KEPT[member])) == canonical(KEPT[member])


@pytest.mark.parametrize("member", list(REFUSED))
def test_what_does_not_fit_is_refused_with_the_parameters_name(sdk: SdkDriver, guest: str, member: str) -> None:
    for value in REFUSED[member]:
        with pytest.raises(SdkFailure, match=rf"argument given of Echo\.{member} must be ") as caught:
            sdk.call(f"echo-{guest}", member, value)
        assert (caught.value.code, caught.value.outcome) == ("ARGUMENT_INVALID", "not_run")


def test_what_may_be_left_out_is_nothing(cluster: str, guest: str) -> None:
    with amino.connect(cluster) as client:
        echo = client.get(f"echo-{guest}")
        assert echo.echo_optional() is None
        assert echo.echo_int(given=5) == 5


def test_an_error_reaches_the_caller(sdk: SdkDriver, guest: str) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{guest}", "fail", {"string": "no such thing: été"})
    assert (caught.value.code, caught.value.type, caught.value.outcome) == ("GUEST_EXCEPTION", "EchoFailure", "ran")
    assert "no such thing: été" in caught.value.message
    assert sdk.call(f"echo-{guest}", "echo_int", ONE) == ONE


def test_an_index_that_is_not_there_ends_the_call_and_not_the_object(sdk: SdkDriver, guest: str) -> None:
    numbers = {"list": [ONE, TWO]}
    assert sdk.call(f"echo-{guest}", "at", numbers, ONE) == TWO
    for _ in range(3):
        with pytest.raises(SdkFailure) as caught:
            sdk.call(f"echo-{guest}", "at", numbers, TWO)
        assert caught.value.code == "GUEST_EXCEPTION"
        # Rust's library counts panics that nobody catches, and prints no more of them after the first ones.
        assert caught.value.type in ("std::out_of_range", "Panic", "Trap", "Error"), caught.value
    assert sdk.call(f"echo-{guest}", "at", numbers, ONE) == TWO


@pytest.mark.parametrize("case", NESTED, ids=lambda case: case["name"])
def test_an_error_of_a_nested_call_is_the_objects_own(sdk: SdkDriver, guest: str, case: dict[str, Any]) -> None:
    arguments = [{"string": case["target"] or "echo-python"}, {"string": case["method"]}, case["argument"]]
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{guest}", "relay", *arguments)
    error, cause = caught.value, caught.value.cause
    assert (error.code, error.outcome) == ("GUEST_EXCEPTION", "ran")
    assert cause is not None
    assert [cause.code, cause.outcome] == case["cause"]
    assert (error.type, error.message) == (cause.type, cause.message)


def test_an_error_of_a_nested_call_can_be_caught(sdk: SdkDriver, guest: str) -> None:
    caught = sdk.call(f"echo-{guest}", "code_of", {"string": "echo-python"}, {"string": "no_such_member"})
    assert caught == {"string": "MEMBER_NOT_FOUND"}


def test_time_and_random_bytes_are_the_kernels(cluster: str, guest: str) -> None:
    with amino.connect(cluster) as client:
        echo = client.get(f"echo-{guest}")
        before = time.time_ns() // 1_000_000
        assert before <= echo.now() <= time.time_ns() // 1_000_000
        first, second = echo.random(5000), echo.random(5000)
        assert (len(first), len(second)) == (5000, 5000) and first != second


THROWER = """
#include "amino.hpp"
#include <stdexcept>
struct Thrower {
  int64_t half(int64_t n) const { if (n % 2) throw std::invalid_argument("odd"); return n / 2; }
  int64_t tried(int64_t n) const { try { return half(n); } catch (const std::exception &) { return -1; } }
};
AMINO_OBJECT(Thrower, (half, n), (tried, n));
"""


def test_cpp_throws_and_catches_in_bitcode(cluster: str, tmp_path: Path) -> None:
    (tmp_path / "thrower.cpp").write_text(THROWER)
    with amino.connect(cluster) as client:
        thrower = client.register(tmp_path / "thrower.cpp", name="thrower", language="llvm")
        assert [thrower.half(4), thrower.tried(4), thrower.tried(3)] == [2, 2, -1]
        with pytest.raises(amino.GuestException, match="odd") as caught:
            thrower.half(3)
        assert caught.value.type == "std::invalid_argument"
        assert thrower.half(n=6) == 3


def test_missing_members_and_arguments_are_named(sdk: SdkDriver, guest: str) -> None:
    for method, code in (("ecko", "MEMBER_NOT_FOUND"), ("echo", "ARGUMENT_INVALID")):
        with pytest.raises(SdkFailure, match="echo") as caught:
            sdk.call(f"echo-{guest}", method)
        assert caught.value.code == code


def test_the_interface_lists_names_and_documentation(cluster: str, guest: str) -> None:
    with amino.connect(cluster) as client:
        found = client.describe(f"echo-{guest}")
    members = {member.name: member for member in found.members}
    assert found.class_name == "Echo"
    assert list(members["echo"].parameters) == ["given"]
    assert (members["echo"].doc, members["echo"].read_only) == ("Gives back what it is given.", True)
    assert list(members["relay"].parameters) == ["name", "method", "given"] and not members["relay"].read_only
    assert not any(name.startswith("amino_") for name in members)
