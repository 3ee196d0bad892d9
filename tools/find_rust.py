"""Prints the path of a Rust compiler that has the library for wasm32-unknown-unknown. It runs with the system's Python alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

TARGET = "wasm32-unknown-unknown"
DEBIAN = "/usr/bin/rustc"
"""Debian's compiler may stand behind another in the search path."""


def fits(compiler: str) -> bool:
    """Whether the compiler runs and has the target's library."""
    command = [compiler, "--print", "target-libdir", "--target", TARGET]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0 and any(Path(done.stdout.strip()).glob("libstd-*.rlib"))


def main() -> None:
    """Entry point. Exits with the ways out when there is none."""
    found = [path for path in (shutil.which("rustc"), DEBIAN) if path is not None and Path(path).is_file()]
    chosen = next((path for path in found if fits(path)), None)
    if chosen is None:
        raise SystemExit(
            f"no Rust compiler here has the library for {TARGET}: rustup target add {TARGET}, or on Debian and Ubuntu"
            " apt-get install rustc libstd-rust-dev-wasm32"
        )
    sys.stdout.write(f"{chosen}\n")


if __name__ == "__main__":
    main()
