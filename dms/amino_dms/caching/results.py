"""Results of reading members, by member and arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amino_wire.errors import ValueInvalid
from amino_wire.values import SCALARS, EncodedValue, decode, encode

from amino_dms.api import NOT_ANSWERED

_KEYS: frozenset[type] = frozenset({str, int, bytes, type(None)})
"""Types of which no two unlike values are equal; 1, 1.0 and True are, so the latter two are kept by their bytes."""
_are_keys = _KEYS.issuperset


class ResultCache:
    """Results as values: a result that is found belongs to the caller, which may change it.

    Arguments:
        limit: how many results are kept; the oldest goes first.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._results: dict[tuple[str, Any], Any] = {}

    def find(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """The result of a call, or NOT_ANSWERED."""
        key = (method, args) if not kwargs and (not args or _are_keys(map(type, args))) else _encoded_key(method, args, kwargs)
        found = self._results.get(key, NOT_ANSWERED)
        return decode(found.data) if type(found) is EncodedValue else found

    def keep(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any) -> None:
        """Keeps the result of a call."""
        key = (method, args) if not kwargs and (not args or _are_keys(map(type, args))) else _encoded_key(method, args, kwargs)
        if len(self._results) >= self._limit and key not in self._results:
            del self._results[next(iter(self._results))]
        self._results[key] = result if type(result) in SCALARS else EncodedValue(encode(result))

    def clear(self) -> None:
        """Forgets everything."""
        self._results.clear()

    def __len__(self) -> int:
        return len(self._results)


def _encoded_key(method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[str, Any]:
    try:
        return method, encode([args, sorted(kwargs.items())])
    except ValueInvalid:
        return method, object()
