"""Compiles Rust to WebAssembly with the crate of sdk/rust, by the machine's own compiler and the linker in the wheel `ziglang`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CRATE = ROOT / "sdk" / "rust" / "src" / "lib.rs"
TARGET = ("--target", "wasm32-unknown-unknown", "--edition", "2021", "-O", "-C", "panic=abort", "-C", "strip=debuginfo")

# An older rustc calls a linker of many formats, and takes the warning about its own files in libraries as fatal.
LINKER = """#!/bin/sh
[ "$1" = -flavor ] && shift 2
for argument; do
  shift
  [ "$argument" = --fatal-warnings ] || set -- "$@" "$argument"
done
exec "{python}" -m ziglang wasm-ld "$@"
"""


def compile_rust(source: Path, target: Path) -> Path:
    """Compiles one file, which is the root of a crate; answers the target.

    Raises:
        RuntimeError: the compiler refused it; its output is the message.
    """
    found = subprocess.run([sys.executable, str(ROOT / "tools" / "find_rust.py")], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise RuntimeError(found.stderr.strip())
    rustc = found.stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        linker = Path(folder) / "wasm-ld"
        linker.write_text(LINKER.format(python=sys.executable), encoding="utf-8")
        linker.chmod(0o755)
        library = Path(folder) / "libamino.rlib"
        _run([rustc, *TARGET, "--crate-type", "rlib", "--crate-name", "amino", str(CRATE), "-o", str(library)])
        linking = ["-C", f"linker={linker}", "-C", "linker-flavor=wasm-ld", "--extern", f"amino={library}"]
        _run([rustc, *TARGET, "--crate-type", "cdylib", "--crate-name", source.stem, *linking, str(source), "-o", str(target)])
    return target


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
