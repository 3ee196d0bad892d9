"""Exact type tests that type checkers follow."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether it is exactly a list."""
    return type(value) is list


def is_map(value: object) -> TypeGuard[dict[Any, Any]]:
    """Whether it is exactly a dict."""
    return type(value) is dict


def is_set(value: object) -> TypeGuard[set[Any]]:
    """Whether it is exactly a set."""
    return type(value) is set
