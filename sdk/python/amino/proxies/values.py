"""Between what applications hold, stubs, and what deployment managers see, references. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from amino_wire.frames import CallOptions, pack
from amino_wire.values import DEFAULT, SCALARS, Codec, EncodedValue, Reference, decode

from amino.stub_base import StubBase

_are_scalars = SCALARS.issuperset
_CONTAINERS: frozenset[type] = frozenset({dict, list, tuple, set, frozenset})


class ChainValues:
    """Converts the values of one client.

    Arguments:
        codec: the client's, which knows its stubs.
    """

    def __init__(self, codec: Codec) -> None:
        self.codec = self._codec = codec
        # A value of a class may hold stubs where nobody can look, and is its application's own: managers see what travels.
        self._has_classes = codec.hooks is not None

    def arguments(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Arguments as managers see them; copies, so that the caller may change his own.

        Raises:
            ValueInvalid: one of them cannot travel.
        """
        return args if _are_scalars(map(type, args)) else tuple(DEFAULT.decode_array(self._codec.encode_array(args)))

    def travelled(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """As `arguments`, of those of a call that has left: scalars, or plain items."""
        return tuple(args) if _are_scalars(map(type, args)) else tuple(DEFAULT.decode_array(pack(list(args))))

    def named(self, values: Mapping[str, Any], path: str) -> Mapping[str, Any]:
        """As `arguments`, for named ones and headers."""
        if _are_scalars(map(type, values.values())):
            return dict(values)
        return cast("Mapping[str, Any]", DEFAULT.decode(self._codec.encode(dict(values), path=path)))

    def inward(self, result: Any) -> Any:
        """The answer of an object, as managers see it."""
        return DEFAULT.decode(self._codec.encode(result)) if self._has_classes or holds(result, StubBase) else result

    def outward(self, result: Any) -> Any:
        """The answer of a chain, as the application sees it."""
        return self._codec.decode(DEFAULT.encode(result)) if self._has_classes or holds(result, Reference) else result


def holds(value: Any, kind: type[Any]) -> bool:
    """Whether a value is, or somewhere contains, an instance of `kind`."""
    if type(value) in SCALARS:
        return False
    seen: set[int] = set()
    waiting: list[Any] = [value]
    while waiting:
        found: Any = waiting.pop()
        if isinstance(found, kind):
            return True
        if id(found) in seen or type(found) not in _CONTAINERS:
            continue
        seen.add(id(found))
        waiting += found
        if isinstance(found, dict):
            waiting += found.values()
    return False


def has_only_kwargs(options: CallOptions) -> bool:
    """Whether a call has no other options than named arguments, as far as a proxy may answer it on the spot."""
    return not (options.transaction_id or options.headers or options.request_id or options.flags)


def plain(values: Mapping[str, Any] | EncodedValue) -> Mapping[str, Any]:
    """A map of values that may be encoded."""
    return decode(values.data) if isinstance(values, EncodedValue) else values
