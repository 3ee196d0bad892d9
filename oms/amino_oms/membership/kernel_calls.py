"""The service's requests to kernels, as an interface: over gRPC in `amino_oms.service`, directly where they share a process."""

from __future__ import annotations

from typing import Protocol

from amino_wire.errors import KernelUnavailable
from amino_wire.pb import common_pb2, oms_pb2


class KernelSilent(KernelUnavailable):
    """The kernel gave no answer at all: it may have carried out the request or not."""


class KernelCalls(Protocol):
    """The requests of `amino.v1.KernelService` that the service makes. Each raises the kernel's own error, or KernelSilent where none came.

    `timeout` is seconds.
    """

    async def create_object(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.CreateObjectRequest, timeout: float
    ) -> oms_pb2.CreateObjectResponse:
        """Makes an object; idempotent by object id and epoch."""
        ...

    async def create_objects(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.CreateObjectsRequest, timeout: float
    ) -> oms_pb2.CreateObjectsResponse:
        """Makes many objects of one class, all or none, or each for itself; idempotent as `create_object`."""
        ...

    async def destroy_object(self, kernel: common_pb2.KernelRecord, request: oms_pb2.DestroyObjectRequest, timeout: float) -> None:
        """Removes an object that has been deleted."""
        ...

    async def move_object(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.MoveObjectRequest, timeout: float
    ) -> oms_pb2.MoveObjectResponse:
        """Asks the kernel that has the object to move it."""
        ...

    async def object_changed(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.ObjectChangedRequest, timeout: float
    ) -> oms_pb2.ObjectChangedResponse:
        """Has a kernel forget what it remembers of an object's record, and apply the new spec to its instances."""
        ...

    async def kernel_changed(self, kernel: common_pb2.KernelRecord, request: oms_pb2.KernelChangedRequest, timeout: float) -> None:
        """Tells a kernel that another one has another address."""
        ...

    async def call_part(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.CallPartRequest, timeout: float
    ) -> oms_pb2.CallPartResponse:
        """Calls a proxy or an instance manager there."""
        ...

    async def receive_object(self, kernel: common_pb2.KernelRecord, request: oms_pb2.ReceiveObjectRequest, timeout: float) -> None:
        """Gives the kernel an object with its state; it stays passive until `activate_object`."""
        ...

    async def activate_object(self, kernel: common_pb2.KernelRecord, request: oms_pb2.ActivateObjectRequest, timeout: float) -> None:
        """Lets an object answer that the kernel has received, or drops it."""
        ...

    async def copy_state(self, kernel: common_pb2.KernelRecord, request: oms_pb2.CopyStateRequest, timeout: float) -> bytes:
        """The state of an object there; raises StateNotCapturable."""
        ...

    async def forget(self, kernel_id: str) -> None:
        """The kernel has died or changed its address: lets go of connections to it."""
        ...
