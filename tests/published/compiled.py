"""C and C++ with the sources of packages: `amino cc` makes WebAssembly of them, and the same compiler a program of this machine."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amino.compiling import header_folder

from tests.published.lock import Package
from tests.published.prepared import DRIVERS, Prepared, run
from tests.published.store import Store

OPTIONS = re.compile(r"amino cc:(.*?)(?:\*/|\n\n)", re.DOTALL)
"""What an object's file says in a comment: options for `amino cc`, and sources of its packages, where `{a,b}` is both."""
LINE = re.compile(r"\n *(\*|//)?")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A language with a compiler (see `Way`)."""

    language: str
    ending: str
    registries: tuple[str, ...]
    driver: str
    begin: str = "use"
    go_on: str = "go_on"
    allow: str = ""

    def prepare(self, source: Path, packages: Sequence[Package], store: Store, work: Path) -> Prepared:
        """The artifact is the module alone."""
        store.lay_out(packages, work / "sources")
        found = OPTIONS.search(source.read_text(encoding="utf-8"))
        options = _of(shlex.split(LINE.sub(" ", found[1])) if found else [], work / "sources")
        module, program = work / "main.wasm", work / "native"
        run(sys.executable, "-m", "amino", "cc", str(source), *options, "--target", str(module))
        native = [each for each in options if each != "--libc"]
        object_file = f'-DOBJECT="{source}"'
        run(
            *(sys.executable, "-m", "ziglang", self.driver, "-O2", "-w", f"-I{header_folder()}", object_file),
            *(str(DRIVERS / f"run{self.ending}"), *native, "-lm", "-o", str(program)),
        )
        return Prepared(module, "wasm", (str(program),), module.name)


def _of(words: list[str], sources: Path) -> list[str]:
    """The options with the paths of sources, which stand relative to the folder of the packages."""
    found: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        if before == "-I":
            found.append(str(sources / word))
        elif before == "-D" or word.startswith("-"):
            found.append(word)
        else:
            begin, _, rest = word.partition("{")
            names, _, end = rest.partition("}")
            found += [str(sources / f"{begin}{name}{end}") for name in names.split(",")]
    return found


LANGUAGES = (
    Compiled("c", ".c", ("crates", "pypi"), "cc"),
    Compiled("cpp", ".cpp", ("debian",), "c++"),
)
