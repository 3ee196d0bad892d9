"""Objects in shards, and trees of replicas, in simulated clusters: the suite of their family, histories under faults, failures by level."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any, ClassVar

import pytest
from amino_dms.chain import Chain, Registry
from amino_testkit import Faults, KeyValue, Porcupine, SimulatedCluster
from amino_testkit.suites.histories import Load, counter_history, register_history
from amino_testkit.suites.replication import states
from amino_testkit.suites.sharding import KEYS, SETTLED, ShardingSuite, entries_of, objects_in
from amino_testkit.world.scheduler import error_of, simulate
from amino_wire.errors import ArgumentInvalid, ChainInvalid, MemberNotFound, ObjectLost, Outcome
from amino_wire.frames import Invocation
from amino_wire.pb import client_pb2, common_pb2

from tests.support.histories import judge

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "2")))
"""More with AMINO_SEEDS; each failure names its own."""
MAP = "DHT(all=[keys:list,size:sum])"
LOSSES = Faults(drop_request=0.05, drop_reply=0.05, delay=(0.0005, 0.02))
DOUBLES = Faults(drop_request=0.05, drop_reply=0.05, duplicate=0.2, delay=(0.0005, 0.02))
LINEARIZABLE = (
    f"Retry,{MAP},AtMostOnceRPC,DurableSerializableRPC",
    f"{MAP},ConsensusRSM",
    f"Retry,{MAP},ConsensusRSM(log=kernels,compare=3,snapshot=5)",
    f"{MAP},LeaseCaching(lease=2s),DurableSerializableRPC",
)
ONCE = (f"Retry,{MAP},AtMostOnceRPC,DurableSerializableRPC", f"{MAP},ConsensusRSM(compare=3,snapshot=5)")


class TestDurableShards(ShardingSuite):
    """Each of which is saved."""

    manager = f"{MAP},DurableSerializableRPC"
    recovers = True


class TestShardsOfGroups(ShardingSuite):
    """Four groups of three."""

    manager = f"{MAP},ConsensusRSM"
    recovers = True
    replicas = 3


class Scores(KeyValue):
    """A map whose highest entry is found on all shards."""

    read_only: ClassVar[tuple[str, ...]] = (*KeyValue.read_only, "top", "merge_top", "find", "all_of")

    def top(self) -> Any:
        """The highest entry here."""
        return max(self.entries.items(), key=lambda entry: entry[1], default=("", -1))

    def merge_top(self, answers: list[Any]) -> Any:
        """The key of the highest entry of all."""
        return max(answers, key=lambda entry: entry[1])[0]

    def find(self, value: Any) -> str | None:
        """The key of a value."""
        return next((key for key, found in self.entries.items() if found == value), None)

    def all_of(self) -> dict[str, Any]:
        """All entries."""
        return dict(self.entries)


SCORES = "DHT(shards=3,all=[keys:list,size:sum,top:merge_top,find:first,all_of:map])"


def run(scenario: Any, seed: int = 1) -> None:
    simulate(lambda random: scenario(SimulatedCluster(random)), seed)


@pytest.mark.parametrize("proxies", ["client", "here", "kernel"])
def test_answers_are_gathered_as_the_settings_say(proxies: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        made = await cluster.create("scores", SCORES, kind=Scores)
        stub: Any = made if proxies == "client" else cluster.sdk_client("sdk", "b", proxies).stub("scores")  # type: ignore[arg-type]
        for number, key in enumerate(KEYS):
            await stub.call("put", key, number)
        assert await stub.call("top") == KEYS[-1]
        assert await stub.call("find", 7) == KEYS[7]
        assert await stub.call("find", 77) is None
        assert await stub.call("all_of") == {key: number for number, key in enumerate(KEYS)}
        assert [method for method, _ in cluster.executions("scores")] == ["merge_top"]

    run(scenario)


def test_a_member_without_a_way_is_refused_when_the_object_is_made() -> None:
    """And nothing of the object is left."""

    async def scenario(cluster: SimulatedCluster) -> None:
        error = await error_of(cluster.create("map", "DHT(shards=2,all=[size:sum])"))
        assert isinstance(error, ChainInvalid) and "keys takes 0 arguments" in error.message
        assert "all=[keys:list]" in error.message
        await asyncio.sleep(SETTLED)
        assert not objects_in(cluster)
        stub = await cluster.create("map", "DHT(shards=2,all=[size:sum,keys:list],key=key,keys=[fail:message])")
        assert await stub.call("add", "x", 1) == 1

    run(scenario)


def test_commands_of_managers_behind_run_on_every_shard() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", f"{MAP},ExplicitCheckpoint")
        programs = [stub, cluster.sdk_client("sdk", "b").stub("map"), cluster.sdk_client("plain", "c", "kernel").stub("map")]
        await asyncio.gather(*(stub.call("put", key, "saved") for key in KEYS))
        for program in programs:
            assert len(await program.command("checkpoint")) == 4
            await asyncio.gather(*(program.call("put", key, "later") for key in KEYS))
            assert len(await program.command("revert", manager="ExplicitCheckpoint")) == 4
            assert [await program.call("get", key) for key in KEYS] == ["saved"] * len(KEYS)
            assert len(await program.command("shards")) == 4
            assert isinstance(await error_of(program.command("commit")), MemberNotFound)

    run(scenario)


def test_each_failure_is_dealt_with_at_its_own_level() -> None:
    """A group loses its leader; the others neither lead nor follow otherwise than before."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", f"Retry,{MAP},ConsensusRSM")
        await asyncio.gather(*(stub.call("put", key, 1) for key in KEYS))
        shards = await stub.command("shards")
        assert [len(states(cluster, shard)) for shard in shards] == [3] * 4
        epochs = [cluster.record(shard).status.epoch for shard in shards]
        places = [{replica.kernel_id for replica in cluster.record(shard).status.replicas} for shard in shards]
        gone = next(kernel for kernel in "abc" if any(kernel not in place for place in places) or kernel == "c")
        cluster.crash(gone, back_after=20.0)
        await asyncio.gather(*(cluster.client("other", "phone").stub("map").call("add", key, 1) for key in KEYS))
        await asyncio.sleep(SETTLED)
        for shard, epoch, place in zip(shards, epochs, places, strict=True):
            assert len(states(cluster, shard)) == 3
            assert (cluster.record(shard).status.epoch == epoch) == (gone not in place)
        assert await stub.call("size") == len(KEYS)
        assert [await stub.call("get", key) for key in KEYS] == [2] * len(KEYS)

    run(scenario)


