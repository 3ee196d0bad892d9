"""C to what kernels run: one source, LLVM bitcode or WebAssembly, by the compiler in the wheel `ziglang` (no system compiler needed)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from amino_wire.errors import ArtifactInvalid, MachineProblem

WASM = ("--target=wasm32-freestanding", "-nostdlib", "-O2", "-Wl,--no-entry")
WASI = ("--target=wasm32-wasi", "-mexec-model=reactor", "-O2")
BITCODE = ("--target=x86_64-linux-gnu", "-emit-llvm", "-c", "-O1", "-g0", "-fno-sanitize=undefined", "-Xclang", "-disable-lifetime-markers")


def header_folder() -> Path:
    """The folder that holds `amino.h`: inside an installed package, or in the repository.

    Raises:
        MachineProblem: it is in neither place.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "include", here.parent.parent / "c"):
        if (folder / "amino.h").exists():
            return folder
    raise MachineProblem("the header amino.h is not part of this installation; install amino-runtime again")


def compile_c(sources: Sequence[Path], target: Path, *, libc: bool = False, options: Sequence[str] = ()) -> None:
    """Compiles C for an object.

    Args:
        sources: the C files; only one for bitcode.
        target: ends with `.wasm` (WebAssembly, runs in the sandbox) or `.bc` (LLVM bitcode, needs `--allow native`).
        libc: for WebAssembly, link a C library for code that needs one.
        options: further options for the compiler.

    Raises:
        ArtifactInvalid: the compiler refuses a source (its messages are in the error), or the target has another ending.
        MachineProblem: the compiler is not installed.
    """
    if target.suffix not in (".wasm", ".bc"):
        raise ArtifactInvalid(f"cannot compile to {target.name}: a target ends with .wasm (WebAssembly) or .bc (LLVM bitcode)")
    if target.suffix == ".bc" and len(sources) != 1:
        raise ArtifactInvalid(f"cannot compile {len(sources)} sources to {target.name}: bitcode takes one; include the others from it")
    if find_spec("ziglang") is None:
        raise MachineProblem("the C compiler is not installed; to get it: pip install ziglang")
    road = BITCODE if target.suffix == ".bc" else WASI if libc else WASM
    command = [sys.executable, "-m", "ziglang", "cc", *road, f"-I{header_folder()}", *options, "-o", str(target), *map(str, sources)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        names = ", ".join(source.name for source in sources)
        raise ArtifactInvalid(f"{names} does not compile to {target.name}:\n{done.stderr.strip()}")
