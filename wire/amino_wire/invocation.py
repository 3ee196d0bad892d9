"""The content of a call: the options that travel with it, and the envelope that routers and deployment managers pass on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from amino_wire.error_tree import FrameInvalid
from amino_wire.guards import is_map
from amino_wire.protocol import Option
from amino_wire.quick import quick
from amino_wire.values import DEFAULT, SCALARS, Codec, EncodedValue, decode

_NOTHING: Mapping[str, Any] = {}


@quick
@dataclass(frozen=True, slots=True)
class CallOptions:
    """The options of a call beside its arguments (`docs/wire.md`, section 2).

    Arguments:
        kwargs: named arguments.
        budget_ms: milliseconds the call may take from the moment its frame is received; 0: the frame's.
        request_id: the same for every attempt of a call; empty: made from client, frame and index.
        read_only: the call changes nothing.
        transaction_id: the transaction it is part of.
        chain: id of the call chain, then one `object.method` per hop.
        trace: W3C `traceparent`.
        headers: values for deployment managers.
        flags: FLAG_MOVED and its siblings in `frames`.
        epoch: the object's epoch as far as the caller knows; 0: does not know.
        client_id: the caller, where a kernel passes on a client's call.
    """

    kwargs: Mapping[str, Any] | EncodedValue = field(default_factory=lambda: _NOTHING)
    budget_ms: int = 0
    request_id: str = ""
    read_only: bool = False
    transaction_id: str = ""
    chain: tuple[str, ...] = ()
    trace: str = ""
    headers: Mapping[str, Any] | EncodedValue = field(default_factory=lambda: _NOTHING)
    flags: int = 0
    epoch: int = 0
    client_id: str = ""

    def to_map(self, codec: Codec) -> dict[int, Any]:
        """The plain map that travels, by ascending keys; options that are not set are absent.

        Raises:
            ValueInvalid: a named argument or header cannot travel.
        """
        return _plain(self, self.budget_ms, self.flags, codec)

    @classmethod
    def from_map(cls, plain: Mapping[int, Any] | None, codec: Codec) -> CallOptions:
        """The options of a plain map. Keys that are not known are passed over, for newer versions' sake.

        Raises:
            FrameInvalid: a value is of the wrong type, or a number beyond what a kernel's JVM half reads.
            ValueInvalid: a named argument cannot be read.
        """
        if not plain:
            return NO_OPTIONS
        found: dict[str, Any] = {}
        for key, value in plain.items():
            field_of_key = _FIELDS.get(key)
            if field_of_key is None or value is None:
                continue
            name, kind = field_of_key
            if kind is None:
                found[name] = _mapping(value, codec)
            elif type(value) is not kind:
                raise FrameInvalid(f"option {key} of a call must be of type {kind.__name__}, found {type(value).__name__}")
            elif kind is int and (value.bit_length() > _BITS.get(key, 63) or (key == Option.BUDGET and value < 0)):
                raise FrameInvalid(f"option {key} of a call is out of range: {value}")
            else:
                found[name] = _chain(value) if kind is list else value
        return cls(**found)


NO_OPTIONS = CallOptions()
AnyOptions = CallOptions | dict[int, Any]
"""Options, or the plain map that they become."""
_FIELDS: Mapping[int, tuple[str, type[Any] | None]] = {
    Option.KWARGS: ("kwargs", None),
    Option.BUDGET: ("budget_ms", int),
    Option.REQUEST_ID: ("request_id", str),
    Option.READ_ONLY: ("read_only", bool),
    Option.TRANSACTION: ("transaction_id", str),
    Option.CHAIN: ("chain", list),
    Option.TRACE: ("trace", str),
    Option.HEADERS: ("headers", None),
    Option.FLAGS: ("flags", int),
    Option.EPOCH: ("epoch", int),
    Option.CLIENT: ("client_id", str),
}
_BITS: Mapping[int, int] = {Option.FLAGS: 31}
"""Bits that an option's number may have without its sign, where those are not 63."""


def _plain(said: CallOptions | Invocation, budget_ms: int, flags: int, codec: Codec) -> dict[int, Any]:
    """By ascending keys. One line for each option: each call comes here, and a loop takes three times as long."""
    plain: dict[int, Any] = {}
    if said.kwargs:
        plain[Option.KWARGS] = _plain_map(codec, said.kwargs, "kwargs")
    if budget_ms:
        plain[Option.BUDGET] = budget_ms
    if said.request_id:
        plain[Option.REQUEST_ID] = said.request_id
    if said.read_only:
        plain[Option.READ_ONLY] = True
    if said.transaction_id:
        plain[Option.TRANSACTION] = said.transaction_id
    if said.chain:
        plain[Option.CHAIN] = said.chain
    if said.trace:
        plain[Option.TRACE] = said.trace
    if said.headers:
        plain[Option.HEADERS] = _plain_map(codec, said.headers, "headers")
    if flags:
        plain[Option.FLAGS] = flags
    if said.epoch:
        plain[Option.EPOCH] = said.epoch
    if said.client_id:
        plain[Option.CLIENT] = said.client_id
    return plain


def _plain_map(codec: Codec, values: Mapping[str, Any] | EncodedValue, path: str) -> dict[str, Any] | EncodedValue:
    if isinstance(values, EncodedValue):
        return values
    return {key: codec.plain(value, f"{path}.{key}") for key, value in values.items()}


