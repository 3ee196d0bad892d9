"""The code blocks of our pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and its text."""

    language: str
    text: str


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, given as a path from the root, that name a language."""
    return [Block(language, text) for language, text in FENCE.findall((ROOT / page).read_text(encoding="utf-8"))]


def commands(page: str) -> list[str]:
    """The shell commands of a page, without comments."""
    lines = [line for block in blocks(page) if block.language == "sh" for line in block.text.splitlines()]
    return [re.sub(r"\s{2,}#.*$", "", line).strip() for line in lines if line.strip() and not line.startswith("#")]
