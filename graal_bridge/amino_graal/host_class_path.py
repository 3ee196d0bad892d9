"""The class path of a Java program that embeds Amino."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from amino_wire.errors import JarsMissing

from amino_graal.jars import JarStore
from amino_graal.runtime_jar import find_runtime_jar


def host_class_path(store: JarStore, languages: Iterable[str], environ: Mapping[str, str]) -> list[Path]:
    """Answers our jar, py4j's, and those of guest languages that are to run in the program itself.

    Args:
        store: Where the languages' jars are; they must be here.
        languages: Guest languages.
        environ: Read as `find_runtime_jar` does.

    Raises:
        JarsMissing: Our jar or py4j's is nowhere.
    """
    return [find_runtime_jar(environ), _py4j_jar(), *store.class_path(languages)]


def _py4j_jar() -> Path:
    from py4j import java_gateway

    find: Callable[[], str | None] = java_gateway.find_jar_path
    found = Path(find() or "")
    if not found.is_file():
        raise JarsMissing("py4j's jar is not beside the Python package py4j; install it again: `pip install --force-reinstall py4j`.")
    return found
