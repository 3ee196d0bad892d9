"""Writes docs/configuration.md from the declarations of settings; `--check` only says whether the page is as it should be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from amino_wire.settings.client import CLIENT
from amino_wire.settings.declaration import Part, Setting
from amino_wire.settings.kernel import KERNEL
from amino_wire.settings.oms import OMS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "configuration.md"
HEAD = """# Configuration

This page is made by `tools/generate_configuration.py` from the declarations in `wire/amino_wire/settings`; edit those.

Three sources give a setting its value, and the later source wins: the file `amino.toml` in the folder where the process starts, the
environment, the flags of the command line. A name that no setting has, and a value that is out of range, ends the start with
`CONFIG_INVALID`; the message names the source.

`amino config show` prints every setting with its value and its origin. `amino config show kernel --port 7500` prints what
`amino kernel --port 7500` would run with.

```toml
[kernel]
port = 7500
languages = ["js", "python"]
labels = { region = "eu" }

[oms]
lease = 6
log_format = "json"
```

In the environment and in one flag, words and labels stand with commas or spaces between them: `AMINO_KERNEL_LABELS=region=eu,gpu=no`.
A switch is `true` or `false` there; its flag stands alone.
"""
ABOUT = {
    "kernel": """`amino kernel` takes all of these. `amino up` takes all but `--oms`, and `--oms-port` besides; its
`data_dir` is `.amino`, in which kernel and OMS each have a folder.""",
    "oms": """`amino oms` takes all of these. In `amino up` the OMS takes them from the file and the environment, but
address and folder from the kernel's settings, and `store` must be `sqlite`.""",
    "client": """Clients of every language, and the command line, read these variables; they read no file. An argument of `connect`
counts before them, and all else is such an argument.""",
}
OTHERS = """
## Other variables
| variable | read by | meaning |
|---|---|---|
| `AMINO_JAVA_HOME` | kernel, `amino doctor` | the JDK that runs the JVM half; else `JAVA_HOME`, then those that are installed |
| `AMINO_CACHE` | kernel, `amino doctor` | the folder of the guest languages' jars and of the archive for fast starts |
| `AMINO_MAVEN_REPOSITORY` | kernel | a mirror that jars are fetched from |
| `AMINO_RUNTIME_JAR` | kernel | another jar of the JVM half than that of the installation |
| `AMINO_PYTHON` | Java programs that hold a kernel | the Python that runs the kernel's Python half |
| `NO_COLOR` | `amino` | no colours on a terminal |
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"\n{_section(part)}" for part in (KERNEL, OMS, CLIENT)) + OTHERS


def _section(part: Part) -> str:
    file = f"Table `[{part.table}]` of `amino.toml`. " if part.table else ""
    rows = "\n".join(_rows(part))
    return f"""## {part.name if part.name != "oms" else "OMS"}
{file}{ABOUT[part.name]}

| setting | default | variable | flag | meaning |
|---|---|---|---|---|
{rows}
"""


def _rows(part: Part) -> Iterator[str]:
    for setting in part:
        flag = f"`{setting.flag}`" if setting.flag else "–"
        yield f"| `{setting.name}` | {_default(setting)} | `{part.variable(setting)}` | {flag} | {setting.about} |"


def _default(setting: Setting) -> str:
    shown = setting.shown(setting.default)
    return f"`{shown}`" if shown else "–"


def main() -> int:
    """Entry point; returns the exit status."""
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            print(f"{PAGE.name} is not as the declarations are: run {Path(__file__).name}", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
