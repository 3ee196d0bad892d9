"""Documents (docs/ and every README.md) have lines that a reader takes in at a glance."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINE_LIMIT = 200


def documents() -> list[Path]:
    """The pages under docs/ and the README.md of every folder that git knows."""
    names = subprocess.run(["git", "ls-files", "-z", "--", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (name.startswith("docs/") or name.endswith("README.md")) and (ROOT / name).is_file()]


def long_lines(text: str) -> list[int]:
    """The numbers of the lines that are longer than the limit, in characters."""
    return [number for number, line in enumerate(text.splitlines(), 1) if len(line) > LINE_LIMIT]


def test_lines_of_documents_are_short() -> None:
    pages = documents()
    assert ROOT / "README.md" in pages and ROOT / "docs/decisions/README.md" in pages
    wrong = [f"{page.relative_to(ROOT)}:{number}" for page in pages for number in long_lines(page.read_text(encoding="utf-8"))]
    assert wrong == [], f"lines over {LINE_LIMIT} characters: break the sentence, or make a list of the table"


def test_a_long_line_is_noticed() -> None:
    assert long_lines("x" * LINE_LIMIT + "\n" + "ä" * (LINE_LIMIT + 1)) == [2]
