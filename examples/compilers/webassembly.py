"""Compiles a source of C, C++, Rust or AssemblyScript to an artifact that kernels run in the sandbox."""

from __future__ import annotations

from pathlib import Path

from amino.compiling import compile_c

from examples.compilers.assemblyscript import compile_assemblyscript
from examples.compilers.rust import compile_rust


def compile_object(source: Path, folder: Path) -> Path:
    """Compiles one source; answers the module, which has the source's name in the folder.

    Raises:
        ArtifactInvalid: the compiler of C or C++ refused it.
        RuntimeError: another compiler refused it.
    """
    target = folder / f"{source.stem}-{source.suffix[1:]}.wasm"
    if source.suffix == ".rs":
        return compile_rust(source, target)
    if source.suffix == ".ts":
        return compile_assemblyscript(source, target)
    compile_c([source], target)
    return target
