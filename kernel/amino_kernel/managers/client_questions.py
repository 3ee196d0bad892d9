"""Questions of proxies that live in a client's own process: other parts wherever they are, and the durable values of the object.

A client knows one kernel and not the OMS, so it asks with epoch 0 (kernels among themselves name an epoch) and the kernel finds the part.
"""

from __future__ import annotations

from typing import Any

from amino_dms.chain import COORDINATOR, INSTANCE_MANAGER
from amino_dms.runtime.hosts import PartAddress
from amino_dms.runtime.kernels import durable_prefix
from amino_wire.errors import MemberNotFound, PermissionDenied
from amino_wire.instances import FIRST, number_of
from amino_wire.pb import oms_pb2
from amino_wire.values import DEFAULT, decode, encode
from amino_wire.whole import read_map

from amino_kernel.links.oms_client import OmsClient
from amino_kernel.managers.part_calls import PartCalls

STORE = "store"
"""Not a part but the object's durable values: method `get`, whose argument is the key. Only kernels write them."""


class ClientQuestions:
    """Passes a question on and answers with the encoded value."""

    def __init__(self, oms: OmsClient, parts: PartCalls) -> None:
        self._oms = oms
        self._parts = parts

    async def answer(self, request: oms_pb2.CallPartRequest) -> bytes:
        """Asks the part that has the answer.

        Raises:
            MemberNotFound: There is no such part; proxies cannot be asked.
            PermissionDenied: The method is for parts in kernels and in the OMS.
            KernelUnavailable, OmsUnavailable: No answer; the method may have run.
            AminoError: What the method raised.
        """
        args = DEFAULT.decode_array(request.args) if request.args else []
        if request.part == STORE:
            return encode(await self._stored(request, args))
        if request.part not in (INSTANCE_MANAGER, COORDINATOR):
            raise MemberNotFound(f"object {request.object_id} has no part {request.part!r} that a client may ask")
        kwargs = read_map(request.kwargs)
        address = PartAddress(request.object_id, request.chain_index, request.part, number_of(request.path or FIRST))
        budget = request.budget_ms / 1000 or None
        return encode(await self._parts.call(address, request.method, args, kwargs, budget, by_client=True))

    async def _stored(self, request: oms_pb2.CallPartRequest, args: list[Any]) -> list[Any]:
        key = str(args[0]) if args else ""
        if not key.startswith(durable_prefix(request.object_id)):
            raise PermissionDenied(f"the durable value {key!r} does not belong to object {request.object_id}")
        if request.method == "get":
            found: oms_pb2.DurableGetResponse = await self._oms.ask(self._oms.stub.DurableGet, oms_pb2.DurableGetRequest(key=key))
            return [decode(found.value) if found.version else None, found.version]
        if request.method == "put":
            raise PermissionDenied(
                f"a client cannot write the durable value {key!r}: its object would come back from it after a failure."
                " Only parts in kernels write; let the proxy ask its instance manager or its coordinator"
            )
        raise MemberNotFound(f"the durable values of object {request.object_id} have no member {request.method!r}")
