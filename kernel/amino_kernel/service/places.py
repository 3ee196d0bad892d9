"""Where the replicas of an object are, by their numbers in the tree of its chain."""

from __future__ import annotations

from amino_dms.chain import Chain
from amino_kernel.links.oms_client import OmsClient
from amino_wire.instances import number_of
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.records import SHARD_NAME, SHARD_OF

_MOST = 1000


async def places_of(record: common_pb2.ObjectRecord, chain: Chain, oms: OmsClient) -> dict[int, str]:
    """The kernel of each replica. Those of a divided object are its shards': the tree counts one shard's after the other's.

    Raises OmsUnavailable.
    """
    behind = chain.here.behind
    if behind is None or not record.id:
        return _of(record, 0)
    asked = common_pb2.Requirement(key=SHARD_OF, operator=common_pb2.Requirement.OPERATOR_IN, values=[record.id])
    selector = common_pb2.Selector(terms=[common_pb2.Term(requirements=[asked])])
    request = client_pb2.ListRequest(label_selector=selector, page_size=_MOST)
    answer: client_pb2.ListResponse = await oms.ask(oms.stub.List, request)
    places: dict[int, str] = {}
    for shard in answer.objects:
        number = int(shard.spec.labels[SHARD_NAME].rpartition("#")[2])
        places |= _of(shard, number * behind.replicas())
    return places


def _of(record: common_pb2.ObjectRecord, first: int) -> dict[int, str]:
    return {first + number_of(replica.path): replica.kernel_id for replica in record.status.replicas}
