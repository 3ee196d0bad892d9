"""Our own jar, the JVM half."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from amino_wire.errors import JarsMissing

NAME = "amino-runtime.jar"


def find_runtime_jar(environ: Mapping[str, str]) -> Path:
    """Finds the JVM half: AMINO_RUNTIME_JAR, else inside the installed package, else built in the source tree.

    Raises:
        JarsMissing: It is nowhere.
    """
    here = Path(__file__).resolve().parent
    named = environ.get("AMINO_RUNTIME_JAR", "")
    places = [Path(named)] if named else [here / "jar" / NAME, here.parent.parent / "java" / "target" / NAME]
    for place in places:
        if place.is_file():
            return place
    raise JarsMissing(
        f"{NAME}, the JVM half of Amino, is not at {' nor at '.join(str(place) for place in places)}. "
        "Install amino-runtime again (`pip install --force-reinstall amino-runtime`), or build it in the source tree: `make java`."
    )
