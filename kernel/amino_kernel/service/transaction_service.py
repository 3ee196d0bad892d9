"""What clients ask about transactions over several objects: all of it is for the OMS."""

# ruff: noqa: N802 - the names are those of the protocol

from __future__ import annotations

from amino_kernel.links.oms_client import LONG_SECONDS
from amino_kernel.service.client_identity import maker_of
from amino_kernel.service.passing_on import Context, PassingOn, guard
from amino_wire.pb import client_pb2


class TransactionService(PassingOn):
    """The requests about transactions."""

    async def BeginTransaction(self, request: client_pb2.BeginTransactionRequest, context: Context) -> client_pb2.BeginTransactionResponse:
        request.maker = maker_of(context)
        return await guard(context, self._pass_on("BeginTransaction", request, context))

    async def EndTransaction(self, request: client_pb2.EndTransactionRequest, context: Context) -> client_pb2.EndTransactionResponse:
        return await guard(context, self._pass_on("EndTransaction", request, context, LONG_SECONDS))

    async def ListTransactions(self, request: client_pb2.ListTransactionsRequest, context: Context) -> client_pb2.ListTransactionsResponse:
        return await guard(context, self._pass_on("ListTransactions", request, context))
