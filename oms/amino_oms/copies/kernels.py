"""Looks which kernels of a store may live, while no service works on it."""

from __future__ import annotations

import asyncio

from amino_store.store import Store
from amino_wire.pb import common_pb2

from amino_oms.registry.keys import KERNELS
from amino_oms.registry.listing import entries

SECONDS = 2.0
"""How long a kernel may take to take a connection."""


async def living_kernels(store: Store) -> list[str]:
    """The ids of the kernels that have not left, and of which it is not certain that they have ended.

    Certain is only that nobody listens where a kernel did.
    """
    found: list[str] = []
    async for entry in entries(store, KERNELS):
        record = common_pb2.KernelRecord.FromString(entry.value)
        if record.alive and not await _has_ended(record.endpoints.grpc):
            found.append(record.id)
    return found


async def _has_ended(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except ConnectionRefusedError:
        return True
    except (OSError, ValueError):
        return False
    writer.close()
    return False
