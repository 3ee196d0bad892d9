"""A JVM that does what a kernel's does, so that its classes can be archived: `python -m amino_kernel.boot.trial_run`.

Started by `amino_graal.class_archive`. Reads one JSON object from its input: `library`, `flags`, `class_path`, `runtime_jar`, `languages`.
The JVM writes the archive when it exits.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from amino_graal.backend import ENTRY_CLASS
from amino_kernel.halves.artifact_key import artifact_key
from amino_kernel.halves.bridge import Bridge
from amino_wire.frames import CallOptions
from amino_wire.pb import common_pb2
from amino_wire.values import EncodedValue, encode

JS = """
export default class Counter {
  static readOnly = ['get'];
  constructor(start = 0) { this.value = start; this.names = new Map(); }
  incr(n) { this.value += n; this.names.set(String(n), [n]); return this.value; }
  get() { return { value: this.value, names: this.names, bytes: new Uint8Array(3) }; }
}
"""
PYTHON = """
class Counter:
    __read_only__ = ["get"]

    def __init__(self, start=0):
        self.value = start
        self.names = {}

    def incr(self, n):
        self.value += n
        self.names[str(n)] = [n]
        return self.value

    def get(self):
        return {"value": self.value, "names": self.names, "bytes": b"abc"}
"""
RUBY = """
class Counter
  READ_ONLY = [:get].freeze

  def initialize(start = 0)
    @value = start
    @names = {}
  end

  def incr(n)
    @names[n.to_s] = [n]
    @value += n
  end

  def get = { "value" => @value, "names" => @names }
end
"""
OBJECTS = {"js": ("counter.js", JS), "python": ("counter.py", PYTHON), "ruby": ("counter.rb", RUBY)}
"""An object for each language that has one: file and source. The others' classes are few."""

CALLS = 2000
"""Enough that the compiler begins, whose classes are a third of all."""
BUDGET_MS = 600_000
TOKEN = "trial"


def main() -> None:
    """Entry point."""
    order: dict[str, Any] = json.load(sys.stdin)
    jpype: Any = importlib.import_module("jpype")
    jpype.startJVM(order["library"], *order["flags"], classpath=order["class_path"], convertStrings=False, interrupt=False)
    languages = [language for language in order["languages"] if language in OBJECTS]
    if languages:
        with tempfile.TemporaryDirectory(prefix="amino-trial-") as folder:
            socket = start_runtime(jpype, order["runtime_jar"], f"{folder}/socket")
            asyncio.run(exercise(socket, languages, Path(folder)))
    jpype.JClass("java.lang.System").exit(0)


def start_runtime(jpype: Any, jar: str, socket: str) -> str:
    """Starts our own part of the JVM half beside the class path: an archive that held it would be void with every build of it."""
    urls = [jpype.JClass("java.io.File")(jar).toURI().toURL()]
    loader = jpype.JClass("java.net.URLClassLoader")(urls, jpype.JClass("java.lang.ClassLoader").getSystemClassLoader())
    jpype.JClass("java.lang.Thread").currentThread().setContextClassLoader(loader)
    runtime = jpype.JClass(loader.loadClass(ENTRY_CLASS))
    return str(runtime.start(socket, TOKEN, "trial", runtime.guests()))


async def exercise(socket: str, languages: list[str], folder: Path) -> None:
    """Loads, makes, calls and saves an object of each language."""
    bridge = await Bridge.connect(socket, TOKEN, "trial", _nothing, _nothing)
    for language in languages:
        file, source = OBJECTS[language]
        place = folder / language
        place.mkdir()
        (place / file).write_text(source, encoding="utf-8")
        artifact = common_pb2.Artifact(language=language, entry=file)
        await bridge.load(artifact, str(place), {})
        await bridge.create(language, 1, artifact_key(artifact), _encoded([5]), _encoded({}), {})
        for number in range(CALLS):
            await bridge.call(language, "incr", _encoded([number % 10]), CallOptions(budget_ms=BUDGET_MS))
        await bridge.call(language, "get", _encoded([]), CallOptions(budget_ms=BUDGET_MS))
        await bridge.snapshot(language, False)
    bridge.close()


def _encoded(value: Any) -> EncodedValue:
    return EncodedValue(encode(value))


def _nothing(*_: object) -> None:
    """Drops the requests and the output of guests, and the end of the connection."""


if __name__ == "__main__":
    main()
