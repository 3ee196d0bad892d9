"""Outcomes of which nobody may hear."""

from __future__ import annotations

import asyncio
from typing import Any


def may_be_unheard(done: asyncio.Future[Any]) -> None:
    """A callback of a future whose callers may have given up: its error is theirs, and no fault that asyncio need report."""
    if not done.cancelled():
        done.exception()
