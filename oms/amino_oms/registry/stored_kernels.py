"""Kernels as their stored records tell of them, for a service that hears from none."""

from __future__ import annotations

from amino_store.reader import Reader
from amino_wire.pb import common_pb2

from amino_oms.registry.keys import KERNELS
from amino_oms.registry.listing import entries


class StoredKernels:
    """The records of kernels. A kernel lives until the leading service has stored that it is dead; its load is that of its registration.

    Arguments:
        reader: gives the entries that they lie in.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def all(self, *, include_dead: bool) -> list[common_pb2.KernelRecord]:
        """The kernels by id."""
        found = [common_pb2.KernelRecord.FromString(entry.value) async for entry in entries(self._reader, KERNELS)]
        return [record for record in found if include_dead or record.alive]

    async def locate(self, record: common_pb2.ObjectRecord) -> common_pb2.ObjectRecord:
        """Fills in where the replicas of an object answer (nowhere: dead, or in another life); returns `record`, changed."""
        for replica in record.status.replicas:
            entry = await self._reader.get(KERNELS + replica.kernel_id)
            kernel = common_pb2.KernelRecord() if entry is None else common_pb2.KernelRecord.FromString(entry.value)
            if kernel.alive and kernel.incarnation == replica.kernel_incarnation:
                replica.endpoints.CopyFrom(kernel.endpoints)
            else:
                replica.ClearField("endpoints")
        return record