def _chain(hops: list[Any]) -> tuple[str, ...]:
    if not all(type(hop) is str for hop in hops):
        raise FrameInvalid("the chain of a call must be an array of strings")
    return tuple(hops)


def _mapping(plain: Any, codec: Codec) -> Mapping[str, Any] | EncodedValue:
    if isinstance(plain, EncodedValue):
        first = plain.data[0]
        if not (0x80 <= first <= 0x8F or first in (0xDE, 0xDF)):
            raise FrameInvalid("kwargs and headers must be maps with string keys")
        return plain
    if not is_map(plain) or not all(type(key) is str for key in plain):
        raise FrameInvalid("kwargs and headers must be maps with string keys")
    return cast("Mapping[str, Any]", codec.resolve(plain))


@quick
@dataclass(frozen=True, slots=True)
class Invocation:
    """One call as an immutable envelope, the same from the caller's proxy to the object (Sapphire section 5).

    Arguments:
        object_id: whose member runs.
        method: the member.
        args: positional arguments. Those of a call that arrived are read when somebody looks; that raises ValueInvalid where
            Python cannot hold one.
        kwargs: named arguments.
        request_id: the same for every attempt.
        client_id: the first caller.
        deadline: when the caller gives up, in seconds of this process's monotonic clock (`time.monotonic`).
        read_only: the call changes nothing.
        transaction_id: the transaction it is part of; empty: none.
        chain: id of the call chain, then one `object.method` per hop.
        trace: W3C `traceparent`.
        headers: values for deployment managers.
        flags: as CallOptions.
        epoch: as CallOptions.
        came: the arguments as they came, and encoded; see `encoded_args`.
    """

    object_id: str
    method: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    request_id: str = ""
    client_id: str = ""
    deadline: float = 0.0
    read_only: bool = False
    transaction_id: str = ""
    chain: tuple[str, ...] = ()
    trace: str = ""
    headers: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    flags: int = 0
    epoch: int = 0
    came: tuple[tuple[Any, ...], EncodedValue] | None = field(default=None, compare=False, repr=False)

    def encoded_args(self) -> EncodedValue:
        """The arguments, encoded: as they came, unless they were exchanged or somebody could have changed them in place.

        Raises:
            ValueInvalid: an argument cannot travel.
        """
        unread = _as_they_came(self)
        if type(unread) is EncodedValue:
            return unread
        if self.came is not None and self.came[0] is self.args and SCALARS.issuperset(map(type, self.args)):
            return self.came[1]
        return EncodedValue(DEFAULT.encode_array(self.args))

    def budget_ms(self, now: float) -> int:
        """Milliseconds left at `now` (seconds of the monotonic clock); at least 1, since 0 means the default."""
        return max(1, int((self.deadline - now) * 1000))

    def options(self, now: float, flags: int = 0) -> CallOptions:
        """The options of the call when it is passed on at `now`, with further flags; without a deadline, the other end's default."""
        return CallOptions(
            kwargs=self.kwargs,
            budget_ms=self.budget_ms(now) if self.deadline else 0,
            request_id=self.request_id,
            read_only=self.read_only,
            transaction_id=self.transaction_id,
            chain=self.chain,
            trace=self.trace,
            headers=self.headers,
            flags=self.flags | flags,
            epoch=self.epoch,
            client_id=self.client_id,
        )

    def to_map(self, now: float, flags: int = 0) -> dict[int, Any]:
        """As `options`, plain.

        Raises:
            ValueInvalid: a named argument or header cannot travel.
        """
        return _plain(self, self.budget_ms(now) if self.deadline else 0, self.flags | flags, DEFAULT)

    @classmethod
    def of(cls, object_id: str, method: str, args: EncodedValue, options: CallOptions, *, deadline: float) -> Invocation:
        """The envelope of a call that arrived with `options`.

        Raises:
            ValueInvalid: kwargs or headers that were passed on encoded cannot be read.
        """
        return cls(
            object_id,
            method,
            cast("tuple[Any, ...]", args),
            _opened(options.kwargs) if isinstance(options.kwargs, EncodedValue) else options.kwargs,
            options.request_id,
            options.client_id,
            deadline,
            options.read_only,
            options.transaction_id,
            options.chain,
            options.trace,
            _opened(options.headers) if isinstance(options.headers, EncodedValue) else options.headers,
            options.flags,
            options.epoch,
        )

    def changed(self, **changes: Any) -> Invocation:
        """A copy with some fields replaced."""
        return replace(self, **changes)


def _opened(values: EncodedValue) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", decode(values.data))


class _Arguments:
    """The field `args` of an envelope, which holds them as they came until somebody looks.

    Arguments:
        args, came: where an envelope keeps these fields.
    """

    def __init__(self, args: Any, came: Any) -> None:
        self._read, self._write, self._came = args.__get__, args.__set__, came.__set__

    def __get__(self, call: Invocation | None, owner: type[Invocation] | None = None) -> Any:
        if call is None:
            return self
        args = self._read(call)
        if type(args) is EncodedValue:
            encoded, args = args, tuple(DEFAULT.decode_array(args.data))
            self._write(call, args)
            self._came(call, (args, encoded))
        return args

    def __set__(self, call: Invocation, args: Any) -> None:
        self._write(call, args)  # when it is made, or comes out of a pickle: an assignment does not get here


_as_they_came: Callable[[Invocation], Any] = vars(Invocation)["args"].__get__
type.__setattr__(Invocation, "args", _Arguments(vars(Invocation)["args"], vars(Invocation)["came"]))
