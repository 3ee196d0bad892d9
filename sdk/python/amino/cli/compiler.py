"""The command `cc`: C and C++ to what kernels run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amino.cli.command import command
from amino.cli.session import Session
from amino.compiling import compile_c

app = typer.Typer()


@command(app, "cc")
def cc(
    session: Session,
    sources: Annotated[list[Path], typer.Argument(metavar="SOURCE...", help="Files of C or C++.", exists=True, dir_okay=False)],
    target: Annotated[
        Path, typer.Option("--target", "-t", metavar="TARGET", help="x.wasm (runs in the sandbox) or x.bc (needs --allow native).")
    ],
    libc: Annotated[bool, typer.Option("--libc", help="WebAssembly: link a C library (C++ has one).")] = False,
    define: Annotated[list[str] | None, typer.Option("-D", metavar="NAME[=VALUE]", help="Define a macro.")] = None,
    include: Annotated[list[Path] | None, typer.Option("-I", metavar="FOLDER", help="Look for headers there, too.")] = None,
) -> None:
    """Compile C with amino.h, or C++ with amino.hpp, to WebAssembly or LLVM bitcode, ready to register."""
    options = [f"-D{name}" for name in define or ()] + [f"-I{folder}" for folder in include or ()]
    compile_c(sources, target, libc=libc, options=options)
    session.say(f"{target}: {target.stat().st_size} bytes", {"target": str(target), "bytes": target.stat().st_size})
