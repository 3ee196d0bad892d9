"""Makes the table of docs/values.md from `tests/conformance/values.json`; with --check, says whether it is stale."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "values.md"
VECTORS = ROOT / "tests" / "conformance" / "values.json"
BEGIN, END = "<!-- classes: made from tests/conformance/values.json -->", "<!-- classes: end -->"
COLUMNS = {
    "python": "Python SDK",
    "js": "Node SDK",
    "ruby": "Ruby SDK",
    "guest_js": "JS guest",
    "guest_python": "Python guest",
    "guest_ruby": "Ruby guest",
    "guest_java": "Java guest",
    "guest_c": "C guest",
}


def main(arguments: list[str]) -> int:
    """Writes the page, or compares it; the exit status says whether it was as it should be."""
    present = PAGE.read_text(encoding="utf-8")
    wanted = rewritten(present)
    if "--check" in arguments:
        if present != wanted:
            print(f"{PAGE} is stale: run python tools/{Path(__file__).name}", file=sys.stderr)
        return int(present != wanted)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


def rewritten(page: str) -> str:
    """The page with a fresh table."""
    before, rest = page.split(BEGIN, 1)
    return "\n".join((before + BEGIN, *table(), END)) + rest.split(END, 1)[1]


def table() -> list[str]:
    """A row for each kind of value, a column for each language."""
    rows: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["classes"]
    lines = [f"| value | on the wire | {' | '.join(COLUMNS.values())} |", "|---" * (len(COLUMNS) + 2) + "|"]
    return lines + [f"| {row['what']} | {_code(row['wire'])} | {' | '.join(_code(row[column]) for column in COLUMNS)} |" for row in rows]


def _code(name: str) -> str:
    return name if name in ("refused", "the class's") or name.startswith("ext ") else f"`{name}`"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
