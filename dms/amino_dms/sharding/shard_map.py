"""Which shards an object has, and how a call says by which of its maps it has come. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from amino_wire.errors import ChainInvalid, Outcome

from amino_dms.api.narrow import is_list

KEYED: Final = "DHT/"
"""How the name of the header begins of a call for one key; the version of the map follows. An object's own gate, which knows headers by
their names only, so lets in calls of one map."""
EVERYWHERE: Final = "DHT/all"
"""The header of a call that runs on all shards."""
ORDER: Final = "DHT/order"
"""The header of an order, which is none of the object's calls."""
HOOKS: Final = ("amino_keys", "amino_split", "amino_merge")
"""Members by which an object gives keys away and takes them over. Callers cannot call them."""
_REFUSED: Final = "shards"
_CLOSED: Final = "closed"
_ELSEWHERE: Final = "elsewhere"
_AGAIN: Final = "/dht/"


@dataclass(frozen=True, slots=True)
class ShardMap:
    """The shards of an object.

    Arguments:
        version: grows with each change of the shards.
        ids: of the shards, by number.
        splits: whether the shards look at the maps by which calls come.
    """

    version: int = 0
    ids: tuple[str, ...] = ()
    splits: bool = False

    @classmethod
    def from_value(cls, value: Any) -> ShardMap:
        """The map of such a value."""
        version, ids, splits = value
        return cls(version, tuple(ids), splits)

    def to_value(self) -> list[Any]:
        """As a value that can be sent."""
        return [self.version, list(self.ids), self.splits]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a call says of the way on which it has come.

    Arguments:
        version: of the map.
        everywhere: it runs on all shards.
        session, number, lowest: as `CallNumbers` gives them; an empty session: the call has none.
    """

    version: int = 0
    everywhere: bool = False
    session: str = ""
    number: int = 0
    lowest: int = 0

    @classmethod
    def of(cls, headers: Mapping[str, Any]) -> Stamp:
        """The stamp among headers; that of the first map where there is none, as of calls that came by no proxy of DHT."""
        for name, value in headers.items():
            if name == EVERYWHERE:
                version, *numbers = value if is_list(value) and value else [None]
                return cls._numbered(version, True, numbers)
            if name.startswith(KEYED) and name.removeprefix(KEYED).isdecimal():
                return cls._numbered(int(name.removeprefix(KEYED)), False, value)
        return cls()

    @classmethod
    def _numbered(cls, version: Any, everywhere: bool, numbers: Any) -> Stamp:
        match version, numbers:
            case int(), []:
                return cls(version, everywhere)
            case int(), [str(session), int(number), int(lowest)]:
                return cls(version, everywhere, session, number, lowest)
            case _:
                raise ChainInvalid("a header of this call is none that DHT's proxy gives; send none", outcome=Outcome.NOT_RUN)

    def header(self) -> tuple[str, list[Any]]:
        """Its name and value."""
        numbers: list[Any] = [self.session, self.number, self.lowest] if self.session else []
        return (EVERYWHERE, [self.version, *numbers]) if self.everywhere else (f"{KEYED}{self.version}", numbers)


def refusal(text: str, *, closed: bool) -> ChainInvalid:
    """The error of a call that has come by another map than the shard's, or to a shard that is `closed`. It has not run, and goes to the
    shard that has its key."""
    return ChainInvalid(text, outcome=Outcome.NOT_RUN, details={_REFUSED: _CLOSED if closed else _ELSEWHERE})


def is_refusal(error: BaseException) -> bool:
    """Whether a shard has refused a call so. A manager behind DHT may have sent that call more than once: what an earlier attempt
    came to is known to the shard that has the key now."""
    return isinstance(error, ChainInvalid) and bool((error.details or {}).get(_REFUSED))


def is_closed(error: BaseException) -> bool:
    """Whether the shard that has refused a call does not have its keys."""
    return isinstance(error, ChainInvalid) and (error.details or {}).get(_REFUSED) == _CLOSED


def next_request(request_id: str, refused: int) -> str:
    """The id under which a call is sent that was refused so many times: managers behind DHT know an id's refusal and would repeat it."""
    return f"{request_id}{_AGAIN}{refused}" if refused else request_id


def first_request(request_id: str) -> str:
    """The caller's own id of such a call."""
    return request_id.partition(_AGAIN)[0]
