"""The vectors through objects in Kotlin, Scala and Clojure, which are objects of language java."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import amino
import pytest

from examples.compilers.compiling import compile_sources
from tests.conformance.conftest import OBJECTS
from tests.conformance.drivers import SdkDriver, SdkFailure
from tests.conformance.test_pairs import echo_all

LANGUAGES = {"kotlin": "Echo.kt", "scala": "Echo.scala", "clojure": "echo.clj"}


@pytest.fixture(scope="session")
def registered(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the kernel where `echo-<language>` is registered for each of these languages, too."""
    with amino.connect(cluster) as client:
        for language, source in LANGUAGES.items():
            folder = compile_sources([OBJECTS / source], Path(tmp_path_factory.mktemp("jvm")) / language)
            client.register(folder, name=f"echo-{language}", language="java")
    return cluster


@pytest.fixture(params=list(LANGUAGES))
def guest(request: pytest.FixtureRequest, registered: str) -> str:
    """A language of the JVM."""
    assert registered
    return str(request.param)


def unordered(value: Any) -> Any:
    """A value whose maps have no order: those of Clojure keep the order of eight entries at the most."""
    if isinstance(value, dict):
        parts: dict[str, Any] = {key: unordered(part) for key, part in value.items()}
        return parts | {"map": sorted(parts["map"], key=json.dumps)} if isinstance(parts.get("map"), list) else parts
    return [unordered(part) for part in value] if isinstance(value, list) else value


def known(guest: str) -> Any:
    return unordered if guest == "clojure" else lambda value: value


def test_every_value_from_sdk_to_guest_and_back(sdk: SdkDriver, guest: str) -> None:
    wrong = echo_all(sdk, ("java",), lambda value: sdk.call(f"echo-{guest}", "echo", value), known(guest))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("other", ["js", "python", "ruby", "java"])
def test_every_value_from_guest_to_guest_and_back(cluster: str, guest: str, other: str) -> None:
    driver = SdkDriver("python", cluster)

    def relay(caller: str, callee: str) -> Any:
        name = {"string": f"echo-{callee}"}
        return lambda value: driver.call(f"echo-{caller}", "relay", name, {"string": "echo"}, value)

    try:
        wrong = [
            line
            for caller, callee in ((guest, other), (other, guest))
            for line in echo_all(driver, ("java", other), relay(caller, callee), known(guest))
        ]
        assert not wrong, "\n".join(wrong)
    finally:
        driver.close()


def test_an_exception_reaches_the_caller_with_class_message_and_stack(sdk: SdkDriver, guest: str) -> None:
    with pytest.raises(SdkFailure) as caught:
        sdk.call(f"echo-{guest}", "fail", {"string": "no such thing: été"})
    failure = caught.value
    assert (failure.code, failure.type.rsplit(".", 1)[-1]) == ("GUEST_EXCEPTION", "IllegalArgumentException")
    assert "no such thing: été" in failure.message
    assert "fail" in failure.stack


def test_missing_members_and_arguments_are_named(sdk: SdkDriver, guest: str) -> None:
    for method, code in (("ecko", "MEMBER_NOT_FOUND"), ("echo", "ARGUMENT_INVALID")):
        with pytest.raises(SdkFailure, match="echo") as caught:
            sdk.call(f"echo-{guest}", method)
        assert caught.value.code == code
