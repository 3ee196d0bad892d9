"""docs/guests.md: what can be imported and what cannot, the timers of JavaScript, and how packages come along."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from amino_wire.errors import AminoError, ArtifactInvalid, GuestException

from tests.cluster.client import Client
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

PAGE = Path(__file__).parents[2] / "docs" / "guests.md"
PATIENCE_MS = 120_000
"""The engines read their libraries from disk at the first import."""

TIMERS_JS = """
export default class Timers {
  seen = [];
  later(ms) { return new Promise((go) => setTimeout(go, ms, 'later')); }
  async repeated() {
    let turns = 0;
    await new Promise((go) => {
      const timer = setInterval(() => { if (++turns === 3) { clearInterval(timer); go(); } }, 2);
    });
    return turns;
  }
  async inOrder() {
    const seen = [];
    setTimeout(() => seen.push('timer'), 1);
    setImmediate(() => seen.push('immediate'));
    queueMicrotask(() => seen.push('microtask'));
    const cleared = setTimeout(() => seen.push('never'), 1);
    for (const end = Date.now() + 20; Date.now() < end;);  // it is due already, and waits for its turn
    clearTimeout(cleared);
    await this.later(50);
    return seen;
  }
  async between() { this.later(1); this.seen.push('begun'); await this.later(20); this.seen.push('done'); return this.seen; }
  async fails() { await new Promise(() => setTimeout(() => { throw new RangeError('in a timer'); }, 1)); }
  async failsSoon() { await new Promise(() => queueMicrotask(() => { throw new RangeError('in a microtask'); })); }
  forgets() { setTimeout(() => this.seen.push('too late'), 1); return this.seen.length; }
  look() { return this.seen; }
  async wrong() { setTimeout('text', 1); }
  async fills() { for (let i = 0; i < 10001; i++) setTimeout(() => {}, 3600000); }
  async endless() { setTimeout(() => { for (;;); }, 1); await new Promise(() => {}); }
}
"""
GLOBALS_JS = """
export default class Globals {
  missing(names) { return names.filter((name) => typeof globalThis[name] === 'undefined'); }
}
"""
IMPORTS_PY = """
import importlib

class Imports:
    def why_not(self, name):
        try:
            importlib.import_module(name)
        except (ImportError, SystemError) as error:
            raise error
        return None

    def evaluate(self, code):
        import bz2, ctypes
        return eval(code)

    def zone(self, name):
        from datetime import datetime
        from zoneinfo import ZoneInfo
        return [str(datetime(2026, month, 1, tzinfo=ZoneInfo(name)).utcoffset()) for month in (1, 7)]

    def zones(self):
        import zoneinfo
        return sorted(zoneinfo.available_timezones())

    def out(self):
        for path in ("/usr/share/zoneinfo/../../../etc/hostname", "/usr/share", "/usr/share/zoneinfo/posixrules/.."):
            try:
                open(path, "rb").read()
            except OSError:
                continue
            return path

    def write(self):
        open("/usr/share/zoneinfo/UTC", "ab")
"""
IMPORTS_RB = """
class Imports
  def why_not(name)
    require name
    nil
  end
end
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Client]:
    async with cluster(tmp_path_factory.mktemp("guests"), "only") as made, Client(made.kernels["only"].address) as client:
        for name, source, language in [
            ("timers", TIMERS_JS, "js"),
            ("globals", GLOBALS_JS, "js"),
            ("python", IMPORTS_PY, "python"),
            ("ruby", IMPORTS_RB, "ruby"),
        ]:
            await client.register(name, source, language)
        yield client


async def call(client: Client, name: str, method: str, *args: Any, budget_ms: int = PATIENCE_MS) -> Any:
    record = await client.get(name)
    return await client.call(record.id, method, *args, budget_ms=budget_ms)


async def why_not(client: Client, language: str, module: str) -> str:
    """Why a module is not there; empty where it is."""
    try:
        await call(client, language, "why_not", module)
    except AminoError as error:
        return f"{error.type} {error.message}"
    return ""


