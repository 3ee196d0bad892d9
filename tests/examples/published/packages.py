"""Where published packages come from, and the folders that make them artifacts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path.home() / ".cache" / "amino" / "tests"
MINUTES = 300


def run(*command: str | Path, folder: Path | None = None) -> str:
    """Runs a command; answers its standard output. Raises AssertionError with all that it printed."""
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False, timeout=MINUTES)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def _fetched(name: str, wanted: Path, fetch: str) -> Path:
    """A folder of the cache that is complete for the list `wanted`: what is there, else it is fetched beside it and renamed."""
    folder = CACHE / name
    if (folder / wanted.name).is_file() and (folder / wanted.name).read_bytes() == wanted.read_bytes():
        return folder
    fresh = CACHE / f"{name}.fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.mkdir(parents=True)
    for file in wanted.parent.iterdir():
        shutil.copy(file, fresh)
    if fetch == "npm":
        run("npm", "ci", "--no-audit", "--no-fund", "--silent", folder=fresh)
    else:
        _fetch_lz4(fresh)
    return fresh.rename(folder)


def _fetch_lz4(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "download", "--no-deps", "--no-binary", "lz4", "--require-hashes", "-r", folder / "lz4.txt", "-d", folder)
    shutil.unpack_archive(next(folder.glob("lz4-*.tar.gz")), folder, filter="data")
    version = (folder / "lz4.txt").read_text().split()[0]
    run(*pip, "install", "--no-deps", "--only-binary", "lz4", "--target", folder / "native", version)


def javascript(folder: Path) -> Path:
    """The adapter with its packages from npm."""
    fetched = _fetched("js", HERE / "js" / "package-lock.json", "npm")
    return Path(shutil.copytree(fetched, folder / "js", symlinks=True))


def python(folder: Path) -> Path:
    """The adapter with markdown-it-py, which this environment has (rich needs it), and what that needs."""
    artifact = Path(shutil.copytree(HERE / "python", folder / "python"))
    for package in ("markdown_it", "mdurl"):
        spec = find_spec(package)
        assert spec is not None and spec.origin is not None, f"the Python package {package} is not installed"
        shutil.copytree(Path(spec.origin).parent, artifact / package, ignore=shutil.ignore_patterns("__pycache__"))
    return artifact


def ruby(folder: Path) -> Path:
    """The adapter with the gem mustache, which a Debian package brings."""
    artifact = Path(shutil.copytree(HERE / "ruby", folder / "ruby"))
    found = Path(run("ruby", "-e", "require 'mustache'; puts $LOADED_FEATURES.grep(/mustache.rb$/)[0]").strip())
    shutil.copy(found, artifact)
    shutil.copytree(found.with_suffix(""), artifact / "mustache")
    return artifact


def lz4(folder: Path, ending: str) -> Path:
    """The adapter compiled with the sources of LZ4 by `amino cc`."""
    sources = next(_fetched("c", HERE / "c" / "lz4.txt", "pip").glob("lz4-*/lz4libs"))
    target = folder / f"compressor.{ending}"
    libc = ["--libc"] if ending == "wasm" else []
    run(sys.executable, "-m", "amino", "cc", HERE / "c" / "compressor.c", "--target", target, "-I", sources, *libc)
    return target


def native_lz4() -> Path:
    """The folder of the same library as a Python extension."""
    return _fetched("c", HERE / "c" / "lz4.txt", "pip") / "native"
