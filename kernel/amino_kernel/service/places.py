"""Where the replicas of an object are, by their numbers in the tree of its chain."""

from __future__ import annotations

from amino_dms.chain import Chain
from amino_kernel.links.oms_client import OmsClient
from amino_wire.instances import order
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.records import SHARD_NAME, SHARD_OF

_MOST = 1000


async def places_of(record: common_pb2.ObjectRecord, chain: Chain, oms: OmsClient) -> tuple[Chain, dict[int, str]]:
    """The chain with as many shards as there are, and the kernel of each replica. Those of a divided object are its shards': the tree
    counts one shard's after the other's.

    Raises OmsUnavailable.
    """
    here = chain.here
    if here.behind is None or not record.id:
        return chain, _of(record)
    asked = common_pb2.Requirement(key=SHARD_OF, operator=common_pb2.Requirement.OPERATOR_IN, values=[record.id])
    selector = common_pb2.Selector(terms=[common_pb2.Term(requirements=[asked])])
    request = client_pb2.ListRequest(label_selector=selector, page_size=_MOST)
    answer: client_pb2.ListResponse = await oms.ask(oms.stub.List, request)
    shards = {int(shard.spec.labels[SHARD_NAME].rpartition("#")[2]): shard for shard in answer.objects}
    places: dict[int, str] = {}
    each = here.behind.replicas()
    for number, shard in shards.items():
        places |= {number * each + place: kernel for place, kernel in _of(shard).items() if place < each}
    *outer, divider = here.managers
    drawn = divider.divided_into(max(shards) + 1) if shards else divider
    return Chain((*outer, drawn, *here.behind.managers)), places


def _of(record: common_pb2.ObjectRecord) -> dict[int, str]:
    """By their order: where replicas have taken the places of others, their own numbers are higher than there are replicas."""
    replicas = sorted(record.status.replicas, key=lambda each: order(each.path))
    return {place: replica.kernel_id for place, replica in enumerate(replicas)}
