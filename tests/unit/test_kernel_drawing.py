"""The drawing of an instance's states in docs/architecture.md is that of the code."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def tool() -> ModuleType:
    """The tool that draws it."""
    spec = importlib.util.spec_from_file_location("write_instance_states", ROOT / "tools" / "write_instance_states.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_drawing_is_fresh() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert tool().rewritten(page) == page, "run python tools/write_instance_states.py"
    assert tool().rewritten(page.replace("creating --> active: made", "creating --> gone: made")) == page
