"""The Java program that a kernel is attached to: its instances as objects of the cluster.

An instance cannot be packed, so its artifact only says which one it is, in the language `host`, which only kernels like this one run.
All that follows (record, name, creation, calls, deletion) is as for every other object.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import grpc
from amino_kernel.halves.call import Call
from amino_kernel.halves.runtime_key import HOST_LANGUAGE
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.links.oms_client import LONG_SECONDS, OmsClient
from amino_wire.artifacts import PackedArtifact, pack_files
from amino_wire.errors import ArgumentInvalid, NameTaken, ObjectNotFound
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import decode

KERNEL_LABEL = "kernel"
"""The label by which a selector finds this kernel."""


class HostProgram:
    """Registers instances of the program.

    Args:
        oms: The OMS.
        table: The objects of this kernel.
        kernel_id: This kernel's id.
    """

    def __init__(self, oms: OmsClient, table: InstanceTable, kernel_id: str) -> None:
        self._oms = oms
        self._table = table
        self._kernel_id = kernel_id

    async def register(self, call: Call) -> common_pb2.ObjectRecord:
        """Makes an instance an object: `register [name, key, class name, labels]`.

        Raises:
            NameTaken: The name belongs to an object that lives; one of a program that has ended gives it up.
        """
        name, key, class_name, labels = _arguments(call, 4)
        artifact = await self._put(str(key), str(class_name))
        request = client_pb2.RegisterRequest(
            name=str(name), artifact=artifact, selector=self._here(), labels=labels, request_id=f"instance/{key}"
        )
        try:
            response: client_pb2.RegisterResponse = await self._oms.ask(self._oms.stub.Register, request, LONG_SECONDS)
        except NameTaken:
            if not await self._is_left_over(request.name):
                raise
            # The program has the state of its instance; what a manager may have saved of the one before is not asked for.
            request.replace, request.discard_state, request.request_id = True, True, f"instance/{key}/again"
            response = await self._oms.ask(self._oms.stub.Register, request, LONG_SECONDS)
        return response.object

    async def unregister(self, call: Call) -> None:
        """Takes an instance out of the cluster: `unregister [object id]`.

        Raises:
            ObjectNotFound: There is no instance of the program under that id.
        """
        (object_id,) = _arguments(call, 1)
        local = self._table.get(str(object_id))
        if local is None or local.record.spec.artifact.language != HOST_LANGUAGE:
            raise ObjectNotFound(f"{object_id} is no object that this program has registered.")
        await self._oms.ask(self._oms.stub.Delete, client_pb2.DeleteRequest(name_or_id=local.id), LONG_SECONDS)

    async def unregister_all(self) -> None:
        """Takes all instances out of the cluster, since the program ends."""
        for local in [each for each in self._table if each.record.spec.artifact.language == HOST_LANGUAGE]:
            await self._oms.ask(self._oms.stub.Delete, client_pb2.DeleteRequest(name_or_id=local.id))

    async def _is_left_over(self, name: str) -> bool:
        record = await self._oms.get(name)
        mine = any(replica.kernel_id == self._kernel_id for replica in record.status.replicas) and self._table.get(record.id) is None
        return record.spec.artifact.language == HOST_LANGUAGE and (record.status.state == common_pb2.OBJECT_STATE_LOST or mine)

    async def _put(self, key: str, class_name: str) -> common_pb2.Artifact:
        content = {"kernel": self._kernel_id, "key": key, "class": class_name}
        packed = pack_files({"instance.json": json.dumps(content).encode()})
        artifact = common_pb2.Artifact(hash=packed.hash, language=HOST_LANGUAGE, entry=key, class_name=class_name, size=len(packed.data))
        try:
            await self._oms.stub.PutArtifact(_parts(artifact, packed), timeout=LONG_SECONDS)
        except grpc.RpcError as error:
            raise self._oms.error_of(error) from None
        return artifact

    def _here(self) -> common_pb2.Selector:
        requirement = common_pb2.Requirement(key=KERNEL_LABEL, operator=common_pb2.Requirement.OPERATOR_IN, values=[self._kernel_id])
        return common_pb2.Selector(terms=[common_pb2.Term(requirements=[requirement])])


async def _parts(artifact: common_pb2.Artifact, packed: PackedArtifact) -> AsyncIterator[client_pb2.PutArtifactRequest]:
    yield client_pb2.PutArtifactRequest(artifact=artifact)
    for chunk in packed.chunks():
        yield client_pb2.PutArtifactRequest(chunk=chunk)


def _arguments(call: Call, count: int) -> list[Any]:
    arguments: list[Any] = decode(call.args.data)
    if len(arguments) != count:
        raise ArgumentInvalid(f"{call.method} takes {count} arguments, not {len(arguments)}.")
    return arguments
