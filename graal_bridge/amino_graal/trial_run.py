"""A JVM that loads what guests need, so that it can be archived: `python -m amino_graal.trial_run`, started by `ClassArchives`.

Reads one JSON object from its input: `library`, `flags`, `class_path`, `languages`. The JVM writes the archive when it exits.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

PROGRAMS = {
    "js": "(() => { class A { constructor() { this.x = 1n } add(n) { this.x += BigInt(n); return this.x } }"
    " const a = new A(); for (let i = 0; i < 2000; i++) a.add(i);"
    " return JSON.stringify([...new Map([['k', String(a.x)]]), [...new Uint8Array(3)], new Date(0), Object.keys(a)]) })()",
    "python": "import inspect, importlib, json, datetime, dataclasses, types\n"
    "class A:\n  def __init__(self): self.x = 1\n  def add(self, n): self.x += n; return self.x\n"
    "a = A()\nfor i in range(2000): a.add(i)\n"
    "str(inspect.signature(a.add)) + json.dumps({'x': a.x, 'b': list(b'ab')})",
    "ruby": "class A; def initialize; @x = 1; end; def add(n, to: 0) = @x += n; end; a = A.new; 2000.times { |i| a.add(i) };"
    " a.method(:add).parameters.inspect + { x: a.instance_variables }.to_s",
}
"""A program for each language that has one; the others' classes are few."""


def main() -> None:
    """Entry point."""
    order: dict[str, Any] = json.load(sys.stdin)
    jpype: Any = importlib.import_module("jpype")
    jpype.startJVM(order["library"], *order["flags"], classpath=order["class_path"], convertStrings=False, interrupt=False)
    programs = {language: PROGRAMS[language] for language in order["languages"] if language in PROGRAMS}
    if programs:
        engine = jpype.JClass("org.graalvm.polyglot.Engine").newBuilder().option("engine.WarnInterpreterOnly", "false").build()
        contexts = jpype.JClass("org.graalvm.polyglot.Context")
        for language, program in programs.items():
            context = contexts.newBuilder(language).engine(engine).build()
            context.eval(language, program).asString()
            context.close()
    jpype.JClass("java.lang.System").exit(0)


if __name__ == "__main__":
    main()
