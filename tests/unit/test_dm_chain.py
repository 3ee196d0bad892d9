"""Chains: what people write, what is refused, what is left of a chain on the path of a call."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from importlib.metadata import EntryPoint

import pytest
from amino_dms.api import (
    Declarations,
    DeploymentManager,
    InstanceManager,
    Interface,
    Invocation,
    Method,
    Next,
    NoConfig,
    Node,
    ObjectRule,
    Proxy,
    Rule,
    Trait,
)
from amino_dms.chain import (
    KEPT,
    Chain,
    ManagerSpec,
    ObjectFacts,
    Registry,
    check,
    explain,
    explain_text,
    parse_chain,
    plan,
    problems,
    registry,
)
from amino_wire.errors import ChainInvalid

REGISTRY = Registry.installed()
READS_ONLY = Interface("R", (Method("get", read_only=True),))
WRITES = Interface("W", (Method("get", read_only=True), Method("put")))


def chain(text: str) -> Chain:
    """A chain of Amino's managers."""
    return Chain.parse(text, REGISTRY)


@pytest.mark.parametrize(
    ("text", "specs"),
    [
        ("", []),
        ("Retry", [("Retry", {})]),
        (" Retry , LeaseCaching ( lease = 10s ) ", [("Retry", {}), ("LeaseCaching", {"lease": timedelta(seconds=10)})]),
        ("A(x=1,y=-2.5,z=1e3)", [("A", {"x": 1, "y": -2.5, "z": 1000.0})]),
        ("A(x=true,y=false,z=null)", [("A", {"x": True, "y": False, "z": None})]),
        ("A(x=250ms,y=1.5h,z=64KiB)", [("A", {"x": timedelta(milliseconds=250), "y": timedelta(minutes=90), "z": 65536})]),
        ("A(x=\"a, b) 'c'\",y='d\\'e')", [("A", {"x": "a, b) 'c'", "y": "d'e"})]),
        ("A(x=[put,2,[]],y=[])", [("A", {"x": ["put", 2, []], "y": []})]),
        ("A()", [("A", {})]),
    ],
)
def test_what_people_write(text: str, specs: list[tuple[str, dict[str, object]]]) -> None:
    assert parse_chain(text) == tuple(ManagerSpec(name, settings) for name, settings in specs)


@pytest.mark.parametrize(
    ("text", "position", "complaint"),
    [
        ("Retry,", 6, "name of a deployment manager"),
        (",Retry", 0, "name of a deployment manager"),
        ("Retry LeaseCaching", 6, "comma or the end"),
        ("Retry(timeout=3s", 16, "comma or a closing"),
        ("Retry(timeout)", 13, "expected = after timeout"),
        ("Retry(3s)", 6, "setting of Retry"),
        ("Retry(timeout=)", 14, "expected a value"),
        ("Retry(timeout=1s,timeout=2s)", 17, "set twice"),
        ("A(x='open)", 4, "never closed"),
        ("A(x=[1 2])", 7, "comma or a closing bracket"),
    ],
)
def test_what_cannot_be_read_is_shown_in_its_place(text: str, position: int, complaint: str) -> None:
    with pytest.raises(ChainInvalid, match=complaint) as caught:
        parse_chain(text)
    assert caught.value.details["position"] == position
    line, mark = caught.value.message.splitlines()[-2:]
    assert line == f"  {text}" and mark.index("^") == position + 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Retry,Retry", "Retry stands in it twice"),
        ("LeaseCaching,ConsistentCaching", "choose one"),
        ("LockingTransactions,OptimisticTransactions", "choose one"),
        ("PeriodicCheckpoint,ExplicitCheckpoint", "which|choose one"),
        ("PeriodicCheckpoint,AtMostOnceRPC", "AtMostOnceRPC must stand before PeriodicCheckpoint"),
        ("LockingTransactions,SerializableRPC", "LockingTransactions must stand after SerializableRPC"),
        ("KeepInPlace,ExplicitMigration", "one keeps the object where it was made"),
        ("LoadBalancedFrontEnd,LockingTransactions", "each replica has a state of its own"),
    ],
)
def test_what_cannot_work_together_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(ChainInvalid, match=said) as caught:
        check(chain(text))
    assert caught.value.details["reasons"] == list(problems(chain(text)))


