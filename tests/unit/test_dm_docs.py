"""The tables of the page on deployment managers are those of the code."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from amino_dms.chain.sizes import count

ROOT = Path(__file__).parents[2]


def tool() -> ModuleType:
    """The tool that writes the tables."""
    spec = importlib.util.spec_from_file_location("write_manager_tables", ROOT / "tools" / "write_manager_tables.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_are_fresh() -> None:
    page = (ROOT / "docs" / "deployment-managers.md").read_text(encoding="utf-8")
    assert tool().rewritten(page) == page, "run python tools/write_manager_tables.py"


def test_a_stale_table_is_noticed() -> None:
    page = (ROOT / "docs" / "deployment-managers.md").read_text(encoding="utf-8")
    assert tool().rewritten(page.replace("| `Retry` |", "| `Rety` |")) == page


def test_lines_are_counted_without_comments_and_docstrings() -> None:
    assert count('"""A\nmodule."""\n\n# A comment.\nx = (\n    1,\n)\n\n\ndef f():\n    """Says."""\n    return x  # more\n') == 5
