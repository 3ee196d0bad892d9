"""Compiles AssemblyScript to WebAssembly, with the compiler that the lock file pins, in the cache that kernels keep their jars in."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from amino_graal.jars import cache_folder

ROOT = Path(__file__).resolve().parent.parent.parent
PINNED = Path(__file__).with_name("assemblyscript")
MODULE = ROOT / "sdk" / "assemblyscript"
OPTIONS = ("--use", "abort=aminoAbort", "-O", "--disableWarning", "235")


def compiler() -> Path:
    """The compiler's program; installed when the cache lacks it.

    Raises:
        RuntimeError: npm could not install it; its output is the message.
    """
    lock = (PINNED / "package-lock.json").read_bytes()
    folder = cache_folder(os.environ) / "compilers" / f"assemblyscript-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            made = Path(temporary) / "made"
            shutil.copytree(PINNED, made)
            _run(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], made)
            # Another process may have been faster; then its folder stays.
            with contextlib.suppress(OSError):
                made.rename(folder)
    return folder / "node_modules" / "assemblyscript" / "bin" / "asc.js"


def compile_assemblyscript(source: Path, target: Path) -> Path:
    """Compiles one file with the class that is marked with `@amino`; answers the target.

    Raises:
        RuntimeError: the compiler refused it; its output is the message.
    """
    # The compiler takes an absolute path of a library for one below its own folder.
    library = ["--lib", os.path.relpath(MODULE / "assembly", source.parent), "--transform", str(MODULE / "transform.mjs")]
    _run(["node", str(compiler()), source.name, *library, *OPTIONS, "--outFile", str(target.resolve())], source.parent)
    return target


def compile_for_node(source: Path, target: Path) -> Path:
    """Compiles one file, and beside it writes bindings with which Node calls its functions; answers the bindings.

    Raises:
        RuntimeError: the compiler refused it; its output is the message.
    """
    _run(["node", str(compiler()), source.name, "-O", "--bindings", "esm", "--outFile", str(target.resolve())], source.parent)
    return target.with_suffix(".js")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
