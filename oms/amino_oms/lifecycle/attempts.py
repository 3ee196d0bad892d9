"""One attempt to make a further instance of an object that exists: on one kernel, taken back where it comes to nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from amino_store.errors import StoreFailed
from amino_store.transaction import Compare
from amino_wire.errors import TransactionConflict
from amino_wire.instances import instance_id
from amino_wire.pb import common_pb2
from amino_wire.records import title_of

from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.verification import Verification
from amino_oms.registry.records import Stored


class RaceLost(TransactionConflict):
    """The record has changed since it was read, or the kernel is no longer in the life in which it was chosen."""


class Attempts:
    """Keeps attempts from one another and from what comes back: each claims its kernel until it has succeeded, or is taken back."""

    def __init__(self, services: Services, verification: Verification) -> None:
        self._services, self._verification = services, verification

    @asynccontextmanager
    async def one(self, stored: Stored, made: common_pb2.Replica, after: common_pb2.ObjectRecord) -> AsyncGenerator[Compare]:
        """Within the block the instance is made and its record committed, on the condition that it is given: that the kernel stays alive.

        Arguments:
            stored: the record that the attempt began with.
            made: the replica that it makes.
            after: the record that it is to commit, in the epoch of the instance.

        Raises RaceLost where somebody else was quicker. After any error the kernel is told to drop what it may have made,
        unless nobody knows whether the record was committed.
        """
        services = self._services
        if not services.claims.take(instance_id(after.id, made.path), made.kernel_id):
            raise RaceLost(f"an instance of object {title_of(after)} is being made on kernel {made.kernel_id} already; try again")
        same_life = services.directory.still(made)
        try:
            # An instance that came back by itself before the claim, on this kernel perhaps, must not be replaced by a new one.
            current = await services.registry.by_id(after.id)
            if same_life is None or current is None or current.entry.modified != stored.entry.modified:
                raise RaceLost(
                    f"the object {title_of(after)} was changed by somebody else, or kernel {made.kernel_id} has ended; try again"
                )
        except BaseException:
            services.claims.release(instance_id(after.id, made.path), made.kernel_id)
            raise
        try:
            yield same_life
        except StoreFailed:
            # The record may be on the disk. If it is not, the next process of the service has the kernel drop the instance.
            raise
        except BaseException:
            services.background.start(
                self._take_back(after, made), f"drop of object {title_of(after)} on {made.kernel_id}, where it is not to be"
            )
            raise
        services.claims.release(instance_id(after.id, made.path), made.kernel_id)

    def left_over(self, record: common_pb2.ObjectRecord, made: common_pb2.Replica, epoch: int) -> None:
        """A kernel has an instance in a later epoch than its record: an earlier process of the service made it and never committed it.

        The kernel is told to drop it; an attempt of this process that is under way is left alone.
        """
        if not self._services.claims.take(instance_id(record.id, made.path), made.kernel_id):
            return
        after = common_pb2.ObjectRecord()
        after.CopyFrom(record)
        after.status.epoch = epoch
        self._services.background.start(
            self._take_back(after, made), f"drop of object {title_of(record)} on {made.kernel_id}, where it was left over"
        )

    async def _take_back(self, record: common_pb2.ObjectRecord, made: common_pb2.Replica) -> None:
        try:
            await self._services.drop_until_done(record, made)
        finally:
            self._services.claims.release(instance_id(record.id, made.path), made.kernel_id)
        # The instance may have taken the place of an instance that the record still names.
        instance = instance_id(record.id, made.path)
        self._services.persist(lambda: self._verification.verify(instance, made.kernel_id), f"search for {instance} on {made.kernel_id}")
