"""`python -m examples.compilers`: fetches the compilers now instead of on first need."""

from __future__ import annotations

from examples.compilers.store import LANGUAGES, compiler_jars

if __name__ == "__main__":
    for language in LANGUAGES:
        compiler_jars(language)
