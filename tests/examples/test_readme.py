"""README.md, run as it stands: its commands against a cluster of its own, its objects registered, its clients executed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from amino_graal import report_machines

from tests.examples.pages import ROOT, blocks, commands
from tests.examples.running import running_up

SOURCES = {"js": "counter.js", "python": "counter.py", "ruby": "counter.rb", "c": "counter.c", "java": "Counter.java"}
INTERPRETED = ("js", "python", "ruby")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_up("--languages", "js,python,ruby,wasm,java", "--allow", "host") as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's objects under the names that it gives them, and the examples that it names."""
    place = tmp_path_factory.mktemp("readme")
    for block in blocks("README.md"):
        if block.language in SOURCES and ("class Counter" in block.text or "AMINO_CLASS(Counter" in block.text):
            (place / SOURCES[block.language]).write_text(block.text)
    jdk = report_machines(os.environ).chosen
    assert jdk is not None
    subprocess.run([str(jdk.home / "bin/javac"), "-d", str(place / "classes"), str(place / "Counter.java")], check=True)
    (place / "examples").symlink_to(ROOT / "examples")
    return place


def run(command: list[str], folder: Path, address: str) -> str:
    environment = {**os.environ, "AMINO_ADDRESS": address, "RUBYLIB": str(ROOT / "sdk" / "ruby" / "lib")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def test_the_commands_by_hand(address: str, folder: Path) -> None:
    shown = [shlex.split(line) for line in commands("README.md") if line.startswith(".venv/bin/amino")]
    assert [words[1] for words in shown] == ["up", "register", "call", "ls", "cc", "register", "register", "register", "explain"]
    for words in shown:
        if words[1] == "up":
            continue  # the fixture is that process
        arguments = [sys.executable, "-m", "amino", *words[1:]]
        output = run([*arguments, "--replace"] if words[1] == "register" else arguments, folder, address)
        if words[1] == "call":
            assert output.strip() == "5"
        if words[1] == "ls":
            assert "counter" in output


@pytest.mark.parametrize("language", INTERPRETED)
def test_the_objects(address: str, folder: Path, language: str) -> None:
    name = f"counter-{language}"
    source = SOURCES[language]
    run([sys.executable, "-m", "amino", "register", "--lang", language, source, "--name", name, "--replace"], folder, address)
    run([sys.executable, "-m", "amino", "call", name, "incr", "5"], folder, address)
    assert json.loads(run([sys.executable, "-m", "amino", "-o", "json", "call", name, "get"], folder, address)) == 5


@pytest.mark.parametrize("name", ["counter-c", "counter-java"])
def test_the_compiled_objects(address: str, folder: Path, name: str) -> None:
    for line in commands("README.md"):
        words = shlex.split(line)
        if words[0] == ".venv/bin/amino" and (words[1] == "cc" or name in words):
            run([sys.executable, "-m", "amino", *words[1:], *(["--replace"] if words[1] == "register" else [])], folder, address)
    run([sys.executable, "-m", "amino", "call", name, "incr", "5"], folder, address)
    assert json.loads(run([sys.executable, "-m", "amino", "-o", "json", "call", name, "get"], folder, address)) == 5


@pytest.fixture
def counter(address: str, folder: Path) -> None:
    run([sys.executable, "-m", "amino", "register", "--lang", "js", "counter.js", "--name", "counter", "--replace"], folder, address)


def test_the_python_client(address: str, folder: Path, counter: None) -> None:
    text = next(block.text for block in blocks("README.md") if block.language == "python" and "import amino" in block.text)
    header, with_async, without = text.strip().split("\n\n")
    assert header == "import amino"
    body = textwrap.indent(with_async, "    ")
    program = f"import asyncio\n{header}\nasync def main():\n{body}\nasyncio.run(main())\n{without}\n"
    assert run([sys.executable, "-c", program], folder, address).split() == ["5", "10"]


def test_the_node_client(address: str, folder: Path, counter: None) -> None:
    text = next(block.text for block in blocks("README.md") if block.language == "js" and "@amino/client" in block.text)
    package = folder / "node_modules" / "@amino" / "client"
    package.parent.mkdir(parents=True, exist_ok=True)
    if not package.exists():
        package.symlink_to(ROOT / "sdk" / "js")
    (folder / "client.mjs").write_text(text)
    assert run(["node", "client.mjs"], folder, address).strip() == "5"


def test_the_ruby_client(address: str, folder: Path, counter: None) -> None:
    text = next(block.text for block in blocks("README.md") if block.language == "ruby" and "Amino.connect" in block.text)
    assert run(["ruby", "-e", text], folder, address).strip() == "5"


def test_make_offers_the_two_commands() -> None:
    shown = [line.split()[1] for line in commands("README.md") if line.startswith("make")]
    assert shown == ["demo", "test"]
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"make {name}" in listed for name in shown)