def test_a_shard_that_nothing_brings_back_is_lost_alone() -> None:
    """Its keys are, and the error names it; the others go on."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", MAP)
        await asyncio.gather(*(stub.call("put", key, 1) for key in KEYS))
        shards = await stub.command("shards")
        await cluster.move(shards[2], "c")
        mine = set(entries_of(cluster, shards)[2])
        assert mine and mine != set(KEYS)
        cluster.crash("c", back_after=1.0)
        await asyncio.sleep(SETTLED)
        for key in KEYS:
            found = await error_of(stub.call("get", key, budget=2.0))
            assert (isinstance(found, ObjectLost) and shards[2] in found.message) if key in mine else found is None, (key, found)
        assert isinstance(await error_of(stub.call("size", budget=2.0)), ObjectLost)
        await cluster.restart(shards[2])
        assert await stub.call("size") == len(KEYS) - len(mine)

    run(scenario)


def test_shards_get_other_managers_while_they_live() -> None:
    """By the chain of their object; all or none, as far as is known before."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", MAP)
        stub = cluster.sdk_client("sdk", "b").stub("map")
        await asyncio.gather(*(stub.call("put", key, 1) for key in KEYS))
        await cluster.attach("map", f"Retry,{MAP},ConsensusRSM")
        await asyncio.sleep(SETTLED)
        shards = await stub.command("shards")
        assert [len(states(cluster, shard)) for shard in shards] == [3] * 4
        assert [await stub.call("add", key, 1) for key in KEYS] == [2] * len(KEYS)
        error = await error_of(cluster.attach("map", f"{MAP},ConsensusRSM(log=kernels)"))
        assert isinstance(error, ChainInvalid) and "map#" in error.message
        await cluster.attach("map", f"{MAP},DurableSerializableRPC")
        await asyncio.sleep(SETTLED)
        assert [await stub.call("add", key, 1) for key in KEYS] == [3] * len(KEYS)

    run(scenario)


