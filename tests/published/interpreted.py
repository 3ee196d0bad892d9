"""Languages whose sources are registered as they are: JavaScript, Python, Ruby."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.published.lock import Package
from tests.published.prepared import DRIVERS, Prepared
from tests.published.store import Store


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A language with an interpreter (see `Way`)."""

    language: str
    ending: str
    registries: tuple[str, ...]
    interpreter: tuple[str, ...]
    begin: str = "use"
    go_on: str = "go_on"
    allow: str = ""

    def prepare(self, source: Path, packages: Sequence[Package], store: Store, work: Path) -> Prepared:
        """The folder is the packages and the object's file; no package has a module of that name."""
        store.lay_out(packages, work)
        entry = f"main{self.ending}"
        shutil.copyfile(source, work / entry)
        return Prepared(work, self.language, (*self.interpreter, str(DRIVERS / f"run{self.ending}"), str(work)), entry)


LANGUAGES = (
    Interpreted("js", ".mjs", ("npm",), ("node",), go_on="goOn"),
    Interpreted("python", ".py", ("pypi",), (sys.executable, "-P", "-S")),
    Interpreted("ruby", ".rb", ("debian",), ("ruby", "-W0")),
)
