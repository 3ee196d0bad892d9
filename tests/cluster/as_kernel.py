"""A test that asks as kernels do."""

from __future__ import annotations

from typing import Any

import grpc.aio
from amino_wire.pb import common_pb2, oms_pb2, oms_pb2_grpc
from amino_wire.proof import OMS, ClusterSecret, ProvingStub

from tests.cluster.client import Client


async def as_kernel(oms_address: str, client: Client) -> Any:
    """The service that a client's kernel offers other kernels. The OMS tells the secret to whoever registers as a kernel."""
    secret = ClusterSecret()
    async with grpc.aio.insecure_channel(oms_address) as channel:
        oms: Any = oms_pb2_grpc.ObjectManagementServiceStub(channel)
        tester = oms_pb2.RegisterKernelRequest(kernel_id="tester", endpoints=common_pb2.Endpoints(grpc="127.0.0.1:1"))
        joined = await oms.RegisterKernel(tester)
        secret.take(joined.cluster_secret)
        leaving = oms_pb2.LeaveRequest(kernel_id="tester", incarnation=joined.incarnation)
        await oms.Leave(leaving, metadata=secret.shown_to(OMS))
    return ProvingStub(oms_pb2_grpc.KernelServiceStub(client.channel), secret, client.address)
