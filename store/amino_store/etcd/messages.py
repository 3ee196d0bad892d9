"""Transactions, entries and changes as etcd's messages, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from amino_store.etcd.pb import etcd_pb2 as pb
from amino_store.etcd.slots import Fate, Slot, noted
from amino_store.transaction import Compare, Delete, Entry, Event, EventKind, Field, Get, Operation, Put, Relation, Transaction

_RELATIONS = {
    Relation.EQUAL: pb.Compare.EQUAL,
    Relation.NOT_EQUAL: pb.Compare.NOT_EQUAL,
    Relation.LESS: pb.Compare.LESS,
    Relation.GREATER: pb.Compare.GREATER,
}


@dataclass(frozen=True, slots=True)
class Keyspace:
    """The part of etcd's keys that is ours: `/<prefix>/keys` and what a caller names, and the slots of the client `client` beside it."""

    prefix: str
    client: str

    @property
    def _keys(self) -> bytes:
        return f"/{self.prefix}/keys".encode()

    @property
    def all_slots(self) -> bytes:
        """The beginning of the slots of all clients."""
        return f"/{self.prefix}/slots/".encode()

    def key(self, key: str) -> bytes:
        """Where a key lies."""
        return self._keys + key.encode()

    def named(self, key: bytes) -> str:
        """The key that a caller knows."""
        return key[len(self._keys) :].decode()

    def slot(self, slot: Slot) -> bytes:
        """Where a slot lies."""
        return b"%s%s/%d" % (self.all_slots, self.client.encode(), slot.number)

    def entry(self, pair: pb.KeyValue) -> Entry:
        """An entry as callers know it."""
        return Entry(self.named(pair.key), pair.value, pair.create_revision, pair.mod_revision, pair.version, pair.lease)

    def events(self, events: Iterable[pb.Event]) -> tuple[Event, ...]:
        """Changes as callers know them."""
        return tuple(self._event(event) for event in events)

    def range_request(self, prefix: str, after: str, limit: int) -> pb.RangeRequest:
        """Asks for the keys that begin with `prefix` and come after `after`."""
        begin = self.key(after) + b"\0" if after >= prefix else self.key(prefix)
        return pb.RangeRequest(key=begin, range_end=prefix_end(self.key(prefix)), limit=limit)

    def _event(self, event: pb.Event) -> Event:
        if event.type == pb.Event.PUT:
            return Event(EventKind.PUT, event.kv.mod_revision, self.entry(event.kv))
        before = event.prev_kv if event.HasField("prev_kv") else pb.KeyValue(key=event.kv.key)
        return Event(EventKind.DELETE, event.kv.mod_revision, self.entry(before))


def prefix_end(prefix: bytes) -> bytes:
    """The first key behind all those that begin with `prefix`."""
    return prefix[:-1] + bytes([prefix[-1] + 1])  # a key of ours is text, and no byte of UTF-8 is 255


def writes(operations: Sequence[Operation]) -> bool:
    """Whether any of the operations changes something."""
    return any(not isinstance(operation, Get) for operation in operations)


def request_of(transaction: Transaction, space: Keyspace, slot: Slot, sequence: int) -> pb.TxnRequest:
    """A transaction that writes, bound to its slot.

    Where the second branch only reads, the slot is one more comparison: a branch that changes nothing may be run for whatever
    reason. Else the whole transaction lies inside another, which compares the slot alone.
    """
    mine = pb.Compare(key=space.slot(slot), target=pb.Compare.MOD, result=pb.Compare.EQUAL, mod_revision=slot.modified)
    compares = [_compare(compare, space) for compare in transaction.compares]
    then = _branch(transaction.then, space, _note(space, slot, sequence, Fate.THEN))
    if not writes(transaction.otherwise):
        return pb.TxnRequest(compare=[mine, *compares], success=then, failure=_branch(transaction.otherwise, space))
    otherwise = _branch(transaction.otherwise, space, _note(space, slot, sequence, Fate.OTHERWISE))
    inner = pb.TxnRequest(compare=compares, success=then, failure=otherwise)
    return pb.TxnRequest(compare=[mine], success=[pb.RequestOp(request_txn=inner)])


