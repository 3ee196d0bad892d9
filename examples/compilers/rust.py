"""Compiles Rust to WebAssembly with the crate of sdk/rust, by the machine's own compiler and the linker in the wheel `ziglang`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CRATE = ROOT / "sdk" / "rust" / "src" / "lib.rs"
TARGET = ("--target", "wasm32-unknown-unknown", "-O", "-C", "panic=abort", "-C", "strip=debuginfo")
EDITION = ("--edition", "2021")

# An older rustc calls a linker of many formats, and takes the warning about its own files in libraries as fatal.
LINKER = """#!/bin/sh
[ "$1" = -flavor ] && shift 2
for argument; do
  shift
  [ "$argument" = --fatal-warnings ] || set -- "$@" "$argument"
done
exec "{python}" -m ziglang wasm-ld "$@"
"""


def compiler() -> str:
    """The path of the machine's compiler.

    Raises:
        RuntimeError: none here has the library for WebAssembly; the message says how to get one.
    """
    found = subprocess.run([sys.executable, str(ROOT / "tools" / "find_rust.py")], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise RuntimeError(found.stderr.strip())
    return found.stdout.strip()


def compile_library(root: Path, name: str, folder: Path, options: Sequence[str]) -> list[str]:
    """Compiles a crate that others use, into the folder; answers the options with which they find it.

    Arguments:
        root: the first file of the crate.
        options: what the compiler is told about the target, the edition, and crates that this one uses.

    Raises:
        RuntimeError: the compiler refused it; its output is the message.
    """
    library = folder / f"lib{name}.rlib"
    _run([compiler(), *options, "--crate-type", "rlib", "--crate-name", name, str(root), "-o", str(library)])
    return ["-L", str(folder), "--extern", f"{name}={library}"]


def compile_program(source: Path, target: Path, options: Sequence[str], environment: Mapping[str, str]) -> Path:
    """Compiles a program of this machine; answers the target.

    Raises:
        RuntimeError: the compiler refused it; its output is the message.
    """
    _run([compiler(), *EDITION, *options, "-O", str(source), "-o", str(target)], environment)
    return target


def compile_rust(source: Path, target: Path, more: Sequence[str] = ()) -> Path:
    """Compiles one file, which is the root of a crate; answers the target.

    Arguments:
        more: options for crates that it uses besides that of sdk/rust.

    Raises:
        RuntimeError: the compiler refused it; its output is the message.
    """
    with tempfile.TemporaryDirectory() as folder:
        linker = Path(folder) / "wasm-ld"
        linker.write_text(LINKER.format(python=sys.executable), encoding="utf-8")
        linker.chmod(0o755)
        library = compile_library(CRATE, "amino", Path(folder), (*TARGET, *EDITION))
        linking = ["-C", f"linker={linker}", "-C", "linker-flavor=wasm-ld", *library, *more]
        options = [*TARGET, *EDITION, "--crate-type", "cdylib", "--crate-name", source.stem]
        _run([compiler(), *options, *linking, str(source), "-o", str(target)])
    return target


def _run(command: list[str], environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
