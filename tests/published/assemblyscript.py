"""AssemblyScript with published packages: one compiler makes an object for kernels, and a module of the same class for Node."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from examples.compilers.assemblyscript import compile_assemblyscript, compile_for_node
from tests.published.lock import Package
from tests.published.prepared import DRIVERS, Prepared
from tests.published.store import Store


@dataclass(frozen=True, slots=True)
class AssemblyScript:
    """AssemblyScript (see `Way`)."""

    language: str = "assemblyscript"
    ending: str = ".ts"
    registries: tuple[str, ...] = ("npm",)
    begin: str = "use"
    go_on: str = "go_on"
    allow: str = ""

    def prepare(self, source: Path, packages: Sequence[Package], store: Store, work: Path) -> Prepared:
        """The artifact is the module alone."""
        store.lay_out(packages, work)
        shutil.copyfile(source, work / "main.ts")
        shutil.copy(DRIVERS / "run.ts", work)
        module = compile_assemblyscript(work / "main.ts", work / "main.wasm")
        bindings = compile_for_node(work / "run.ts", work / "node" / "run.wasm")
        return Prepared(module, "wasm", ("node", str(DRIVERS / "run_module.mjs"), str(bindings)), module.name)


LANGUAGES = (AssemblyScript(),)