def read_request_of(transaction: Transaction, space: Keyspace) -> pb.TxnRequest:
    """A transaction that changes nothing in either branch."""
    return pb.TxnRequest(
        compare=[_compare(compare, space) for compare in transaction.compares],
        success=_branch(transaction.then, space),
        failure=_branch(transaction.otherwise, space),
    )


def give_up_request(space: Keyspace, slot: Slot, sequence: int) -> pb.TxnRequest:
    """Writes the slot so that its transaction can no longer be done, unless it has been done; then it reads the slot."""
    mine = pb.Compare(key=space.slot(slot), target=pb.Compare.MOD, result=pb.Compare.EQUAL, mod_revision=slot.modified)
    read = pb.RequestOp(request_range=pb.RangeRequest(key=space.slot(slot)))
    return pb.TxnRequest(compare=[mine], success=[_note(space, slot, sequence, Fate.GIVEN_UP)], failure=[read])


def forget_request(space: Keyspace, while_true: Compare) -> pb.TxnRequest:
    """Removes the slots of all clients but this one, where a comparison holds."""
    own = space.all_slots + space.client.encode()
    ranges = ((space.all_slots, own + b"/"), (own + b"0", prefix_end(space.all_slots)))
    deletions = [pb.RequestOp(request_delete_range=pb.DeleteRangeRequest(key=begin, range_end=end)) for begin, end in ranges]
    return pb.TxnRequest(compare=[_compare(while_true, space)], success=deletions)


def flat(response: pb.TxnResponse) -> pb.TxnResponse:
    """The answer of the transaction itself, also where it lay inside another."""
    first = response.responses[0] if response.responses else None
    return first.response_txn if first is not None and first.WhichOneof("response") == "response_txn" else response


def answers(response: pb.TxnResponse, space: Keyspace) -> tuple[Entry | None, ...]:
    """What the branch that was run has read."""
    found: list[Entry | None] = []
    for each in response.responses:
        if each.WhichOneof("response") == "response_range":
            pairs = each.response_range.kvs
            found.append(space.entry(pairs[0]) if pairs else None)
    return tuple(found)


def _note(space: Keyspace, slot: Slot, sequence: int, fate: Fate) -> pb.RequestOp:
    return pb.RequestOp(request_put=pb.PutRequest(key=space.slot(slot), value=noted(sequence, fate)))


def _branch(operations: Sequence[Operation], space: Keyspace, *more: pb.RequestOp) -> list[pb.RequestOp]:
    # etcd reads what the operations before have written; ours reads what was there before all of them.
    reads = [pb.RequestOp(request_range=pb.RangeRequest(key=space.key(each.key))) for each in operations if isinstance(each, Get)]
    return [*reads, *(_write(each, space) for each in operations if not isinstance(each, Get)), *more]


def _write(operation: Put | Delete, space: Keyspace) -> pb.RequestOp:
    key = space.key(operation.key)
    if isinstance(operation, Put):
        return pb.RequestOp(request_put=pb.PutRequest(key=key, value=operation.value, lease=operation.lease))
    return pb.RequestOp(request_delete_range=pb.DeleteRangeRequest(key=key))


def _compare(compare: Compare, space: Keyspace) -> pb.Compare:
    message = pb.Compare(key=space.key(compare.key), result=_RELATIONS[compare.relation])
    match compare.field, compare.operand:
        case Field.VALUE, bytes() as value:
            message.target, message.value = pb.Compare.VALUE, value
        case Field.CREATED, int() as number:
            message.target, message.create_revision = pb.Compare.CREATE, number
        case Field.MODIFIED, int() as number:
            message.target, message.mod_revision = pb.Compare.MOD, number
        case Field.LEASE, int() as number:
            message.target, message.lease = pb.Compare.LEASE, number
        case _, int() as number:
            message.target, message.version = pb.Compare.VERSION, number
        case _:
            raise ValueError(f"the {compare.field.value} of {compare.key!r} cannot be compared with {compare.operand!r}")
    return message
