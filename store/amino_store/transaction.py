"""Requests to a store in one step, and its answers: the vocabulary of a compare-and-swap transaction (after etcd's)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from amino_wire.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Entry:
    """A key as it stands.

    `created` and `modified` are the revisions at which it appeared and last changed, `version` counts its changes from 1 on,
    `lease` is the lease that it falls with (0: none).
    """

    key: str
    value: bytes
    created: int
    modified: int
    version: int
    lease: int = 0


class EventKind(Enum):
    """The kind of a change of a key."""

    PUT = 1
    DELETE = 2


@quick
@dataclass(frozen=True, slots=True)
class Event:
    """One change of one key. `entry` is the new entry, or for a deletion the entry that was there."""

    kind: EventKind
    revision: int
    entry: Entry


class Field(Enum):
    """The part of an entry that a comparison looks at; an absent key has revision, version and lease 0.

    No comparison of the value of an absent key holds, not even with empty bytes.
    """

    VALUE = "value"
    CREATED = "created"
    MODIFIED = "modified"
    VERSION = "version"
    LEASE = "lease"


class Relation(Enum):
    """How the entry's part must stand to the operand."""

    EQUAL = "equal"
    NOT_EQUAL = "not_equal"
    LESS = "less"
    GREATER = "greater"


@quick
@dataclass(frozen=True, slots=True)
class Compare:
    """One condition of a transaction."""

    key: str
    field: Field
    relation: Relation
    operand: int | bytes

    @staticmethod
    def absent(key: str) -> Compare:
        """Nothing is stored under `key`."""
        return Compare(key, Field.VERSION, Relation.EQUAL, 0)

    @staticmethod
    def present(key: str) -> Compare:
        """Something is stored under `key`."""
        return Compare(key, Field.VERSION, Relation.GREATER, 0)

    @staticmethod
    def unchanged(entry: Entry) -> Compare:
        """The key of `entry` has not changed since it was read."""
        return Compare(entry.key, Field.MODIFIED, Relation.EQUAL, entry.modified)

    @staticmethod
    def version(key: str, version: int) -> Compare:
        """The key has been changed `version` times (0: it is absent)."""
        return Compare(key, Field.VERSION, Relation.EQUAL, version)


@quick
@dataclass(frozen=True, slots=True)
class Put:
    """Stores `value` under `key`; the key falls with `lease` unless that is 0.

    `watched=False` asks for less: no watcher needs to hear of it. A backend may tell them all the same.
    """

    key: str
    value: bytes
    lease: int = 0
    watched: bool = True


@quick
@dataclass(frozen=True, slots=True)
class Delete:
    """Removes `key`; nothing happens where it is absent."""

    key: str


@quick
@dataclass(frozen=True, slots=True)
class Get:
    """Reads `key` as it stands before the transaction's own writes."""

    key: str


Operation = Put | Delete | Get


@quick
@dataclass(frozen=True, slots=True)
class Transaction:
    """All of `then` if every comparison holds, else all of `otherwise`; no key may be written twice in one branch.

    `durable=False` asks for less: the change is ordered and seen by everybody, but it may be lost with the machine (not with the process)
    unless a later durable one is acknowledged. A backend may ignore it and always be durable.
    """

    compares: tuple[Compare, ...] = ()
    then: tuple[Operation, ...] = ()
    otherwise: tuple[Operation, ...] = ()
    durable: bool = True

    def keys(self) -> set[str]:
        """Every key that the transaction looks at or changes."""
        return {part.key for part in (*self.compares, *self.then, *self.otherwise)}


@quick
@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a transaction: which branch, the store's revision after it, and the answers of its `Get`s in order."""

    succeeded: bool
    revision: int
    entries: tuple[Entry | None, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Page:
    """A part of a range in the order of its keys; `more` says that further keys follow, `revision` is the store's when it was read."""

    entries: tuple[Entry, ...]
    more: bool
    revision: int
