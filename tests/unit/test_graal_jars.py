"""The jar cache: nothing that is not what the lock file says is ever accepted."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from amino_graal.jars import JarStore, cache_folder
from amino_graal.lock import LANGUAGES, JarLock, LockedJar, load_lock, merged
from amino_wire.errors import JarsMissing, LanguageUnknown

CONTENT = {"base": b"base jar", "js": b"js jar", "compiler": b"compiler jar", "newer": b"newer compiler jar"}


def jar(name: str) -> LockedJar:
    return LockedJar("org.example", name, "1.0", hashlib.sha256(CONTENT[name]).hexdigest(), len(CONTENT[name]))


SETS = {"base": "base", "compiler-25.0.0": "compiler", "compiler-25.0.4": "newer"} | dict.fromkeys(
    ("js", "python", "ruby", "llvm", "wasm"), "js"
)
LOCK = JarLock({name: (jar(artifact),) for name, artifact in SETS.items()})


class Source:
    """A repository in memory that remembers what was fetched."""

    def __init__(self, content: dict[str, bytes]) -> None:
        self.content = content
        self.fetched: list[str] = []

    def __call__(self, wanted: LockedJar, folder: Path, progress: Callable[[str, int, int], None]) -> Path:
        self.fetched.append(wanted.artifact)
        path = folder / wanted.file_name
        path.write_bytes(self.content[wanted.artifact])
        progress(wanted.file_name, wanted.size, wanted.size)
        return path


def test_fetched_once_and_then_offline(tmp_path: Path) -> None:
    source = Source(CONTENT)
    store = JarStore(tmp_path, LOCK, source)
    seen: list[tuple[str, int, int]] = []
    store.ensure(["js"], compiler="25.0.3", progress=lambda *report: seen.append(report))
    assert sorted(source.fetched) == ["base", "compiler", "js"] and len(seen) == 3
    store.ensure(["js"], compiler="25.0.3", offline=True)
    assert len(source.fetched) == 3
    assert "js" in store.present()
    assert [path.read_bytes() for path in store.class_path(["js"])] == [CONTENT["base"], CONTENT["js"]]


def test_only_what_is_asked_for_is_fetched(tmp_path: Path) -> None:
    source = Source(CONTENT)
    JarStore(tmp_path, LOCK, source).ensure(["java"], compiler="")
    assert source.fetched == ["base"]


def test_a_wrong_file_is_thrown_away(tmp_path: Path) -> None:
    store = JarStore(tmp_path, LOCK, Source({**CONTENT, "js": b"jS jar"}))
    with pytest.raises(JarsMissing, match="sha256"):
        store.ensure(["js"], compiler="")
    assert not (tmp_path / "js-1.0.jar").exists()


def test_offline_without_jars_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(JarsMissing, match=r"js-1\.0\.jar.*offline.*AMINO_CACHE"):
        JarStore(tmp_path, LOCK, Source(CONTENT)).ensure(["js"], compiler="", offline=True)


def test_a_network_that_fails_is_jars_missing(tmp_path: Path) -> None:
    def fail(wanted: LockedJar, folder: Path, progress: Callable[[str, int, int], None]) -> Path:
        raise ConnectionError("no route")

    with pytest.raises(JarsMissing, match="no route"):
        JarStore(tmp_path, LOCK, fail).ensure(["js"], compiler="")


def test_a_short_file_of_the_right_name_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "js-1.0.jar").write_bytes(b"js")
    store = JarStore(tmp_path, LOCK, Source(CONTENT))
    store.ensure(["js"], compiler="")
    assert (tmp_path / "js-1.0.jar").read_bytes() == CONTENT["js"]


def test_damage_of_the_same_size_is_found(tmp_path: Path) -> None:
    store = JarStore(tmp_path, LOCK, Source(CONTENT))
    store.ensure(["js"], compiler="")
    (tmp_path / "js-1.0.jar").write_bytes(b"JS JAR")
    assert [each.artifact for each in store.damaged()] == ["js"]


KILLED = """
import os, sys, time
from pathlib import Path
from amino_graal.jars import JarStore
from amino_graal.lock import load_lock
def fetch(jar, folder, progress):
    path = folder / jar.file_name
    path.write_bytes(b"half of it")
    print("half", flush=True)
    time.sleep(60)
    return path
JarStore(Path(sys.argv[1]), None, fetch).ensure(["js"], compiler="")
"""


def test_a_killed_download_leaves_nothing_that_is_accepted(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "half\n"
        child.send_signal(signal.SIGKILL)
    assert list(tmp_path.glob(".fetch-*"))
    assert JarStore(tmp_path).present() == []
    JarStore(tmp_path, LOCK, Source(CONTENT)).ensure(["js"], compiler="")
    assert not list(tmp_path.glob(".fetch-*"))


def test_the_committed_lock_file_covers_every_language() -> None:
    lock = load_lock()
    for language in LANGUAGES:
        assert lock.jars_of(language)
    assert all(len(each.sha256) == 64 and each.size > 0 for each in lock.every_jar())
    names = [each.file_name for each in lock.every_jar()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("java", "compiler"),
    [
        ("25.0.0", "compiler"),
        ("25.0.3", "compiler"),
        ("25.0.4", "newer"),
        ("25.0.10+7-LTS", "newer"),
        ("25", "compiler"),
        ("24.0.2", "compiler"),
    ],
)
def test_a_jvm_gets_no_compiler_that_is_newer_than_itself(java: str, compiler: str) -> None:
    assert [jar.artifact for jar in LOCK.compiler_for(java)] == [compiler]


def test_the_committed_lock_file_has_one_version_of_each_jar_for_a_jvm() -> None:
    lock = load_lock()
    for java in ("25.0.0", "25.0.3", "25.0.4"):
        jars = merged([*(lock.jars_of(language) for language in LANGUAGES), lock.compiler_for(java)])
        assert len({each.artifact for each in jars}) == len(jars)
        (compiler,) = [each.version for each in jars if each.artifact == "compiler"]
        assert compiler == java
    assert lock.version_of("js") > lock.version_of("ruby")


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LanguageUnknown, match="cobol"):
        JarStore(tmp_path).ensure(["cobol"], compiler="")


def test_the_cache_folder_can_be_named() -> None:
    assert cache_folder({"AMINO_CACHE": "/somewhere"}) == Path("/somewhere")
    assert cache_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/amino")
