"""Prints the home of the newest Java development kit found here, for building the JVM half.

The kernel finds its own JVM (`amino doctor`).
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path


def version(home: Path) -> int:
    """The major version that the `release` file of a JDK names; 0 when it names none."""
    try:
        found = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text(encoding="utf-8"))
    except OSError:
        return 0
    return int(found.group(1)) if found else 0


def candidates() -> list[Path]:
    """Folders that may hold a JDK, those that the user names first."""
    named = [Path(home) for home in (os.environ.get("AMINO_JAVA_HOME"), os.environ.get("JAVA_HOME")) if home]
    on_path = shutil.which("javac")
    well_known = sorted(Path("/usr/lib/jvm").glob("*")) + sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"))
    return named + well_known + ([Path(on_path).resolve().parent.parent] if on_path else [])


def main() -> None:
    """Entry point."""
    homes = [home for home in candidates() if (home / "bin" / "javac").exists()]
    if not homes:
        raise SystemExit("no JDK found: install a JDK 25 and set JAVA_HOME")
    print(max(homes, key=version))


if __name__ == "__main__":
    main()