def test_shards_are_listed_only_where_they_are_asked_for() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", MAP)
        await cluster.create("other", "")

        async def listed(**asked: Any) -> tuple[set[str], int]:
            answer: client_pb2.ListResponse = await cluster.operator.ask("List", client_pb2.ListRequest(**asked))
            return {record.name or record.spec.labels["shard-name"] for record in answer.objects}, answer.total

        assert await listed() == ({"map", "other"}, 2)
        assert await listed(name_prefix="m") == ({"map"}, 1)
        assert await listed(nameless=True) == (set(), 0)
        assert await listed(kernel_id="a") == ({"map", "other"}, 2)
        wanted = common_pb2.Requirement(key="shard-of", operator=common_pb2.Requirement.OPERATOR_IN, values=[cluster.id_of("map")])
        selector = common_pb2.Selector(terms=[common_pb2.Term(requirements=[wanted])])
        assert await listed(label_selector=selector) == ({f"map#{number}" for number in range(4)}, 4)

    run(scenario)


def test_nobody_else_says_of_which_object_a_shard_is() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", MAP)
        request = client_pb2.RegisterRequest(
            name="false", artifact=cluster.record("map").spec.artifact, labels={"shard-of": cluster.id_of("map")}, request_id="false"
        )
        error = await error_of(cluster.operator.ask("Register", request))
        assert isinstance(error, ArgumentInvalid) and "shard-of" in error.message
        assert len(await stub.command("shards")) == 4

    run(scenario)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", LINEARIZABLE)
def test_histories_are_linearizable(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """While kernels end, stand still and are cut off, the OMS ends, and the object itself and its shards move."""
    known_again = "AtMostOnceRPC" in text or "ConsensusRSM" in text
    load = Load(
        operations=10,
        faults=DOUBLES if known_again else LOSSES,
        moves=0 if "ConsensusRSM" in text else 2,
        crashes=1,
        pauses=1,
        cuts=1,
        oms_ends=1,
        rest=10.0,
        pause=2.0,
    )
    judge(register_history(Chain.parse(text, REGISTRY), seed, load), "kv", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", ONCE)
def test_each_call_runs_once(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    load = Load(operations=12, faults=DOUBLES, crashes=1, pauses=1, cuts=1, oms_ends=1, rest=10.0, pause=2.0)
    judge(counter_history(Chain.parse(text, REGISTRY), seed, load), "counter", porcupine, tmp_path)


def test_attach_looks_at_members_that_run_on_all_shards() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", MAP)
        for chain, reason in (("DHT(all=[keys:list])", "size takes 0 arguments"), ("DHT(all=[keys:list,size:sum,sighs:sum])", "'sighs'")):
            error = await error_of(cluster.attach("map", chain))
            assert isinstance(error, ChainInvalid) and reason in error.message, error
        assert await stub.call("size") == 0

    run(scenario)


def test_the_object_itself_runs_no_call_of_a_shard() -> None:
    """Also where a program sends it there, past the proxies."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", MAP, {"x": 1})
        chain = await cluster.client("client").chain("map")
        call = Invocation(cluster.id_of("map"), "put", ("x", 2), request_id="past the proxies")
        error = await error_of(cluster.client("client").process.ask(lambda: chain._send(call)))
        assert isinstance(error, ChainInvalid) and error.outcome is Outcome.NOT_RUN
        assert not cluster.executions("map")
        assert await stub.call("get", "x") == 1

    run(scenario)
