"""Builds everything that is published, into one folder: wheel, source distribution, npm tarball, gem, and the jar with its sources.

`make packages` calls it, after the JVM half and the Node packages are there.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JARS = ("amino-runtime.jar", "amino-runtime-sources.jar")


def main() -> int:
    """Builds all packages; answers 0, or raises what the failing builder raised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "dist", help="the folder, emptied first [dist]")
    folder = parser.parse_args().into.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder))
    _run("npm", "pack", "--silent", "--pack-destination", str(folder), folder="sdk/js")
    _run("gem", "build", "--silent", "amino.gemspec", "--output", str(folder / f"amino-{_gem_version()}.gem"), folder="sdk/ruby")
    for name in JARS:
        shutil.copy(ROOT / "java/target" / name, folder / name)
    for file in sorted(folder.iterdir()):
        print(f"{file.stat().st_size:>12,}  {file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file}")
    return 0


def _run(*command: str, folder: str = ".") -> None:
    subprocess.run(command, cwd=ROOT / folder, check=True, stdout=subprocess.DEVNULL)


def _gem_version() -> str:
    text = (ROOT / "sdk/ruby/lib/amino/version.rb").read_text(encoding="utf-8")
    return text.split('VERSION = "')[1].split('"')[0]


if __name__ == "__main__":
    sys.exit(main())
