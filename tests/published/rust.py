"""Rust with published crates: the crate of sdk/rust makes objects of WebAssembly, the same compiler programs of this machine."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples.compilers.rust import CRATE, EDITION, TARGET, compile_library, compile_program, compile_rust
from tests.published.lock import Package
from tests.published.prepared import DRIVERS, Prepared
from tests.published.store import Store

HERE = ("-O",)
"""What the compiler is told for this machine."""


@dataclass(frozen=True, slots=True)
class Rust:
    """Rust (see `Way`)."""

    language: str = "rust"
    ending: str = ".rs"
    registries: tuple[str, ...] = ("crates",)
    begin: str = "begin"
    go_on: str = "go_on"
    allow: str = ""

    def prepare(self, source: Path, packages: Sequence[Package], store: Store, work: Path) -> Prepared:
        """The artifact is the module alone. The lock file names a crate before those that it needs."""
        store.lay_out(packages, work / "sources")
        crates = [work / "sources" / package.name for package in reversed(packages)]
        # A crate may not have the name of a crate that it uses.
        object_file = work / "main.rs"
        object_file.write_bytes(source.read_bytes())
        module = compile_rust(object_file, work / "main.wasm", _compiled(crates, work / "module", TARGET))
        here = _compiled(crates, work / "here", HERE) + compile_library(CRATE, "amino", work / "here", (*HERE, *EDITION))
        program = compile_program(DRIVERS / "run.rs", work / "native", here, {"OBJECT": str(object_file)})
        return Prepared(module, "wasm", (str(program),), module.name)


def _compiled(crates: Iterable[Path], folder: Path, target: Sequence[str]) -> list[str]:
    """Compiles crates one after the other, as their manifests say; answers the options with which they are found."""
    folder.mkdir()
    found: list[str] = []
    for crate in crates:
        manifest = tomllib.loads((crate / "Cargo.toml").read_text(encoding="utf-8"))
        features = [f'--cfg=feature="{feature}"' for feature in sorted(_enabled(manifest.get("features", {}), "default"))]
        name = manifest.get("lib", {}).get("name") or manifest["package"]["name"].replace("-", "_")
        root = crate / manifest.get("lib", {}).get("path", "src/lib.rs")
        options = [*target, "--edition", manifest["package"].get("edition", "2015"), "--cap-lints", "allow", *features, *found]
        found += compile_library(root, name, folder, options)
    return found


def _enabled(features: dict[str, Any], feature: str) -> set[str]:
    """A feature with those that it turns on, as far as they are the crate's own."""
    if feature not in features:
        return set()
    return {feature}.union(*(_enabled(features, each) for each in features[feature]))


LANGUAGES = (Rust(),)
