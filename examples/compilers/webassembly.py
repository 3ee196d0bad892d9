"""Compiles a source of C, C++, Rust or AssemblyScript to WebAssembly, which kernels run in the sandbox, or of C and C++ to bitcode."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from amino.compiling import compile_c
from amino_graal.jars import cache_folder

from examples.compilers.assemblyscript import PINNED, compile_assemblyscript
from examples.compilers.rust import compile_rust

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = (
    *(ROOT / "sdk" / folder for folder in ("c", "rust", "assemblyscript")),
    *(
        ROOT / "sdk" / "python" / "amino" / "compiling.py",
        Path(__file__).parent / "rust.py",
        Path(__file__).parent / "assemblyscript.py",
        PINNED,
    ),
)


def compile_object(source: Path, folder: Path, ending: str = ".wasm") -> Path:
    """Compiles one source; answers the module, named after it, in the folder. A module of the same sources comes from the cache.

    Raises:
        ArtifactInvalid: the compiler of C or C++ refused it.
        RuntimeError: another compiler refused it.
    """
    target = folder / f"{source.stem}-{source.suffix[1:]}{ending}"
    kept = cache_folder(os.environ) / "compilers" / "modules" / f"{_key(source)}{ending}"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as temporary:
            _compile(source, Path(temporary) / kept.name).rename(kept)
    shutil.copyfile(kept, target)
    return target


def _compile(source: Path, target: Path) -> Path:
    if source.suffix == ".rs":
        return compile_rust(source, target)
    if source.suffix == ".ts":
        return compile_assemblyscript(source, target)
    compile_c([source], target)
    return target


def _key(source: Path) -> str:
    """A hash of all that a module depends on: the source, our headers and libraries for its language, how and with what it is compiled."""
    digest = hashlib.sha256(version("ziglang").encode())
    files = [file for path in OURS for file in ([path] if path.is_file() else sorted(path.rglob("*"))) if file.is_file()]
    for file in (*files, source):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
