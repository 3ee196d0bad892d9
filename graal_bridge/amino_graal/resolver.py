"""Takes one jar into a cache, through jgo's resolver. The only module that knows jgo."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from amino_graal.lock import LockedJar


class Fetch(Protocol):
    """Puts a jar into a folder and answers its path. The caller verifies it."""

    def __call__(self, jar: LockedJar, folder: Path, progress: Callable[[str, int, int], None], /) -> Path: ...


class NotTaken(Exception):
    """A jar could not be fetched, or is not what the lock file says."""


def take(jar: LockedJar, home: Path, temporary: Path, fetch: Fetch, progress: Callable[[str, int, int], None] | None = None) -> Path:
    """Fetches a jar, verifies it, and puts it into its folder by an atomic rename. Answers where it is.

    Args:
        home: the folder that gets the jar.
        temporary: a folder of the same file system, for what is not yet verified.

    Raises:
        NotTaken: the jar was not to be had, or was another one.
    """
    try:
        fetched = fetch(jar, temporary, progress or (lambda _name, _done, _size: None))
    except Exception as error:
        raise NotTaken(f"{jar.file_name} could not be fetched ({type(error).__name__}: {error})") from error
    digest = sha256_of(fetched)
    if digest != jar.sha256:
        raise NotTaken(f"{jar.file_name} came with sha256 {digest}, the lock file says {jar.sha256}; it was thrown away")
    # A rename without the bytes on the disk could outlive a power cut as a short file.
    with fetched.open("rb") as file:
        os.fsync(file.fileno())
    return fetched.replace(home / jar.file_name)


def fetch_with_jgo(jar: LockedJar, folder: Path, progress: Callable[[str, int, int], None]) -> Path:
    """Takes a jar from the user's own Maven repository if it is there, else downloads it.

    AMINO_MAVEN_REPOSITORY (a URL) names a mirror to use instead of the public repository.

    Raises:
        Exception: Whatever jgo or the network raises.
    """
    from jgo.constants import default_maven_repo
    from jgo.maven import MavenContext, PythonResolver

    local = Path(os.environ.get("M2_REPO") or default_maven_repo()) / jar.repository_path
    if local.is_file() and local.stat().st_size == jar.size:
        copied = folder / jar.file_name
        shutil.copyfile(local, copied)
        if sha256_of(copied) == jar.sha256:
            progress(jar.file_name, jar.size, jar.size)
            return copied
        copied.unlink()
    mirror = os.environ.get("AMINO_MAVEN_REPOSITORY", "")
    context = MavenContext(
        resolver=PythonResolver(progress_callback=_adapter(progress)),
        repo_cache=folder / "repository",
        remote_repos={"mirror": mirror.rstrip("/")} if mirror else None,
        timeout=30,
    )
    path: Path = context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
    return path


def sha256_of(path: Path) -> str:
    """Answers the sha256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _adapter(progress: Callable[[str, int, int], None]) -> Any:
    @contextmanager
    def report(name: str, size: int) -> Generator[Callable[[int], None]]:
        done = 0

        def update(count: int) -> None:
            nonlocal done
            done += count
            progress(name, done, size)

        yield update

    return report
