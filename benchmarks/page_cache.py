"""Takes files out of the memory in which the operating system keeps them, so that the next start reads them from the disk."""

from __future__ import annotations

import os
import site
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
DROP_CACHES = Path("/proc/sys/vm/drop_caches")
EVERYTHING = "3"
OWN_PACKAGES = ("dms", "graal_bridge", "kernel", "oms", "sdk/python", "wire")


def files_of(processes: Iterable[psutil.Process]) -> set[Path]:
    """The files that processes have open or mapped: jars, the archive of classes, the JVM's image, native libraries."""
    found: set[str] = set()
    for process in processes:
        found.update(mapping.path for mapping in process.memory_maps())
        found.update(file.path for file in process.open_files())
    return {Path(name) for name in found if name.startswith("/") and not name.startswith(("/dev/", "/proc/", "/memfd:"))}


def python_files() -> Iterator[Path]:
    """The files of this Python, of the packages it has installed, and of Amino's own."""
    folders = [Path(sysconfig.get_path("stdlib")), *map(Path, site.getsitepackages()), *(ROOT / name for name in OWN_PACKAGES)]
    for folder in folders:
        for place, _, names in os.walk(folder):
            yield from (Path(place, name) for name in names)


def drop(files: Iterable[Path]) -> str:
    """Empties the whole page cache where the machine allows it, else takes the files out of it; says which was done.

    Either way, pages that a running program has mapped stay, among them those of this Python.
    """
    os.sync()
    try:
        DROP_CACHES.write_text(EVERYTHING, encoding="ascii")
    except OSError:
        return _forget(files)
    return f"the whole page cache was emptied ({DROP_CACHES})"


def _forget(files: Iterable[Path]) -> str:
    number = size = 0
    for path in {*files, *python_files()}:
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError:
            continue  # a link to nothing, or a file that has gone
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            number += 1
            size += os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)
    return f"{number:,} files of Amino, Python and the JVM, {size / 1e6:,.0f} MB, were taken out of the page cache (posix_fadvise)"
