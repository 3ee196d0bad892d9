"""The owner of a store as the store's keys tell of it. Pure but for `standing`, which reads them at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from amino_store.store import Store
from amino_store.transaction import Entry, Get, Transaction

OWNER = "/owner"
"""The process that works on the store, or did last. The revision of this key is the token, and grows with every owner."""
LIVING = "/owner-lives"
"""Falls with the owner's lease."""
UNREST = "/owner-unrest"
"""How many owners have been deposed one after the other. It falls when no further one is, so that it slows down nobody for ever."""

_AT = " at "


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that works on a store.

    Arguments:
        who: the process, in its own words.
        address: where others reach it; empty: nowhere.
    """

    who: str
    address: str = ""

    def __str__(self) -> str:
        return f"{self.who}{_AT}{self.address}" if self.address else self.who

    def value(self) -> bytes:
        """What the keys hold."""
        return str(self).encode()

    @staticmethod
    def of(value: bytes) -> Owner:
        """The owner that a key tells of."""
        text = value.decode(errors="replace")
        who, found, address = text.rpartition(_AT)
        return Owner(who, address) if found and " " not in address else Owner(text)


@dataclass(frozen=True, slots=True)
class Standing:
    """The keys at one moment.

    Arguments:
        owner: the last owner's; None: there never was one.
        living: its sign of life; None: the store is free.
        unrest: how many owners were deposed lately.
    """

    owner: Entry | None
    living: Entry | None
    unrest: int

    @property
    def token(self) -> int:
        """The last owner's token; 0: there never was one."""
        return 0 if self.owner is None else self.owner.modified

    @property
    def lives(self) -> Owner | None:
        """The owner that has given a sign of life; None: the store is free."""
        return None if self.living is None else Owner.of(self.living.value)


async def standing(store: Store) -> Standing:
    """Reads who works on the store."""
    outcome = await store.commit(Transaction(then=(Get(OWNER), Get(LIVING), Get(UNREST))))
    owner, living, unrest = outcome.entries
    return Standing(owner, living, 0 if unrest is None else int(unrest.value))
