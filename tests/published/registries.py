"""Fetches one file of a package by the registry's own client, and unpacks it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from amino_graal.lock import LockedJar
from amino_graal.resolver import fetch_with_jgo

from tests.published.lock import Package

PATIENCE_SECONDS = 300
_SITE = ("usr/share/rubygems-integration/all/gems", "usr/lib/ruby/vendor_ruby")
"""Where Debian's packages have the code of Ruby libraries."""
_SOURCES = {"markupsafe": ("--no-build-isolation", "--no-binary", "markupsafe"), "lz4": ("--no-binary", "lz4")}
"""Packages of Python that come as sources. The metadata of lz4 asks for a package that the environment lacks."""
_C_SOURCES = "lz4libs"
"""The folder of a library in C inside a package of Python."""


class NotFetched(Exception):
    """A registry did not give a package."""


def download(package: Package, into: Path) -> Path:
    """Fetches the package's file into an empty folder.

    Raises:
        NotFetched: the client failed; its last words are in the message.
    """
    if package.registry == "maven":
        return _download_jar(package, into)
    if package.registry == "crates":
        return _download_crate(package, into)
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps")
    command: dict[str, tuple[str, ...]] = {
        "npm": ("npm", "pack", "--silent", f"{package.name}@{package.version}"),
        "pypi": (*pip, *_SOURCES.get(package.name, ()), f"{package.name}=={package.version}"),
        "debian": ("apt-get", "download", "-qq", f"{package.name}={package.version}"),
    }
    _run(package, command[package.registry], into)
    files = list(into.iterdir())
    if len(files) != 1:
        raise _not_fetched(package, f"{len(files)} files came")
    return files[0]


def _run(package: Package, command: tuple[str, ...], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    except FileNotFoundError as error:
        raise _not_fetched(package, f"the program {command[0]} is not installed") from error
    if done.returncode:
        raise _not_fetched(package, ((done.stderr or done.stdout).strip().splitlines() or ["it said nothing"])[-1])


def _not_fetched(package: Package, why: str) -> NotFetched:
    return NotFetched(f"{package.key} {package.version} could not be fetched: {why}; see tests/published/README.md")


def _download_jar(package: Package, into: Path) -> Path:
    group, artifact = package.name.split(":")
    try:
        return fetch_with_jgo(LockedJar(group, artifact, package.version, package.sha256, 0), into, lambda _name, _done, _size: None)
    except Exception as error:
        raise _not_fetched(package, f"{type(error).__name__}: {error}") from error


def _download_crate(package: Package, into: Path) -> Path:
    """Cargo fetches what a program needs, into a cache of its own."""
    project = into / "project"
    (project / "src").mkdir(parents=True)
    (project / "src" / "lib.rs").touch()
    manifest = f'[package]\nname = "fetch"\nversion = "0.0.0"\n[dependencies]\n{package.name} = "={package.version}"\n'
    (project / "Cargo.toml").write_text(manifest, encoding="utf-8")
    _run(package, ("cargo", "fetch", "--quiet"), project)
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    found = list(home.glob(f"registry/cache/*/{package.name}-{package.version}.crate"))
    if not found:
        raise _not_fetched(package, "cargo left no file in its cache")
    return found[0]


def unpack(package: Package, file: Path, into: Path) -> None:
    """Lays out what an artifact needs: node_modules, modules of Python, the `lib` of Ruby libraries, headers, sources, or a jar."""
    unpackers = {"npm": _unpack_npm, "pypi": _unpack_pypi, "debian": _unpack_debian, "crates": _unpack_crate, "maven": _unpack_jar}
    unpackers[package.registry](package, file, into)


def _unpack_jar(package: Package, file: Path, into: Path) -> None:
    del package
    shutil.copy(file, into)


def _unpack_crate(package: Package, file: Path, into: Path) -> None:
    """Sources, and what Rust's compiler reads beside them. The tarball has one folder, with the version in its name; here it has none."""
    with tarfile.open(file) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith((".c", ".h", ".rs", ".toml", ".md")):
                _write(into / package.name / member.name.split("/", 1)[1], archive.extractfile(member).read())  # type: ignore[union-attr]


def _unpack_npm(package: Package, file: Path, into: Path) -> None:
    """The tarball has one folder, mostly named `package`."""
    home = into / "node_modules" / package.name
    with tarfile.open(file) as archive:
        for member in archive:
            if member.isfile():
                _write(home / member.name.split("/", 1)[1], archive.extractfile(member).read())  # type: ignore[union-attr]


def _unpack_pypi(package: Package, file: Path, into: Path) -> None:
    """A wheel as it is; of a source distribution the folder with the modules."""
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as archive:
            archive.extractall(into)
        return
    with tarfile.open(file) as archive:
        members = [member for member in archive if member.isfile()]
        module = package.name.lower().replace("-", "_")
        for member in members:
            parts = member.name.split("/")[1:]
            below = parts[1:] if parts[0] == "src" else parts
            if below[0] == module and below[-1].endswith((".py", ".txt")):
                _write(into.joinpath(*below), archive.extractfile(member).read())  # type: ignore[union-attr]
            if parts[0] == _C_SOURCES:
                _write(into.joinpath(*parts), archive.extractfile(member).read())  # type: ignore[union-attr]


def _unpack_debian(package: Package, file: Path, into: Path) -> None:
    """Ruby's libraries with their data, and headers of C++."""
    with_root = into / ".root"
    subprocess.run(["dpkg", "-x", str(file), str(with_root)], check=True, timeout=PATIENCE_SECONDS)
    folders = [with_root / _SITE[1], *(gem / _required(gem) for gem in (with_root / _SITE[0]).glob("*"))]
    for folder in folders:
        for each in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if each.is_file():
                _write(into / "lib" / each.relative_to(folder), each.read_bytes())
    for data in sorted((with_root / _SITE[0]).glob("*/*")):
        if data.is_dir() and data.name not in ("lib", "bin", "exe", "test", "spec"):
            for each in sorted(data.rglob("*")):
                if each.is_file():
                    _write(into / each.relative_to(data.parent), each.read_bytes())
    name = package.name.removeprefix("ruby-")
    for shared, own in (("usr/include", "include"), (f"usr/share/{name}", f"data/{name}")):
        if (with_root / shared).is_dir():
            shutil.copytree(with_root / shared, into / own)
    shutil.rmtree(with_root)


def _required(gem: Path) -> str:
    """The folder of a gem that `require` looks into, by its specification."""
    specification = gem.parent.parent / "specifications" / f"{gem.name}.gemspec"
    found = re.search(r'require_paths = \["([^"]+)"', specification.read_text(encoding="utf-8")) if specification.is_file() else None
    return found[1] if found else "lib"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
