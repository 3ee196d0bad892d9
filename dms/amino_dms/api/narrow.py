"""Tests of a value's shape that both type checkers understand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard


def is_map(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    """Whether the value is a map."""
    return isinstance(value, Mapping)


def is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether the value is a list or a tuple."""
    return isinstance(value, (list, tuple))