def test_the_order_decides() -> None:
    check(chain("AtMostOnceRPC,PeriodicCheckpoint"))
    check(chain("SerializableRPC,LockingTransactions"))


def test_an_object_whose_state_cannot_be_copied() -> None:
    facts = ObjectFacts(capturable=False, lost=("counter.#hidden",))
    with pytest.raises(ChainInvalid, match=r"counter.#hidden.*amino_save"):
        check(chain("PeriodicCheckpoint"), facts)
    check(chain("Retry"), facts)
    check(chain("PeriodicCheckpoint"), ObjectFacts())


class Needy(DeploymentManager):
    """Needs another manager."""

    promise = "None."
    declares = Declarations(needs=(Rule(Trait.DEDUPLICATES, "it sends everything twice"),))


class OwnTransactions(DeploymentManager):
    """Transactions of a third party, whose part knows no log."""

    promise = "None."
    declares = Declarations(traits=frozenset({Trait.TRANSACTIONS, Trait.HAS_STATE}))


def test_transactions_before_a_log_need_a_part_for_it() -> None:
    logged = chain("ConsensusRSM").managers
    found = problems(Chain([OwnTransactions(), *logged]))
    assert any("OwnTransactions cannot stand before ConsensusRSM" in each and "`DeploymentManager.in_order`" in each for each in found)
    check(Chain([OwnTransactions()]))
    check(Chain([*chain("LockingTransactions").managers, *logged]))


def test_needs_are_checked() -> None:
    assert "it sends everything twice" in problems(Chain([Needy()]))[0]
    together = Chain([*chain("AtMostOnceRPC").managers, Needy()])
    check(together)


def test_parts_without_calls_vanish() -> None:
    assert chain("KeepInPlace,ExplicitMigration").callers() == ()
    assert not chain("Retry,ExplicitMigration,LoadBalancedFrontEnd").is_managed(WRITES)
    assert chain("Retry,SerializableRPC").is_managed(WRITES)
    assert chain("Retry,SerializableRPC").callers() == (0,)
    assert not chain("WriteThroughCaching").is_managed(READS_ONLY), "nothing can be written"
    assert chain("WriteThroughCaching").is_managed(WRITES)


def test_the_gate_of_the_object_takes_the_place_of_the_innermost_part() -> None:
    lone = chain("Retry,SerializableRPC")
    assert lone.rule(WRITES, KEPT) is ObjectRule.ALONE
    assert not lone.is_managed(WRITES, KEPT)
    assert lone.rule(WRITES, ()) is None and lone.receivers(WRITES, ()) == (1,), "a host whose objects have no such gate"
    assert chain("SerializableRPC,ExplicitCheckpoint").receivers(WRITES, KEPT) == (1,)
    assert chain("ExplicitCheckpoint,SerializableRPC").receivers(WRITES, KEPT) == (0, 1), "another part stands nearer the object"
    durable = chain("DurableSerializableRPC")
    assert durable.rule(WRITES, KEPT) is ObjectRule.ALONE and durable.receivers(WRITES, KEPT) == (0,), "it has more to do"
    assert chain("Retry,AtMostOnceRPC").rule(WRITES, KEPT) is None
    assert explain(lone, WRITES)["call_path"] == ["caller", "Retry proxy", "network", "gate of the object", "object"]


def test_a_chain_is_what_its_record_says() -> None:
    written = chain("Retry(timeout=1m,first=20ms),ExplicitCaching(defer=[put,'two words'])")
    assert written.specs()[0] == ("Retry", {"timeout": timedelta(minutes=1)}), "defaults are not recorded"
    assert str(written) == 'Retry(timeout=1m),ExplicitCaching(defer=[put,"two words"])'
    assert chain(str(written)) == written
    assert Chain.of(written.specs(), REGISTRY) == written


def test_the_papers_name_means_retry() -> None:
    assert chain("AtLeastOnceRPC").managers[0].name == "Retry"


def test_commands_and_their_places() -> None:
    commands = chain("ExplicitMigration,ExplicitCheckpoint,ExplicitCaching").commands()
    assert {name: (place.index, place.part) for name, (place,) in commands.items()} == {
        "migrate_to": (0, "coordinator"),
        "where": (0, "coordinator"),
        "checkpoint": (1, "instance_manager"),
        "revert": (1, "instance_manager"),
        "pull": (2, "proxy"),
        "push": (2, "proxy"),
    }


