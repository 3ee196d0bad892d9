"""From what the operator wants to a backend: JVM, jars, flags."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from amino_graal.backend import JvmOptions
from amino_graal.discovery import find_machine
from amino_graal.jars import JarStore, Progress, cache_folder
from amino_graal.runtime_jar import find_runtime_jar


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a JVM will be started with, which languages it will have, and what to tell the operator."""

    options: JvmOptions
    languages: tuple[str, ...]
    notices: tuple[str, ...]


def prepare(
    languages: Sequence[str], *, heap_mb: int = 0, extra: Sequence[str] = (), progress: Progress | None = None, offline: bool = False
) -> Preparation:
    """Finds the JVM and fetches what is missing. Blocks: on the first start of a language for tens of seconds.

    The class path of a JVM is fixed when it starts, so every language whose jars are in the cache goes on it, not only the ones asked for.

    Raises:
        JvmNotFound, JvmUnusable, JarsMissing, LanguageUnknown: See `find_machine` and `JarStore.ensure`.
    """
    report = find_machine(os.environ)
    machine = report.chosen
    assert machine is not None
    runtime_jar = find_runtime_jar(os.environ)
    store = JarStore(cache_folder(os.environ) / "jars")
    store.ensure(languages, compiler=machine.compiles, progress=progress, offline=offline)
    present = tuple(dict.fromkeys([*languages, *store.present()]))
    compiler = store.compiler_path() if machine.compiles else []
    options = JvmOptions(machine, [runtime_jar, *store.class_path(present)], compiler, heap_mb, extra)
    return Preparation(options, present, report.notices)
