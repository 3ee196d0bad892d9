"""Requests of the service for clients that change nothing: an end whose connection was lost may send them again."""

from __future__ import annotations

from typing import Final

READS: Final = frozenset({"Explain", "Get", "Kernels", "List", "ListKinds", "ListTransactions", "Managers"})
