"""`python -m amino_graal --languages all`: fetches the jars of guest languages now instead of on first need, and makes later starts fast.

With `--class-path` it also prints what a Java program that embeds Amino needs on its class path (`docs/embedding.md`).
"""

from __future__ import annotations

import argparse
import os
import sys

from amino_wire.errors import AminoError
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from amino_graal.discovery import report_machines
from amino_graal.fast_start import FastStart
from amino_graal.host_class_path import host_class_path
from amino_graal.jars import JarStore, cache_folder
from amino_graal.jars import Progress as Told
from amino_graal.lock import LANGUAGES
from amino_graal.runtime_jar import find_runtime_jar


def main() -> int:
    """Entry point. Returns the exit status: 0, or 7 when something is missing on this machine."""
    parser = argparse.ArgumentParser(prog="python -m amino_graal", description=__doc__)
    parser.add_argument("--languages", default="all", help=f"all, or some of {','.join(LANGUAGES)}")
    parser.add_argument("--class-path", action="store_true", help="print the class path of a Java program with these languages")
    options = parser.parse_args()
    languages = list(LANGUAGES) if options.languages == "all" else [name.strip() for name in options.languages.split(",")]
    store = JarStore(cache_folder(os.environ) / "jars")
    bars: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as shown:

        def progress(name: str, done: int, size: int) -> None:
            if not sys.stderr.isatty():
                if size == 1 and not done:
                    print(f"making {name}, once", file=sys.stderr, flush=True)
                return
            if name not in bars:
                bars[name] = shown.add_task(name, total=size)
            shown.update(bars[name], completed=done)

        try:
            machine = report_machines(os.environ).chosen
            compiler = machine.version if machine is not None and machine.compiles else ""
            store.ensure(languages, compiler=compiler, progress=progress)
            if not options.class_path:
                make_ready(store, progress)
            class_path = host_class_path(store, languages, os.environ) if options.class_path else []
        except AminoError as error:
            print(f"{error.code}: {error.message}", file=sys.stderr)
            return 7
    if options.class_path:
        print(os.pathsep.join(str(path) for path in class_path))
        return 0
    print(f"jars here for: {', '.join(store.present())}")
    return 0


def make_ready(store: JarStore, progress: Told) -> None:
    """Makes what kernels start fast with, for the JVM that they would choose and all languages that are here."""
    machine = report_machines(os.environ).chosen
    if machine is not None and machine.compiles:
        languages = store.present()
        fast = FastStart(cache_folder(os.environ))
        runtime_jar = find_runtime_jar(os.environ)
        fast.make(machine, store.compiler_path(machine.version), store.class_path(languages), languages, runtime_jar, progress)


if __name__ == "__main__":
    sys.exit(main())
