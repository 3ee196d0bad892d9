"""Where an object may be: its selector, its language, and what its deployment managers allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from amino_wire.errors import ChainInvalid, NoKernelMatches
from amino_wire.instances import FIRST, instance_id
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.services import Services
from amino_oms.placement.selector import matches


class Siting:
    """Chooses kernels for objects."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def choose(
        self,
        record: common_pb2.ObjectRecord,
        *,
        selector: common_pb2.Selector | None = None,
        excluded: Collection[str] = (),
        avoided: Collection[str] = (),
        path: str = FIRST,
        count: int = 1,
        only: Collection[str] | None = None,
    ) -> common_pb2.KernelRecord:
        """The kernel that gets the object, or a replica: the least loaded of those that match and are allowed, and on which this
        instance is not being made already. Counts it, or `count` such objects, as load there. With `only` it is one of these.

        Right after a start of the service it waits for the kernels that are expected back. Raises NoKernelMatches, LanguageUnknown.
        """
        directory = self._services.directory
        while True:
            refusals = await self._refusals(record)
            try:
                kernel = directory.place(
                    selector or record.spec.selector,
                    record.spec.artifact.language,
                    {*excluded, *self._others(only), *self._services.claims.of(instance_id(record.id, path))},
                    refusals,
                    avoided,
                )
            except NoKernelMatches:
                if not await directory.next_change():
                    raise
                continue
            directory.given(kernel.id, count)
            return kernel

    async def sites(self, record: common_pb2.ObjectRecord) -> list[common_pb2.KernelRecord]:
        """The living kernels where the object may be, by their ids."""
        refusals, language, selector = await self._refusals(record), record.spec.artifact.language, record.spec.selector
        offered = self._services.directory.offered()
        fitting = [kernel for kernel in offered if language in kernel.languages and matches(selector, kernel.labels)]
        return sorted((kernel for kernel in fitting if kernel.id not in refusals), key=lambda kernel: kernel.id)

    def _others(self, only: Collection[str] | None) -> set[str]:
        return set() if only is None else {kernel.id for kernel in self._services.directory.offered()} - set(only)

    async def admit(self, record: common_pb2.ObjectRecord, kernel_id: str) -> None:
        """Raises ChainInvalid, with the reason, where the object's deployment managers do not allow it on that kernel."""
        reason = (await self._refusals(record)).get(kernel_id)
        if reason is not None:
            raise ChainInvalid(f"the object {record.name or record.id} may not be on kernel {kernel_id}: {reason}")

    async def _refusals(self, record: common_pb2.ObjectRecord) -> Mapping[str, str]:
        if not record.spec.deployment_managers:
            return {}
        services = self._services
        made = record.status.state not in (common_pb2.OBJECT_STATE_UNSPECIFIED, common_pb2.OBJECT_STATE_CREATING)
        origin = services.directory.find(await services.registry.origin(record.id)) if made else None
        return services.coordination.refusals(record, services.directory.all(include_dead=False), origin)
