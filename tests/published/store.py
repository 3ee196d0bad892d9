"""The cache of published packages: fetched once, verified by the lock file, then offline. `make setup` fills it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from amino_graal.jars import cache_folder
from amino_graal.resolver import sha256_of

from tests.published.lock import Package, read
from tests.published.registries import NotFetched, download, unpack

FOR_SOAK = ("crates",)
"""Registries whose clients `make test` does without."""
OF_SYSTEM = ("debian",)
"""Registries that have the versions of the system that they belong to: on another system, cases of theirs are not played."""


class Store:
    """Unpacked packages, each in a folder named by the sha256 of its file. Several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ensure(self, package: Package) -> Path:
        """The folder of a package, which is fetched where it is not here.

        Raises:
            NotFetched: the registry does not give it, or gives something else than what is locked.
        """
        home = self._folder / package.sha256
        if not home.is_dir():
            self._fetch(package, home)
        return home

    def _fetch(self, package: Package, home: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=self._folder) as temporary:
            come, made = Path(temporary) / "come", Path(temporary) / "made"
            come.mkdir()
            file = download(package, come)
            digest = sha256_of(file)
            if digest != package.sha256:
                raise NotFetched(f"{package.key} {package.version} came with sha256 {digest}, the lock file says {package.sha256}")
            made.mkdir()
            unpack(package, file, made)
            # Only a whole folder gets its name; where another process was first, its folder stays.
            try:
                made.rename(home)
            except OSError:
                if not home.is_dir():
                    raise

    def lay_out(self, packages: Sequence[Package], into: Path) -> None:
        """Copies packages into the folder of an artifact."""
        for package in packages:
            shutil.copytree(self.ensure(package), into, dirs_exist_ok=True)


def default_store() -> Store:
    """The store in the project's cache."""
    return Store(cache_folder(os.environ) / "published")


def fetch_all(packages: Iterable[Package], store: Store) -> list[str]:
    """Fetches whatever is missing; answers what could not be had, in words."""
    failed: list[str] = []
    for package in packages:
        try:
            store.ensure(package)
        except NotFetched as error:
            failed.append(str(error))
    return failed


def main(arguments: list[str]) -> int:
    """Fetches what `make test` plays, with `--all` also what needs further clients (`make soak`)."""
    wanted = [package for package in read() if arguments == ["--all"] or package.registry not in FOR_SOAK]
    foreign = fetch_all((package for package in wanted if package.registry in OF_SYSTEM), default_store())
    problems = fetch_all((package for package in wanted if package.registry not in OF_SYSTEM), default_store())
    for line in (*foreign, *problems):
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
