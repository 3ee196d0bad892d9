"""Durable values of deployment managers (Sapphire Table 3, durable put and get), with versions to compare and swap by."""

from __future__ import annotations

from amino_store.store import Store
from amino_store.transaction import Compare, Get, Put, Transaction
from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import oms_pb2

from amino_oms.registry.keys import DURABLE

VALUE_LIMIT = 16 * 1024 * 1024
"""Bytes of one value."""


async def durable_put(store: Store, request: oms_pb2.DurablePutRequest) -> oms_pb2.DurablePutResponse:
    """Stores a value if the key has the expected version (−1: any, 0: only if absent); answers with the version there is now."""
    if not request.key or len(request.value) > VALUE_LIMIT or request.expected_version < -1:
        raise ArgumentInvalid(
            f"the durable value {request.key[:100]!r} ({len(request.value)} bytes) cannot be stored: it needs a key, "
            f"at most {VALUE_LIMIT} bytes, and an expected version of at least -1"
        )
    key = DURABLE + request.key
    compares = () if request.expected_version == -1 else (Compare.version(key, request.expected_version),)
    outcome = await store.commit(Transaction(compares, then=(Get(key), Put(key, request.value)), otherwise=(Get(key),)))
    before = outcome.entries[0]
    version = 0 if before is None else before.version
    return oms_pb2.DurablePutResponse(version=version + outcome.succeeded, stored=outcome.succeeded)


async def durable_get(store: Store, request: oms_pb2.DurableGetRequest) -> oms_pb2.DurableGetResponse:
    """The value of a key and its version; version 0 where there is none."""
    entry = await store.get(DURABLE + request.key)
    return oms_pb2.DurableGetResponse() if entry is None else oms_pb2.DurableGetResponse(value=entry.value, version=entry.version)
