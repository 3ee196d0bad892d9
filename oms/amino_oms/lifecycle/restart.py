"""Lost objects are brought back by their savers, from a copy that a move has left, or anew from their artifact and first arguments."""

from __future__ import annotations

import asyncio
import logging
from typing import TypeAlias

from amino_store.transaction import Transaction
from amino_wire.errors import AminoError, ArgumentInvalid, ObjectLost, TransactionConflict
from amino_wire.instances import FIRST
from amino_wire.losses import loss_of
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.pb.client_pb2 import RestartResponse as Response
from amino_wire.records import title_of

from amino_oms.lifecycle.attempts import Attempts
from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.registry.records import Stored

_log = logging.getLogger(__name__)

_COPY_SECONDS = 10.0
Origin: TypeAlias = Response.Origin


class Restart:
    """Restarts objects."""

    def __init__(self, services: Services, siting: Siting, attempts: Attempts, failure: Failure) -> None:
        self._services, self._siting, self._attempts, self._failure = services, siting, attempts, failure

    async def restart(self, name_or_id: str, request_id: str = "", *, never_anew: bool = False) -> tuple[Stored, Origin]:
        """Brings a lost object back, under its id and name, in a new epoch.

        Its deployment managers are asked first: a saver brings back the state that it saved. Then a copy is looked for that waits on a
        kernel: a move has left it on its target, or a kernel that starts again has kept it. Only an object that comes back in neither way
        is made anew by its constructor, unless `never_anew`. Answers the object and its origin. A request that has been carried out
        before answers with the object as it is.

        Raises ArgumentInvalid for an object that is not lost, ObjectAwaitsKernel where a kernel that has just started may bring it back,
        ObjectLost where nobody has the state of an object that is not to be made anew, TransactionConflict where others change it
        meanwhile, NoKernelMatches, and whatever a manager or the kernel raises.
        """
        services = self._services
        found = await services.registry.find(name_or_id)
        async with services.object_locks.holding(found.record.id):
            stored = await services.registry.find(found.record.id)
            if await services.ledger.find(request_id) is not None:
                return stored, Response.ORIGIN_UNSPECIFIED
            if stored.record.status.state != common_pb2.OBJECT_STATE_LOST:
                kernels = ", ".join(replica.kernel_id for replica in stored.record.status.replicas)
                raise ArgumentInvalid(f"the object {name_or_id} is not lost, it is on kernel {kernels}; only lost objects are restarted")
            committed, origin = await self._brought_back(stored.record.id, name_or_id, request_id, never_anew)
        after = committed.record
        if services.coordination.has_coordinators(after):
            await services.coordination.replicas_changed(after)
        services.generations.announce(after)
        return committed, origin

    async def _brought_back(self, object_id: str, name_or_id: str, request_id: str, never_anew: bool) -> tuple[Stored, Origin]:
        recovered = await self._failure.recovered(object_id)
        if recovered is not None:
            await self._note(request_id, recovered)
            return recovered, Response.ORIGIN_SAVED
        lost = await self._services.registry.find(object_id)
        copied = await self._from_copy(lost, request_id)
        if copied is not None:
            return copied, Response.ORIGIN_COPY
        if never_anew:
            raise ObjectLost(f"neither a manager nor a kernel has the state of the object {name_or_id}, which was not made anew")
        if self._services.losses.comes_back(lost.record):
            raise loss_of(self._services.losses.say(lost.copy()))
        return await self._anew(lost, request_id), Response.ORIGIN_ANEW

    async def _note(self, request_id: str, stored: Stored) -> None:
        """Others have brought the object back: the request, sent again, is answered with what there is."""
        compares, also = await self._services.ledger.entry(request_id, stored.record.id)
        if also:
            await self._services.registry.store.commit(Transaction(compares, also))

    async def _from_copy(self, stored: Stored, request_id: str) -> Stored | None:
        """Makes a copy that waits on the target of a move the object; None where there is none."""
        services, record = self._services, stored.record
        made = await self._waiting_copy(record)
        same_life = None if made is None else services.directory.still(made)
        if made is None or same_life is None:
            return None
        after = stored.copy()
        after.status.epoch += 1
        after.status.state = common_pb2.OBJECT_STATE_ACTIVE
        del after.status.replicas[:]
        after.status.replicas.append(made)
        compares, also = await services.ledger.entry(request_id, record.id)
        committed = await services.registry.replace(stored, after, compares=(same_life, *compares), also=also)
        if committed is None:
            raise TransactionConflict(f"the object {title_of(record)} changed while it was being restarted; look again, and try again")
        order = oms_pb2.ActivateObjectRequest(object_id=record.id, path=made.path, epoch=after.status.epoch)
        try:
            await services.kernels.activate_object(services.directory.get(made.kernel_id), order, services.timeouts.short)
        except AminoError as error:
            _log.warning("kernel %s hears with its next question that its copy of %s is the object: %s", made.kernel_id, record.id, error)
        return committed

    async def _waiting_copy(self, record: common_pb2.ObjectRecord) -> common_pb2.Replica | None:
        """Asks the living kernels for an instance in the epoch that a move of the object would have given it."""
        kernels = self._services.directory.all(include_dead=False)
        wanted = [(kernel, replica.path) for replica in record.status.replicas for kernel in kernels]
        answers = await asyncio.gather(*(self._has_copy(kernel, record, path) for kernel, path in wanted))
        there = [self._services.replica_on(kernel, path) for (kernel, path), answer in zip(wanted, answers, strict=True) if answer]
        return there[0] if there else None

    async def _has_copy(self, kernel: common_pb2.KernelRecord, record: common_pb2.ObjectRecord, path: str) -> bool:
        request = oms_pb2.CopyStateRequest(object_id=record.id, path=path, epoch=record.status.epoch + 1)
        try:
            await self._services.kernels.copy_state(kernel, request, _COPY_SECONDS)
        except AminoError:
            return False
        return True

    async def _anew(self, stored: Stored, request_id: str) -> Stored:
        services = self._services
        kernel = await self._siting.choose(stored.record)
        after = stored.copy()
        after.status.epoch += 1
        after.status.state = common_pb2.OBJECT_STATE_ACTIVE
        del after.status.replicas[:]
        after.status.replicas.append(services.replica_on(kernel))
        async with self._attempts.one(stored, after.status.replicas[0], after) as same_life:
            after.interface.CopyFrom(await services.instance(kernel, after, FIRST))
            compares, also = await services.ledger.entry(request_id, after.id)
            committed = await services.registry.replace(stored, after, compares=(same_life, *compares), also=also)
            if committed is None:
                raise TransactionConflict(f"the object {title_of(after)} changed while it was being restarted; look again, and try again")
        return committed