def test_placement_asks_all_managers() -> None:
    east, west = Node("e", {"region": "east"}), Node("w", {"region": "west"})
    together = chain("KeepInRegion,Retry")
    assert together.refuses(east, None) is None
    assert together.refuses(east, east) is None
    assert "KeepInRegion" in (together.refuses(west, east) or "")
    assert "region south" in (chain("KeepInRegion(region=south)").refuses(west, None) or "")


class Sharded(DeploymentManager):
    """Divides an object in two."""

    promise = "None."

    def fan_out(self) -> int:
        """Two."""
        return 2


def test_the_replica_tree_is_planned_from_the_outside() -> None:
    tree = plan(Chain([Sharded(), *chain("Retry,LoadBalancedFrontEnd(replicas=3)").managers]))
    assert [child.leaves() for child in tree.children] == [(0, 1, 2), (3, 4, 5)]
    assert Chain([Sharded(), *chain("LoadBalancedFrontEnd(replicas=3)").managers]).replicas() == 6
    assert plan(chain("Retry")).leaves() == (0,)


def test_explanation_draws_the_path_and_the_tree() -> None:
    text = explain_text(chain("Retry,LoadBalancedFrontEnd(replicas=2)"), WRITES, name="kv", places={0: "a"})
    assert "caller → Retry proxy → LoadBalancedFrontEnd proxy" in text
    assert "straight from the frame to the object" in text
    assert "└─ LoadBalancedFrontEnd 2 of 2 on a node the OMS picks" in text
    assert "├─ LoadBalancedFrontEnd 1 of 2 on a\n" in text
    told = explain(chain("AtMostOnceRPC,ExplicitCheckpoint"), WRITES)
    assert told["call_path"][-3:] == ["ExplicitCheckpoint instance manager", "AtMostOnceRPC instance manager", "object"]
    assert told["commands"] == {"checkpoint": ["ExplicitCheckpoint"], "revert": ["ExplicitCheckpoint"]}
    assert "cannot work" in explain_text(chain("Retry,Retry"))


def test_explanation_shows_every_setting() -> None:
    text = explain_text(chain("LeaseCaching(lease=10s)"))
    manager = chain("LeaseCaching(lease=10s)").managers[0]
    names = [field.name for field in dataclasses.fields(manager.config)]
    assert len(names) > 1 and all(f"{name}=" in text for name in names) and "lease=10s" in text
    assert explain(chain("LeaseCaching(lease=10s)"))["managers"][0]["settings"].count("=") == len(names)


def test_managers_of_other_packages_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("Needy", f"{__name__}:Needy", registry.ENTRY_POINT_GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _: Needy)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == "amino.deployment_managers" else [])
    assert Registry.installed().find("Needy") is Needy


def test_bad_managers_are_refused() -> None:
    class Retry(DeploymentManager):
        """Has a name of ours."""

        promise = "None."

    class Silent(DeploymentManager):
        """Promises nothing."""

    class Confused(DeploymentManager):
        """Has a proxy for an instance manager."""

        promise = "None."
        instance_manager = Proxy  # type: ignore[assignment]

    with pytest.raises(ChainInvalid, match="two deployment managers are called Retry"):
        Registry([*REGISTRY, Retry])
    with pytest.raises(ChainInvalid, match="makes no promise"):
        Registry([Silent])
    with pytest.raises(ChainInvalid, match="InstanceManager"):
        Registry([Confused])
    with pytest.raises(ChainInvalid, match="no deployment manager"):
        Registry([int])  # type: ignore[list-item]


class Passing(InstanceManager[NoConfig]):
    """Overrides the call upcall."""

    async def on_call(self, call: Invocation, next: Next) -> object:
        """Hands it on."""
        return await next(call)


def test_a_subclass_that_overrides_nothing_is_left_out() -> None:
    class Idle(InstanceManager[NoConfig]):
        """Overrides nothing."""

    class IdleManager(DeploymentManager):
        """Has an idle part."""

        promise = "None."
        instance_manager = Idle

    class BusyManager(DeploymentManager):
        """Has a busy part."""

        promise = "None."
        instance_manager = Passing

    assert Chain([IdleManager(), BusyManager()]).receivers(WRITES) == (1,)
