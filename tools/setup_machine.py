"""Looks for the programs that Amino needs; on Debian and Ubuntu installs those that are missing, elsewhere says exactly what to install.

Runs with the system's Python and its standard library only, because it comes before the virtual environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """A program or library: how to see that it is there, what provides it on Debian, and what to tell others."""

    what: str
    probe: tuple[str, ...]
    packages: tuple[str, ...]
    elsewhere: str


NODE_IS_NEW = "process.exit(+process.versions.node.split('.')[0] >= 20 ? 0 : 1)"
JDK = "a JDK 25 (Temurin has the compiler interface that the JIT needs)"
NEEDS = (
    Need(
        "Python's venv module", (sys.executable, "-c", "import venv, ensurepip"), ("python3-venv",), "Python 3.11 or newer with venv, pip"
    ),
    Need("Node.js 20", ("node", "-e", NODE_IS_NEW), ("nodejs", "npm"), "Node.js 20 or newer"),
    Need("npm", ("npm", "--version"), ("npm",), "npm"),
    Need("Maven", ("mvn", "--version"), ("maven",), "Apache Maven 3.8 or newer"),
    Need("Ruby 3", ("ruby", "-e", "exit(RUBY_VERSION.to_i >= 3 ? 0 : 1)"), ("ruby",), "Ruby 3.0 or newer"),
    Need("Ruby's gRPC", ("ruby", "-e", "require 'grpc'"), ("ruby-grpc",), "the Ruby gem grpc"),
    Need("Ruby's msgpack", ("ruby", "-e", "require 'msgpack'"), ("ruby-msgpack",), "the Ruby gem msgpack"),
    Need("Ruby's mustache, published code for tests", ("ruby", "-e", "require 'mustache'"), ("ruby-mustache",), "the Ruby gem mustache"),
    Need("zsh, for the test of completion", ("zsh", "--version"), ("zsh",), "zsh"),
    Need("fish, for the test of completion", ("fish", "--version"), ("fish",), "fish"),
    Need(
        "Rust for WebAssembly, for examples and tests",
        (sys.executable, str(Path(__file__).with_name("find_rust.py"))),
        ("rustc", "libstd-rust-dev-wasm32"),
        "Rust 1.63 or newer with the target wasm32-unknown-unknown",
    ),
    Need("Ruby's minitest", ("ruby", "-e", "require 'minitest'"), ("ruby-minitest",), "the Ruby gem minitest"),
)

CARGO_IS_NEW = "import subprocess; assert int(subprocess.check_output(['cargo', '--version'], text=True).split('.')[1]) >= 70"


def soak_needs() -> tuple[Need, ...]:
    """What only `make soak` needs. Debian 12 has a Cargo of its own age, which is too old, and beside it a newer one for browsers."""
    newer = subprocess.run(["apt-cache", "show", "cargo-web"], capture_output=True, check=False).returncode == 0 if is_debian() else False
    packages = ("cargo-web",) if newer else ("cargo",)
    return (
        Need("Cargo, for published sources in C and Rust", (sys.executable, "-c", CARGO_IS_NEW), packages, "Cargo 1.70 or newer, of Rust"),
    )


def present(need: Need) -> bool:
    """Whether the probe of a need runs and succeeds."""
    if shutil.which(need.probe[0]) is None:
        return False
    return subprocess.run(need.probe, capture_output=True, check=False).returncode == 0


def is_debian() -> bool:
    """Whether this system says that it is Debian or descends from it."""
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    family = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".replace('"', "").split()
    return bool({"debian", "ubuntu"} & set(family)) and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Installs Debian packages, with sudo when not root. Raises SystemExit with the command to type when that is not possible."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    command = [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    print(f"setup: installing {' '.join(packages)}", flush=True)
    if prefix and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode != 0:
        raise SystemExit(f"setup: not root and sudo asks for a password; please type: sudo apt-get install {' '.join(packages)}")
    subprocess.run([*prefix, "apt-get", "update", "-qq"], env=environment, check=False, stdout=subprocess.DEVNULL)
    if subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL).returncode != 0:
        raise SystemExit(f"setup: apt-get could not install {' '.join(packages)}; see its message above")


def find_java() -> bool:
    """Whether a Java development kit, version 17 or newer, can be found (JIT needs 25; `amino doctor` tells)."""
    homes = [os.environ.get("AMINO_JAVA_HOME"), os.environ.get("JAVA_HOME")]
    candidates = [Path(home) for home in homes if home] + sorted(Path("/usr/lib/jvm").glob("*"))
    return any((home / "bin" / "javac").exists() for home in candidates) or shutil.which("javac") is not None


def main(arguments: list[str]) -> None:
    """Entry point. Exits with a list of what to install when something is missing and cannot be installed here.

    With `--soak` it looks for what `make soak` needs besides.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 (this script is what tells the user)
        raise SystemExit(f"setup: Python 3.11 or newer is needed, this is {sys.version.split()[0]}; give make PYTHON=<path of one>")
    needs = (*NEEDS, *soak_needs()) if "--soak" in arguments else NEEDS
    missing = [need for need in needs if not present(need)]
    java_missing = not find_java()
    if not missing and not java_missing:
        return
    if not is_debian():
        wanted = [need.elsewhere for need in missing] + ([JDK] if java_missing else [])
        raise SystemExit("setup: please install:\n  " + "\n  ".join(wanted))
    packages = sorted({package for need in missing for package in need.packages} | ({"openjdk-17-jdk-headless"} if java_missing else set()))
    install(packages)
    still = [need for need in missing if not present(need)]
    if still:
        names = "\n  ".join(need.elsewhere for need in still)
        raise SystemExit(f"setup: Debian's packages are installed, yet these are missing or too old:\n  {names}")


if __name__ == "__main__":
    main(sys.argv[1:])
