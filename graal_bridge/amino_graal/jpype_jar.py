"""The jar that comes with JPype."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def jpype_jar() -> Path:
    """Answers the jar that JPype puts on every class path, behind ours."""
    spec = importlib.util.find_spec("jpype")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent.parent / "org.jpype.jar"
