"""A test that asks as kernels do."""

from __future__ import annotations

import uuid
from typing import Any

import grpc.aio
from amino_wire.pb import common_pb2, oms_pb2, oms_pb2_grpc
from amino_wire.proof import OMS, ClusterSecret, ProvingStub
from amino_wire.protocol import VERSION

from tests.cluster.client import Client


async def as_kernel(oms_address: str, client: Client) -> Any:
    """The service that a client's kernel offers other kernels, as one of them."""
    async with grpc.aio.insecure_channel(oms_address) as channel:
        secret = await secret_of(channel)
    return ProvingStub(oms_pb2_grpc.KernelServiceStub(client.channel), secret, client.address)


async def oms_as_kernel(channel: grpc.aio.Channel) -> Any:
    """The OMS as a kernel asks it."""
    return ProvingStub(oms_pb2_grpc.ObjectManagementServiceStub(channel), await secret_of(channel), OMS)


async def secret_of(channel: grpc.aio.Channel) -> ClusterSecret:
    """The secret of the cluster, which the OMS tells to a process that registers as a kernel; this one leaves at once."""
    secret = ClusterSecret()
    oms: Any = oms_pb2_grpc.ObjectManagementServiceStub(channel)
    tester = oms_pb2.RegisterKernelRequest(
        kernel_id=f"tester-{uuid.uuid4().hex[:8]}", endpoints=common_pb2.Endpoints(grpc="127.0.0.1:1"), wire_version=VERSION
    )
    joined = await oms.RegisterKernel(tester, wait_for_ready=True, timeout=20)
    secret.take(joined.cluster_secret)
    leaving = oms_pb2.LeaveRequest(kernel_id=tester.kernel_id, incarnation=joined.incarnation)
    await oms.Leave(leaving, metadata=secret.shown_to(OMS))
    return secret
