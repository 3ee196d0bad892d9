"""A kernel has another address: the others are told, since nothing closes their connections to an address that nobody has any more."""

from __future__ import annotations

import asyncio
import logging

from amino_wire.errors import AminoError, DeadlineExceeded, Unavailable
from amino_wire.pb import common_pb2, oms_pb2

from amino_oms.lifecycle.services import Services

_log = logging.getLogger(__name__)

_PAUSE = 0.5


class NewAddresses:
    """Tells each kernel that lives, or may still come back in its life, until it has answered."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def changed(self, kernel: common_pb2.KernelRecord, former: str) -> None:
        """A kernel answers at its present address and no more at the former one, in the same life."""
        _log.info("kernel %s answers at %s, and no more at %s", kernel.id, kernel.endpoints.grpc, former)
        request = oms_pb2.KernelChangedRequest(kernel=kernel, former_address=former)
        detector = self._services.directory.detector
        for other in self._services.directory.all(include_dead=True):
            if other.id != kernel.id and detector.awaited(other.id):
                self._services.background.start(self._tell(other.id, request), f"new address of {kernel.id}, told to {other.id}")

    async def _tell(self, other: str, request: oms_pb2.KernelChangedRequest) -> None:
        services = self._services
        life = services.directory.get(other).incarnation
        while services.directory.detector.awaited(other) and services.directory.get(other).incarnation == life:
            try:
                await services.kernels.kernel_changed(services.directory.get(other), request, services.timeouts.short)
                return
            except (Unavailable, DeadlineExceeded) as error:
                _log.info("kernel %s was not told of a new address yet: %s", other, error)
            except AminoError as error:
                _log.warning("kernel %s was not told of the new address of %s: %s", other, request.kernel.id, error)
                return
            await asyncio.sleep(_PAUSE)
