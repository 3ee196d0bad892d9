"""Facts that several processes read out of an object's record. Pure."""

from __future__ import annotations

from amino_wire.instances import group_of
from amino_wire.pb import common_pb2

APPLICATION = "application"
"""The label that names the application of an object."""

SHARD_OF = "shard-of"
"""The label of a shard: the id of the object that is divided. Only the OMS gives it."""
SHARD_NAME = "shard-name"
"""The label of a shard: how messages call it, as in `orders#3`. Only the OMS gives it."""


def replica_at(record: common_pb2.ObjectRecord, path: str) -> common_pb2.Replica | None:
    """Answers the replica at a path; None where the object has none there."""
    return next((each for each in record.status.replicas if each.path == path), None)


def epoch_of(record: common_pb2.ObjectRecord, path: str) -> int:
    """Answers the epoch of the group that the replica at a path belongs to."""
    group = group_of(path)
    if not group:
        return record.status.epoch
    return next((each.epoch for each in record.status.groups if each.path == group), 0)


def remedy_of_loss(record: common_pb2.ObjectRecord) -> str:
    """Answers what messages say about a lost object: how it comes back, and with which state."""
    return (
        f"`amino restart {name_of(record)}` brings it back: "
        "from its last checkpoint where a deployment manager keeps one, else as a new object"
    )


def titled(object_id: str, name: str) -> str:
    """Answers the same for an object whose record is not at hand; the name may be empty."""
    return f"{name} ({object_id})" if name else object_id


def title_of(record: common_pb2.ObjectRecord) -> str:
    """Answers how messages call an object that they tell apart from others of its name: `cart (<id>)`, or its id where it has no name."""
    return titled(record.id, called(record))


def called(record: common_pb2.ObjectRecord) -> str:
    """Answers the name of an object; that of a shard is made of its object's name and its number."""
    return record.name or record.spec.labels.get(SHARD_NAME, "")


def name_of(record: common_pb2.ObjectRecord) -> str:
    """Answers how messages call an object: by its name, or by its id where it has none."""
    return record.name or record.id
