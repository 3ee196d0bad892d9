"""C and C++ to what kernels run: one source, LLVM bitcode or WebAssembly, by the compiler in the wheel `ziglang`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from amino_wire.errors import ArtifactInvalid, PackageMissing

WASM = ("--target=wasm32-freestanding", "-nostdlib", "-O2", "-Wl,--no-entry")
EMULATED = tuple(f"-D_WASI_EMULATED_{each}" for each in ("SIGNAL", "PROCESS_CLOCKS", "GETPID", "MMAN"))
WASI = ("--target=wasm32-wasi", "-mexec-model=reactor", "-O2", *EMULATED)
LINUX = ("--target=x86_64-linux-gnu", "-emit-llvm", "-g0")
BITCODE = (*LINUX, "-S", "-O1", "-fno-sanitize=undefined", "-Xclang", "-disable-lifetime-markers")
CPP_ENDINGS = (".cpp", ".cc", ".cxx")
CPP = ("-std=c++20", "-fno-threadsafe-statics")
NO_EXCEPTIONS = ("-fno-exceptions", "-Wl,--strip-debug")
REFUSED_THROW = ("'throw' with exceptions disabled", "'try' with exceptions disabled")
"""The compiler's own words, by which a source is known to use exceptions."""
ASSEMBLE = (*LINUX, "-c", "-O0", "-Xclang", "-disable-llvm-passes", "-Wno-unused-command-line-argument")


def header_folder() -> Path:
    """The folder that holds `amino.h`: inside an installed package, or in the repository.

    Raises:
        PackageMissing: it is in neither place.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "include", here.parent.parent / "c"):
        if (folder / "amino.h").exists():
            return folder
    raise PackageMissing("the header amino.h is not part of this installation; install amino-runtime again")


def compile_c(sources: Sequence[Path], target: Path, *, libc: bool = False, options: Sequence[str] = ()) -> None:
    """Compiles C or C++ for an object.

    Args:
        sources: the files, all in one language; only one for bitcode.
        target: ends with `.wasm` (WebAssembly, runs in the sandbox) or `.bc` (LLVM bitcode, needs `--allow native`).
        libc: for WebAssembly, link a C library for code that needs one; C++ always has one.
        options: further options for the compiler.

    Raises:
        ArtifactInvalid: the compiler refuses a source (its messages are in the error), or the target has another ending.
        PackageMissing: the compiler is not installed.
    """
    if target.suffix not in (".wasm", ".bc"):
        raise ArtifactInvalid(f"cannot compile to {target.name}: a target ends with .wasm (WebAssembly) or .bc (LLVM bitcode)")
    if target.suffix == ".bc" and len(sources) != 1:
        raise ArtifactInvalid(f"cannot compile {len(sources)} sources to {target.name}: bitcode takes one; include the others from it")
    if find_spec("ziglang") is None:
        raise PackageMissing("the C compiler is not installed; to get it: pip install ziglang")
    cpp = [source for source in sources if source.suffix in CPP_ENDINGS]
    if cpp and len(cpp) != len(sources):
        raise ArtifactInvalid(f"cannot compile {target.name} from C and C++ together: include the C files from {cpp[0].name}")
    search = [*(CPP if cpp else ()), f"-I{header_folder()}", *options]
    if target.suffix == ".bc":
        _compile_bitcode(sources[0], target, search)
    else:
        library = (*WASI, *NO_EXCEPTIONS) if cpp else WASI if libc else WASM
        _run_compiler([*library, *search, *map(str, sources), "-o", str(target)], sources, target)


def _compile_bitcode(source: Path, target: Path, search: Sequence[str]) -> None:
    # Inlining adds lifetime markers whatever the options. GraalVM 25 reads an older form of them, so they are taken out.
    with tempfile.TemporaryDirectory() as folder:
        readable = Path(folder) / "readable.ll"
        _run_compiler([*BITCODE, *search, str(source), "-o", str(readable)], [source], target)
        lines = readable.read_text(encoding="utf-8").splitlines(keepends=True)
        readable.write_text("".join(line for line in lines if "@llvm.lifetime." not in line), encoding="utf-8")
        _run_compiler([*ASSEMBLE, str(readable), "-o", str(target)], [source], target)


def _run_compiler(arguments: Sequence[str], sources: Sequence[Path], target: Path) -> None:
    driver = "c++" if sources[0].suffix in CPP_ENDINGS else "cc"
    done = subprocess.run([sys.executable, "-m", "ziglang", driver, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        names = ", ".join(source.name for source in sources)
        raise ArtifactInvalid(f"{names} does not compile to {target.name}{_why(done.stderr, sources[0])}:\n{done.stderr.strip()}")


def _why(words: str, source: Path) -> str:
    """The way out where the compiler's own words name none."""
    if not any(each in words for each in REFUSED_THROW):
        return ""
    return (
        ", because it uses exceptions, and the wheel's compiler (ziglang) links no exceptions for WebAssembly; end a member with"
        f" amino::raise(type, message) instead, or compile to bitcode (amino cc {source.name} --target {source.stem}.bc), which runs"
        " on kernels with --allow native"
    )
