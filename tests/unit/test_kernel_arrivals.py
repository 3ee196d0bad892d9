"""What becomes of a moved object that hears nothing from its source."""

from __future__ import annotations

import pytest
from amino_kernel.instances.arrivals import verdict
from amino_kernel.instances.instance import ChainFacts, Instance
from amino_kernel.instances.local_instance import LocalInstance
from amino_wire.pb import common_pb2


def record(epoch: int, kernel: str, status: common_pb2.ObjectState = common_pb2.OBJECT_STATE_ACTIVE) -> common_pb2.ObjectRecord:
    return common_pb2.ObjectRecord(
        id="o1", status=common_pb2.ObjectStatus(epoch=epoch, state=status, replicas=[common_pb2.Replica(path="0", kernel_id=kernel)])
    )


PASSIVE = LocalInstance(record(5, "here"), "0", None, Instance.begun(ChainFacts(1)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (record(5, "here"), "activate"),
        (record(4, "there"), "wait"),
        (record(5, "elsewhere"), "drop"),
        # Other replicas came or went: the record still places the object here.
        (record(6, "here"), "activate"),
        # The move was committed before the kernel was thought dead.
        (record(5, "here", common_pb2.OBJECT_STATE_LOST), "offer"),
        (record(6, "here", common_pb2.OBJECT_STATE_LOST), "offer"),
        (record(5, "elsewhere", common_pb2.OBJECT_STATE_LOST), "drop"),
        (record(6, "elsewhere"), "drop"),
        # It may be the last copy: a restart can take it.
        (record(4, "there", common_pb2.OBJECT_STATE_LOST), "wait"),
        (None, "drop"),
    ],
)
def test_the_record_decides(found: common_pb2.ObjectRecord | None, expected: str) -> None:
    assert verdict(PASSIVE, found, "here") == expected


@pytest.mark.parametrize(("group", "expected"), [(4, "wait"), (5, "activate"), (6, "activate")])
def test_a_replica_of_a_group_is_judged_by_the_epoch_of_its_group(group: int, expected: str) -> None:
    """The object's own epoch counts for other replicas."""
    found = common_pb2.ObjectRecord(
        id="o1",
        status=common_pb2.ObjectStatus(
            epoch=1,
            state=common_pb2.OBJECT_STATE_ACTIVE,
            replicas=[common_pb2.Replica(path="0.1", kernel_id="here")],
            groups=[common_pb2.Group(path="0", epoch=group)],
        ),
    )
    arriving = common_pb2.ObjectRecord()
    arriving.CopyFrom(found)
    arriving.status.groups[0].epoch = 5
    passive = LocalInstance(arriving, "0.1", None, Instance.begun(ChainFacts(1)))  # type: ignore[arg-type]
    assert verdict(passive, found, "here") == expected
