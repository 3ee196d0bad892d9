"""The cache of jars: fetched once per language, verified, then offline."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from amino_wire.errors import JarsMissing

from amino_graal.lock import LANGUAGES, JarLock, LockedJar, load_lock, merged
from amino_graal.resolver import Fetch, NotTaken, fetch_with_jgo, sha256_of, take

Progress = Callable[[str, int, int], None]
"""Called with a file name, the bytes of it that are here, and its size in bytes; of a step that has no bytes, 0 or 1 of 1."""


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Answers the folder of everything that can be fetched again: AMINO_CACHE, else `~/.cache/amino`."""
    named = environ.get("AMINO_CACHE", "")
    return Path(named) if named else Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "amino"


class JarStore:
    """Jars by the lock file, in a folder that several processes may use at once.

    A file appears under its own name only after its sha256 was found right, by an atomic rename; a killed download leaves at most a
    temporary folder behind, which the next fetch removes.
    """

    def __init__(self, folder: Path, lock: JarLock | None = None, fetch: Fetch = fetch_with_jgo) -> None:
        self._folder = folder
        self._lock = lock or load_lock()
        self._fetch = fetch

    @property
    def lock(self) -> JarLock:
        return self._lock

    def present(self) -> list[str]:
        """Answers the languages whose jars are all here."""
        return [language for language in LANGUAGES if not self.missing(self._lock.jars_of(language))]

    def missing(self, jars: Iterable[LockedJar]) -> list[LockedJar]:
        """Answers which of these jars are not here in full size."""
        return [jar for jar in jars if not self._is_here(jar)]

    def has_compiler(self, java: str) -> bool:
        """Answers whether the jars of the JIT compiler for a JVM of this version are all here."""
        return not self.missing(self._lock.compiler_for(java))

    def damaged(self) -> list[LockedJar]:
        """Answers which jars of the cache do not hash to what the lock file says. Reads all of them."""
        return [jar for jar in self._lock.every_jar() if self._path(jar).exists() and sha256_of(self._path(jar)) != jar.sha256]

    def class_path(self, languages: Iterable[str]) -> list[Path]:
        """Answers the jars of these languages as paths; they must be here."""
        return [self._path(jar) for jar in merged(self._lock.jars_of(language) for language in languages)]

    def compiler_path(self, java: str) -> list[Path]:
        """Answers the jars of the compiler for a JVM of this version as paths; they must be here."""
        return [self._path(jar) for jar in self._lock.compiler_for(java)]

    def ensure(self, languages: Iterable[str], *, compiler: str, progress: Progress | None = None, offline: bool = False) -> None:
        """Fetches what these languages need and is not here yet. Blocks; tens of seconds for the first language.

        Args:
            languages: Guest languages.
            compiler: Also the jars of the JIT compiler for a JVM of this version; none where it is empty.
            progress: Told about the bytes as they come.
            offline: Fetch nothing.

        Raises:
            LanguageUnknown: One of the languages does not exist.
            JarsMissing: A jar is not here and could not be fetched, or is not what the lock file says.
        """
        wanted = list(languages)
        sets = [self._lock.jars_of(language) for language in wanted]
        absent = self.missing(merged([*sets, self._lock.compiler_for(compiler)] if compiler else sets))
        if not absent:
            return
        if offline:
            raise _missing(absent, wanted, "this kernel is set to stay offline")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()
        # Beside the final place, so that the rename stays within one file system.
        with tempfile.TemporaryDirectory(prefix=f".fetch-{os.getpid()}-", dir=self._folder) as temporary:
            for jar in absent:
                self._take(jar, Path(temporary), progress, absent, wanted)

    def _take(self, jar: LockedJar, temporary: Path, progress: Progress | None, absent: list[LockedJar], wanted: list[str]) -> None:
        try:
            take(jar, self._folder, temporary, self._fetch, progress)
        except NotTaken as error:
            raise _missing(absent, wanted, str(error)) from error

    def _remove_leftovers(self) -> None:
        for leftover in self._folder.glob(".fetch-*"):
            owner = leftover.name.split("-")[1]
            if not Path(f"/proc/{owner}").exists():
                shutil.rmtree(leftover, ignore_errors=True)

    def _path(self, jar: LockedJar) -> Path:
        return self._folder / jar.file_name

    def _is_here(self, jar: LockedJar) -> bool:
        try:
            return self._path(jar).stat().st_size == jar.size
        except OSError:
            return False


def _missing(absent: list[LockedJar], languages: list[str], reason: str) -> JarsMissing:
    names = ", ".join(jar.file_name for jar in absent[:3]) + (f" and {len(absent) - 3} more" if len(absent) > 3 else "")
    size = sum(jar.size for jar in absent) // 1_000_000
    return JarsMissing(
        f"Jars for {', '.join(languages)} are missing ({names}, {size} MB): {reason}. Run `python -m amino_graal` once with a network, "
        "name a mirror in AMINO_MAVEN_REPOSITORY, or copy the folder named by AMINO_CACHE from a machine that has them."
    )
