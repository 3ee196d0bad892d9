"""From what the operator wants to a backend: JVM, jars, flags."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amino_graal.backend import JvmOptions
from amino_graal.discovery import find_machine
from amino_graal.fast_start import FastStart
from amino_graal.jars import JarStore, Progress, cache_folder
from amino_graal.jpype_jar import jpype_jar
from amino_graal.lock import LANGUAGES
from amino_graal.runtime_jar import find_runtime_jar


@dataclass(frozen=True, slots=True)
class Preparation:
    """The plan for a start of a JVM: its options, its languages, and words for the operator."""

    options: JvmOptions
    languages: tuple[str, ...]
    notices: tuple[str, ...]


def prepare(
    languages: Sequence[str],
    *,
    heap_mb: int = 0,
    extra: Sequence[str] = (),
    crash_folder: Path | None = None,
    progress: Progress | None = None,
    offline: bool = False,
) -> Preparation:
    """Finds the JVM and fetches the jars that are missing. Blocks: on the first start of a language for tens of seconds.

    The class path of a JVM is fixed when it starts, so every language whose jars are in the cache goes on it, not only the ones asked for.

    Raises:
        JvmNotFound, JvmUnusable, JarsMissing, LanguageUnknown: See `find_machine` and `JarStore.ensure`.
    """
    report = find_machine(os.environ)
    machine = report.chosen
    assert machine is not None
    runtime_jar = find_runtime_jar(os.environ)
    cache = cache_folder(os.environ)
    store = JarStore(cache / "jars")
    first_of_all = machine.compiles and not store.has_compiler(machine.version)
    store.ensure(languages, compiler=machine.version if machine.compiles else "", progress=progress, offline=offline)
    here = {*languages, *store.present()}
    present = tuple(language for language in LANGUAGES if language in here)
    compiler = store.compiler_path(machine.version) if machine.compiles else []
    guests = store.class_path(present)
    fast = FastStart(cache)
    # A start that waits for hundreds of megabytes can wait for this too; no other start has to.
    quick = fast.make(machine, compiler, guests, present, runtime_jar, progress) if first_of_all else fast.find(machine, compiler, guests)
    # An archive fits class paths that begin with what it was made of: the guests' jars, then JPype's own.
    options = JvmOptions(quick.machine, [*guests, jpype_jar(), runtime_jar], compiler, heap_mb, quick.archive, extra, crash_folder)
    return Preparation(options, present, report.notices)