def named(language: str, beginning: str) -> list[str]:
    """The modules that a paragraph of the page names."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {language}\n")[1].split("\n## ")[0]
    paragraph = section.split(f"**{beginning}")[1]
    if re.match(r"[^*]*\*\*\n\n\| ", paragraph):
        # A table, of which the first column names the modules.
        rows = paragraph.split("\n\n")[1].splitlines()[2:]
        paragraph = " ".join(row.split(" | ")[0] for row in rows)
    else:
        paragraph = paragraph.split("\n\n")[0]
    return [name for listed in re.findall(r"`([^`]+)`", paragraph) for name in listed.split() if re.fullmatch(r"[\w/]+", name)]


@pytest.mark.parametrize(("language", "object_name"), [("Python", "python"), ("Ruby", "ruby")])
async def test_the_page_says_what_can_be_imported(client: Client, language: str, object_name: str) -> None:
    there = named(language, "These can be")
    assert len(there) > 25
    refused = {module: why for module in there if (why := await why_not(client, object_name, module))}
    assert not refused
    absent = [module for module in named(language, "Not there") if module not in ("Time", "Rational", "Integer")]
    assert len(absent) >= 8
    for module in absent:
        why = await why_not(client, object_name, module)
        assert why, f"{module} is there, and the page says that it is not"
        assert re.match(r"(ImportError|ModuleNotFoundError|SystemError|LoadError|SecurityError) ", why), why


async def test_the_page_says_what_javascript_has_besides_the_language(client: Client) -> None:
    section = PAGE.read_text(encoding="utf-8").split("## JavaScript\n")[1].split("**Packages**")[0]
    there = [name for listed in re.findall(r"`([A-Za-z \n]+)`", section) for name in listed.split()]
    inside = {"getRandomValues", "randomUUID"}
    assert len(there) > 20 and inside < set(there)
    assert await call(client, "globals", "missing", [name for name in there if name not in inside]) == []
    absent = ["process", "Buffer", "fetch", "AbortController", "Event", "WebAssembly"]
    assert all(f"`{name}`" in PAGE.read_text(encoding="utf-8") for name in absent)
    assert await call(client, "globals", "missing", absent) == absent


async def test_native_parts_of_python_are_refused_when_they_are_used(client: Client) -> None:
    for code, said in [("bz2.compress(b'a')", "bz2.BZ2Compressor needs native code"), ("ctypes.CDLL", "ctypes.CDLL needs native code")]:
        with pytest.raises(GuestException, match=said):
            await call(client, "python", "evaluate", code)


async def test_an_import_that_fails_names_the_way_out(client: Client) -> None:
    assert "pip install --target FOLDER numpy" in await why_not(client, "python", "numpy")
    assert "--allow native" in await why_not(client, "python", "sqlite3")
    assert "lib/nokogiri.rb" in await why_not(client, "ruby", "nokogiri")
    for source, said in [("import _ from 'lodash'", "npm install lodash"), ("import fs from 'node:fs'", "one of Node's own")]:
        with pytest.raises(ArtifactInvalid) as refused:
            await client.register("shop", f"{source}; export default class Shop {{ use() {{ return [{source.split()[1]}]; }} }}")
        assert said in refused.value.message and "docs/guests.md" in refused.value.message


async def test_python_has_the_time_zones_and_nothing_more(client: Client) -> None:
    assert await call(client, "python", "zone", "Europe/Berlin") == ["1:00:00", "2:00:00"]
    assert await call(client, "python", "zone", "Asia/Kolkata") == ["5:30:00", "5:30:00"]
    assert len(await call(client, "python", "zones")) > 400
    with pytest.raises(GuestException, match="No time zone found with key Mars/Base"):
        await call(client, "python", "zone", "Mars/Base")
    assert await call(client, "python", "out") is None
    with pytest.raises(GuestException, match="Permission denied"):
        await call(client, "python", "write")


async def test_timers_run_while_their_call_waits(client: Client) -> None:
    assert await call(client, "timers", "later", 5) == "later"
    assert await call(client, "timers", "repeated") == 3
    assert sorted(await call(client, "timers", "inOrder")) == ["immediate", "microtask", "timer"]
    with pytest.raises(GuestException, match="in a timer") as raised:
        await call(client, "timers", "fails")
    assert raised.value.type == "RangeError"
    with pytest.raises(GuestException, match="in a microtask"):
        await call(client, "timers", "failsSoon")
    with pytest.raises(GuestException, match="takes a function, not string"):
        await call(client, "timers", "wrong")


async def test_timers_end_with_their_call(client: Client) -> None:
    assert await call(client, "timers", "forgets") == 0
    assert await call(client, "timers", "later", 30) == "later"
    assert await call(client, "timers", "look") == []
    with pytest.raises(GuestException, match="more than 10000 timers"):
        await call(client, "timers", "fills")
    assert await call(client, "timers", "later", 1) == "later", "the timers of a call that is over make room"
    with pytest.raises(AminoError) as late:
        await call(client, "timers", "endless", budget_ms=500)
    assert late.value.code == "DEADLINE_EXCEEDED"
    assert await call(client, "timers", "later", 1) == "later"


async def test_packages_come_along_in_the_folder(client: Client) -> None:
    files = {
        "js": {"cart.js": "import { twice } from 'sums';\nexport default class Cart { twice(n) { return twice(n); } }\n"},
        "python": {"cart.py": "from sums import twice\nclass Cart:\n    def twice(self, n):\n        return twice(n)\n"},
        "ruby": {"cart.rb": "require 'sums'\nclass Cart\n  def twice(n)\n    Sums.twice(n)\n  end\nend\n"},
    }
    files["js"]["node_modules/sums/package.json"] = '{"name": "sums", "type": "module", "exports": "./sums.js"}'
    files["js"]["node_modules/sums/sums.js"] = "export const twice = (n) => 2 * n;\n"
    files["python"]["sums/__init__.py"] = "def twice(n):\n    return 2 * n\n"
    files["ruby"]["lib/sums.rb"] = "module Sums\n  def self.twice(n)\n    2 * n\n  end\nend\n"
    for language, contents in files.items():
        packed = {name: text.encode() for name, text in contents.items()}
        artifact = await client.put(packed, next(iter(contents)), language)
        record = await client.register_artifact(f"cart {language}", artifact)
        assert await client.call(record.id, "twice", 21) == 42
