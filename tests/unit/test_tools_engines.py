"""The pure parts of the tools that lock the engines and try newer ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import lock_jars, try_engines


class Published(lock_jars.Versions):
    """Versions that nobody has to be asked for."""

    def __init__(self, newest: str, versions: list[str]) -> None:
        self._limit = lock_jars.numbers(newest)
        self._known = {}
        self._context = None  # type: ignore[assignment]
        self._published = versions

    def published(self, group: str, artifact: str) -> list[str]:
        return self._published


@pytest.mark.parametrize(("newest", "found"), [("25.0.3", "25.0.3"), ("25.0.12", "25.0.10"), ("25.0.9", "25.0.3"), ("25.1.9", "25.1.3")])
def test_the_newest_version_up_to_the_limit_is_taken(newest: str, found: str) -> None:
    versions = Published(newest, ["24.2.2", "25.0.10", "25.0.0", "25.0.3", "25.0.10.0.2", "25.1.3"])
    assert versions.newest("org.graalvm.js", "js-language", "25.0.0") == found
    assert versions.beyond("org.graalvm.js", "js-language") == ("" if newest == "25.1.9" else "25.1.3")
    assert versions.newest("org.bouncycastle", "bcprov-jdk18on", "1.78.1") == "1.78.1"


def test_changes_name_each_artifact_with_both_versions(tmp_path: Path) -> None:
    lock = tmp_path / "lock.json"
    jars = ["org.graalvm.js:js-language:25.0.0", "org.graalvm.compiler:compiler:25.0.0", "org.graalvm.compiler:compiler:25.0.4"]
    lock.write_text(json.dumps({"jars": {jar: {} for jar in jars}}))
    before = try_engines.versions(lock)
    assert before == {"org.graalvm.js:js-language": "25.0.0"}
    assert try_engines.changes(before, before) == []
    assert try_engines.changes(before, {"org.graalvm.js:js-language": "25.0.5", "org.graalvm.sdk:word": "25.0.5"}) == [
        "org.graalvm.js:js-language: 25.0.0 → 25.0.5",
        "org.graalvm.sdk:word: none → 25.0.5",
    ]


def test_a_language_of_another_release_than_the_engine_is_named() -> None:
    found = {
        "org.graalvm.truffle:truffle-api": "25.1.3",
        "org.graalvm.js:js-language": "25.1.2",
        "org.graalvm.ruby:ruby-language": "25.0.0",
    }
    assert try_engines.strangers(found) == ["org.graalvm.ruby:ruby-language 25.0.0 is of another release"]
    assert try_engines.strangers(try_engines.versions(try_engines.ROOT / try_engines.LOCK)) == []


def test_our_own_code_is_compiled_with_the_engine_that_is_tried() -> None:
    pom = (try_engines.ROOT / try_engines.POM).read_text(encoding="utf-8")
    assert "<graalvm.version>25.0.99<" in try_engines.with_version(pom, "25.0.99")


def test_our_own_code_is_compiled_with_the_engine_that_is_locked() -> None:
    engine = try_engines.versions(try_engines.ROOT / try_engines.LOCK)["org.graalvm.truffle:truffle-api"]
    pom = (try_engines.ROOT / try_engines.POM).read_text(encoding="utf-8")
    assert try_engines.with_version(pom, engine) == pom
    assert engine == lock_jars.NEWEST
