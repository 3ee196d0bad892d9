"""The meaning of transactions, without any storage: the effect of a run of them on the keys that they touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amino_store.transaction import Compare, Delete, Entry, Event, EventKind, Field, Get, Operation, Outcome, Put, Relation, Transaction


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of each transaction in order, the keys that end up different (None: gone), what watchers hear, and the new revision."""

    outcomes: tuple[Outcome, ...]
    changed: Mapping[str, Entry | None]
    events: tuple[Event, ...]
    revision: int


def evaluate(transactions: Sequence[Transaction], present: Mapping[str, Entry], revision: int) -> Evaluation:
    """Runs `transactions` one after the other against the entries `present` (at least all keys they name that exist) at `revision`.

    Each transaction that changes something takes the next revision, as in etcd; a transaction that changes nothing takes none.
    """
    current: dict[str, Entry | None] = dict(present)
    changed: dict[str, Entry | None] = {}
    events: list[Event] = []
    outcomes: list[Outcome] = []
    for transaction in transactions:
        succeeded = all(holds(compare, current.get(compare.key)) for compare in transaction.compares)
        operations = transaction.then if succeeded else transaction.otherwise
        answers = tuple(current.get(operation.key) for operation in operations if isinstance(operation, Get))
        if _change(operations, current, changed, events, revision + 1):
            revision += 1
        outcomes.append(Outcome(succeeded, revision, answers))
    return Evaluation(tuple(outcomes), changed, tuple(events), revision)


def holds(compare: Compare, entry: Entry | None) -> bool:
    """Whether one condition is true of the entry of its key (None: absent)."""
    if entry is None and compare.field is Field.VALUE:
        return False  # as in etcd
    found = _part(compare.field, entry)
    operand = compare.operand
    match compare.relation:
        case Relation.EQUAL:
            return found == operand
        case Relation.NOT_EQUAL:
            return found != operand
        case Relation.LESS:
            return found < operand  # type: ignore[operator]
        case Relation.GREATER:
            return found > operand  # type: ignore[operator]


def check(transaction: Transaction) -> None:
    """Raises ValueError where a branch writes one key twice or a comparison's operand is of the wrong type."""
    for branch in (transaction.then, transaction.otherwise):
        written = [operation.key for operation in branch if not isinstance(operation, Get)]
        if len(written) != len(set(written)):
            raise ValueError(f"a transaction writes one key twice: {sorted(key for key in written if written.count(key) > 1)[0]!r}")
    for compare in transaction.compares:
        if isinstance(compare.operand, bytes) is not (compare.field is Field.VALUE):
            raise ValueError(f"the {compare.field.value} of {compare.key!r} cannot be compared with {compare.operand!r}")


def _part(field: Field, entry: Entry | None) -> int | bytes:
    if entry is None:
        return 0
    match field:
        case Field.VALUE:
            return entry.value
        case Field.CREATED:
            return entry.created
        case Field.MODIFIED:
            return entry.modified
        case Field.VERSION:
            return entry.version
        case Field.LEASE:
            return entry.lease


def _change(
    operations: Sequence[Operation],
    current: dict[str, Entry | None],
    changed: dict[str, Entry | None],
    events: list[Event],
    revision: int,
) -> bool:
    """Makes the changes of one branch, which writes no key twice. Returns whether it has any."""
    any_change = False
    for operation in operations:
        key = operation.key
        if isinstance(operation, Put):
            before = current.get(key)
            created, version = (revision, 1) if before is None else (before.created, before.version + 1)
            after = current[key] = changed[key] = Entry(key, operation.value, created, revision, version, operation.lease)
            any_change = True
            if operation.watched:
                events.append(Event(EventKind.PUT, revision, after))
        elif isinstance(operation, Delete) and (before := current.get(key)) is not None:
            current[key] = changed[key] = None
            any_change = True
            events.append(Event(EventKind.DELETE, revision, before))
    return any_change
