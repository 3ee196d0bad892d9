"""Fetches one file of a package by the registry's own client, and unpacks it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from tests.published.lock import Package

PATIENCE_SECONDS = 300
_SITE = ("usr/share/rubygems-integration/all/gems", "usr/lib/ruby/vendor_ruby")
"""Where Debian's packages have the code of Ruby libraries."""


class NotFetched(Exception):
    """A registry did not give a package."""


def download(package: Package, into: Path) -> Path:
    """Fetches the package's file into an empty folder.

    Raises:
        NotFetched: the client failed; its last words are in the message.
    """
    command = {
        "npm": ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        "pypi": [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"),
            *("--no-binary", "markupsafe", f"{package.name}=={package.version}"),
        ],
        "debian": ["apt-get", "download", "-qq", f"{package.name}={package.version}"],
    }[package.registry]
    done = subprocess.run(command, cwd=into, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    files = list(into.iterdir())
    if done.returncode or len(files) != 1:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it said nothing"]
        raise NotFetched(f"{package.key} {package.version} could not be fetched: {said[0]}; see tests/published/README.md")
    return files[0]


def unpack(package: Package, file: Path, into: Path) -> None:
    """Lays out what an artifact needs: a folder of node_modules, modules of Python, or the `lib` of Ruby libraries."""
    {"npm": _unpack_npm, "pypi": _unpack_pypi, "debian": _unpack_debian}[package.registry](package, file, into)


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


def _unpack_debian(package: Package, file: Path, into: Path) -> None:
    with_root = into / ".root"
    subprocess.run(["dpkg", "-x", str(file), str(with_root)], check=True, timeout=PATIENCE_SECONDS)
    folders = [with_root / _SITE[1], *(with_root / _SITE[0]).glob("*/lib")]
    for folder in folders:
        for each in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if each.is_file():
                _write(into / "lib" / each.relative_to(folder), each.read_bytes())
    for data in sorted((with_root / _SITE[0]).glob("*/*")):
        if data.is_dir() and data.name not in ("lib", "bin", "exe", "test", "spec"):
            for each in sorted(data.rglob("*")):
                if each.is_file():
                    _write(into / each.relative_to(data.parent), each.read_bytes())
    shutil.rmtree(with_root)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
