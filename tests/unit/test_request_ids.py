"""A request that changes something has an id, by which it is carried out once, or there is a reason why it is not done twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from amino_wire.pb import client_pb2, oms_pb2
from amino_wire.protocol import READS

CLIENT: Any = client_pb2.DESCRIPTOR.services_by_name["ClientService"]
OMS: Any = oms_pb2.DESCRIPTOR.services_by_name["ObjectManagementService"]
READ: Mapping[str, str] = {
    "Hello": "tells who the kernel is",
    "Watch": "a stream that begins where the watcher was",
    "Logs": "a stream of lines",
    "GetArtifact": "reads bytes by their hash",
    "DurableGet": "reads a value",
    "LogRead": "reads entries behind a position",
    "TransactionOutcome": "reads how a transaction ended",
}
"""Requests that only read, besides those that clients send again by themselves (READS)."""
ONCE: Mapping[str, str] = {
    "PutArtifact": "the same bytes have the same hash",
    "Invoke": "the option REQUEST_ID of the call",
    "Session": "the option REQUEST_ID of each call",
    "Command": "never reaches the OMS; the managers' parts answer for it, and it is not sent again",
    "RegisterKernel": "a life that was never answered has no instances",
    "ListInstances": "says what there is, by kernel and life",
    "KeepAlive": "says what there is, by kernel and life",
    "Leave": "a life ends once",
    "Sleep": "names the epoch, which a sleep ends",
    "Wake": "an object that is awake stays so",
    "CallCoordinator": "coordinators name epochs and versions themselves; it is not sent again where it may have been done",
    "DurablePut": "names the version that it replaces; where it names none it is not sent again",
    "DurablePutMany": "as DurablePut",
    "LogAppend": "names the position that it follows",
    "LogTrim": "entries that have been trimmed stay so",
    "JoinTransaction": "names the part by its token",
}
"""Requests without an id, and why they change nothing a second time."""


@pytest.mark.parametrize("service", [CLIENT, OMS], ids=lambda service: service.name)
def test_each_request_reads_or_has_an_id_or_a_reason(service: Any) -> None:
    without = set[str]()
    for method in service.methods:
        has_id = "request_id" in method.input_type.fields_by_name
        needs_none = method.name in {*READS, *READ, *ONCE}
        assert not (has_id and needs_none), f"{method.name} has an id and needs none"
        if not has_id and method.name not in READS:
            without.add(method.name)
    assert without <= {*READ, *ONCE}, f"{sorted(without - {*READ, *ONCE})} can be neither repeated nor told apart from a second request"


def test_nothing_is_excused_that_is_no_request() -> None:
    names = {method.name for service in (CLIENT, OMS) for method in service.methods}
    assert {*READ, *ONCE} <= names
    assert names >= READS
