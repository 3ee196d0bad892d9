"""Published packages run unchanged as objects: what they answer is what they answer natively."""

from __future__ import annotations

import importlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import amino
import pytest
from amino.blocking import BlockingClient

from tests.examples.pages import ROOT
from tests.examples.published import packages
from tests.examples.published.packages import run
from tests.examples.running import running_up

pytestmark = [pytest.mark.slow, pytest.mark.timeout(590)]
PAGES = ["README.md", "docs/wire.md", "docs/architecture.md"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_up("--languages", "all", "--allow", "native") as made:
        yield made


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[BlockingClient]:
    with amino.connect(address, deadline=150) as made:
        yield made


def register(address: str, source: Path, name: str, *more: str) -> None:
    """Through the command line."""
    run(sys.executable, "-m", "amino", "--address", address, "register", source, "--name", name, *more)


def pages() -> list[str]:
    return [(ROOT / page).read_text(encoding="utf-8") for page in PAGES]


NODE = """
const [file, method, args] = process.argv.slice(1);
const { default: Class } = await import(file);
console.log(JSON.stringify(new Class()[method](...JSON.parse(args))));
"""
RUBY = "require 'json'; require File.expand_path(ARGV[0]); puts JSON.dump(Letter.new.public_send(ARGV[1], *JSON.parse(ARGV[2])))"
PYTHON = "import json, sys, page; print(json.dumps(getattr(page.Page(), sys.argv[1])(*json.loads(sys.argv[2]))))"


def test_an_npm_package_with_modules_and_one_with_require(address: str, client: BlockingClient, tmp_path: Path) -> None:
    artifact = packages.javascript(tmp_path)
    register(address, artifact, "text", "--lang", "js", "--entry", "text.mjs")
    text = client.get("text")
    for method, *args in [
        *(["html", page] for page in pages()),
        ["newest", ["1.2.9", "1.10.0", "2.0.0-rc.1", "2.0.0"], "^1.2 || >2.0.0-0"],
    ]:
        natively = run("node", "--input-type=module", "-e", NODE, artifact / "text.mjs", method, json.dumps(args))
        assert getattr(text, method)(*args) == json.loads(natively)


def test_a_class_of_an_npm_package_is_an_object_by_itself(client: BlockingClient, tmp_path: Path) -> None:
    package = packages.javascript(tmp_path) / "node_modules" / "semver"
    version = client.register(package, name="version", language="js", entry="classes/semver.js", args=["1.2.3-beta.4", None])
    assert version.compare("1.2.3") == -1
    same = version.inc("minor", None, None)  # the class answers itself, which travels as a reference
    assert same.format() == version.format() == "1.3.0"
    with pytest.raises(amino.GuestException) as caught:
        client.create("version", "not a version", None)
    assert caught.value.type == "TypeError"
    assert "Invalid Version: not a version" in str(caught.value)


def test_a_python_package(address: str, client: BlockingClient, tmp_path: Path) -> None:
    artifact = packages.python(tmp_path)
    register(address, artifact, "page", "--lang", "python", "--entry", "page.py")
    page = client.get("page")
    for method, text in [("html", pages()[0]), ("outline", pages()[1])]:
        natively = run(sys.executable, "-c", PYTHON, method, json.dumps([text]), folder=artifact)
        assert getattr(page, method)(text) == json.loads(natively)


def test_a_ruby_gem(address: str, client: BlockingClient, tmp_path: Path) -> None:
    artifact = packages.ruby(tmp_path)
    register(address, artifact, "letter", "--lang", "ruby", "--entry", "letter.rb")
    letter = client.get("letter")
    orders: list[dict[str, Any]] = [{"title": "A <b>", "price": "5 < 6", "gift": True}, {"title": "C&D", "price": 7.5, "note": "later"}]
    cases: list[tuple[str, Any]] = [
        ("write", {"name": "Zoë & Co", "orders": orders, "address": {"city": "Łódź"}}),
        ("write", {"name": "Ann", "orders": []}),
        ("count_tags", "{{a}} {{#b}}{{c}}{{/b}}"),
    ]
    for method, argument in cases:
        natively = run("ruby", "-I", artifact, "-e", RUBY, artifact / "letter.rb", method, json.dumps([argument]))
        assert getattr(letter, method)(argument) == json.loads(natively)
    with pytest.raises(amino.GuestException, match="Unclosed section") as caught:
        letter.count_tags("{{#open}}")
    assert caught.value.type == "Mustache::Parser::SyntaxError"


# Levels 3 to 9 are another part of the library, which GraalVM 25 cannot run as bitcode of a compiler this new.
@pytest.mark.parametrize(("ending", "levels"), [("wasm", (0, 3, 9, 12)), ("bc", (0, 12))])
def test_a_c_library(
    address: str, client: BlockingClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, levels: tuple[int, ...]
) -> None:
    monkeypatch.syspath_prepend(packages.native_lz4())
    native = importlib.import_module("lz4.frame")
    register(address, packages.lz4(tmp_path, ending), f"lz4-{ending}")
    compressor = client.get(f"lz4-{ending}")
    seed = 20
    print(f"seed {seed}")
    noise = random.Random(seed).randbytes(3000)
    for plain in (b"", b"a", noise, pages()[1].encode(), noise + b"again and " * 2000 + noise):
        for level in levels:
            frame = compressor.compress(plain, level)
            assert native.decompress(frame) == plain
            assert native.compress(plain, compression_level=level, content_checksum=True) == frame or not plain
            assert compressor.decompress(frame) == plain
    damaged = bytearray(native.compress(noise, content_checksum=True))
    damaged[100] ^= 1
    with pytest.raises(amino.GuestException, match="ERROR_contentChecksum_invalid") as caught:
        compressor.decompress(bytes(damaged))
    assert caught.value.type == "LZ4Error"
