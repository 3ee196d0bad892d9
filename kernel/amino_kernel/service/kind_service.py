"""What clients ask about kinds of objects: all of it is for the OMS."""

# ruff: noqa: N802 - the names are those of the protocol

from __future__ import annotations

from amino_kernel.links.oms_client import LONG_SECONDS
from amino_kernel.service.client_identity import maker_of
from amino_kernel.service.passing_on import Context, PassingOn, check_language, guard
from amino_wire.pb import client_pb2


class KindService(PassingOn):
    """The requests about kinds, and for the object of a kind and a key."""

    async def RegisterKind(self, request: client_pb2.RegisterKindRequest, context: Context) -> client_pb2.RegisterKindResponse:
        request.maker = maker_of(context)

        async def register() -> client_pb2.RegisterKindResponse:
            check_language(request.kind.spec.artifact, f"kind {request.kind.name}")
            response: client_pb2.RegisterKindResponse = await self._pass_on("RegisterKind", request, context)
            return response

        return await guard(context, register())

    async def ListKinds(self, request: client_pb2.ListKindsRequest, context: Context) -> client_pb2.ListKindsResponse:
        return await guard(context, self._pass_on("ListKinds", request, context))

    async def DeleteKind(self, request: client_pb2.DeleteKindRequest, context: Context) -> client_pb2.DeleteKindResponse:
        return await guard(context, self._pass_on("DeleteKind", request, context))

    async def GetOrCreate(self, request: client_pb2.GetOrCreateRequest, context: Context) -> client_pb2.GetOrCreateResponse:
        request.maker = maker_of(context)
        return await guard(context, self._pass_on("GetOrCreate", request, context, LONG_SECONDS))
