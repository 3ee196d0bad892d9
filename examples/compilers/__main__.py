"""`python -m examples.compilers`: fetches the compilers now instead of on first need."""

from __future__ import annotations

import tempfile
from pathlib import Path

from examples.compilers.assemblyscript import compiler
from examples.compilers.store import LANGUAGES, compiler_jars
from examples.compilers.webassembly import compile_object

EXAMPLES = Path(__file__).resolve().parent.parent / "objects"

if __name__ == "__main__":
    for language in LANGUAGES:
        compiler_jars(language)
    compiler()
    # The first C++ on a machine compiles C++'s library, too, and keeps it in the compiler's cache.
    with tempfile.TemporaryDirectory() as folder:
        compile_object(EXAMPLES / "counter.cpp", Path(folder))
