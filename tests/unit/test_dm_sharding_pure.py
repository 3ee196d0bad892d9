"""Keys, hashes, routes and gathering of divided objects: the parts of DHT without any process."""

from __future__ import annotations

from typing import Any

import pytest
from amino_dms.api import Interface, Method
from amino_dms.chain import Chain, Registry, explain_text, problems
from amino_dms.sharding.gathering import gathered, settle
from amino_dms.sharding.hashing import jump, key_hash, shard_of
from amino_dms.sharding.keys import KeyPath
from amino_dms.sharding.routes import Routes
from amino_wire.errors import ArgumentInvalid, ChainInvalid, KernelUnavailable, Outcome, ValueInvalid
from amino_wire.frames import Invocation
from amino_wire.values import decode, encode

REGISTRY = Registry.installed()
KEYS = [f"key {number}" for number in range(20_000)]
PUT = Method("put", arity=2, parameters=("key", "value"))
SIZE = Method("size", read_only=True, arity=0)
MERGE = Method("merge_top", arity=1, parameters=("answers",))
TOP = Method("top", arity=0)
ANY = Method("any_number")
MAP = Interface("Map", (PUT, SIZE))


def call(*args: Any, **kwargs: Any) -> Invocation:
    return Invocation("map", "put", args, kwargs=kwargs)


def test_hashes_are_those_of_every_other_version() -> None:
    """Keys lie in shards by them: they may never change."""
    assert [key_hash(key) for key in ("", "x", 0, -1, 10**30, b"x", ["x", 1])] == HASHES
    assert [shard_of(f"key {number}", 4) for number in range(12)] == PLACES


HASHES = [
    16650197346871784827,
    17381406808462948142,
    3902524889876599791,
    5306626012942620108,
    8414957038658731963,
    7055284077710628326,
    4590153295449574836,
]
PLACES = [3, 3, 1, 1, 0, 2, 3, 1, 3, 1, 2, 0]


@pytest.mark.parametrize("same", [(2, 2.0), ("x", "x"), (["a", 1], ("a", 1.0)), (-(10**15), -1e15)])
def test_equal_keys_have_one_hash(same: tuple[Any, Any]) -> None:
    one, other = same
    assert key_hash(one) == key_hash(other) == key_hash(decode(encode(one)))


@pytest.mark.parametrize(
    "apart", [("1", 1), ("x", b"x"), (["a", "b"], ["ab"]), (["a", ["b"]], ["a", "b"]), (["", "a"], ["a", ""]), ([], "")]
)
def test_different_keys_have_different_hashes(apart: tuple[Any, Any]) -> None:
    assert key_hash(apart[0]) != key_hash(apart[1])


@pytest.mark.parametrize("key", [None, True, 0.5, float("nan"), float("inf"), {"a": 1}, {1}, [None], ["x", 0.5]])
def test_what_is_no_key_is_refused(key: Any) -> None:
    with pytest.raises(ArgumentInvalid, match="a key must be") as raised:
        shard_of(key, 4)
    assert raised.value.outcome is Outcome.NOT_RUN


@pytest.mark.parametrize("shards", [1, 2, 3, 4, 7, 16, 64])
def test_shards_get_equal_parts(shards: int) -> None:
    """Within five standard deviations."""
    mean = len(KEYS) / shards
    counts = [0] * shards
    for key in KEYS:
        counts[shard_of(key, shards)] += 1
    assert all(abs(count - mean) <= 5 * mean**0.5 for count in counts), counts


@pytest.mark.parametrize("shards", [1, 2, 3, 4, 8, 15])
def test_a_new_shard_takes_its_part_and_nothing_else_moves(shards: int) -> None:
    moved = [(shard_of(key, shards), shard_of(key, shards + 1)) for key in KEYS]
    elsewhere = [(before, after) for before, after in moved if before != after]
    assert {after for _, after in elsewhere} == {shards}
    assert abs(len(elsewhere) - len(KEYS) / (shards + 1)) <= 5 * (len(KEYS) / (shards + 1)) ** 0.5


def test_the_jump_hash_needs_no_floats() -> None:
    assert {jump(number, 1) for number in (0, 1, 2**64 - 1)} == {0}
    assert all(0 <= jump(number, 256) < 256 for number in (0, 1, 2**63, 2**64 - 1))


@pytest.mark.parametrize(
    ("written", "made", "key"),
    [
        (0, call("a", 1), "a"),
        (1, call("a", 1), 1),
        (0, call(key="a", value=1), "a"),
        ("key", call("a", 1), "a"),
        ("key", call(value=1, key="a"), "a"),
        ("value.user.id", call("a", {"user": {"id": 7}}), 7),
        ("1.user", call("a", {"user": "u"}), "u"),
    ],
)
def test_a_key_is_found_by_place_and_by_name(written: int | str, made: Invocation, key: Any) -> None:
    assert KeyPath.read(written).of(made, PUT) == key
    assert str(KeyPath.read(written)) == str(written)


@pytest.mark.parametrize(
    ("written", "made"), [(0, call()), ("value", call("a")), ("value.id", call("a", {})), ("value.id", call("a", "text"))]
)
def test_a_call_without_its_key_did_not_run(written: int | str, made: Invocation) -> None:
    with pytest.raises(ArgumentInvalid, match="called without its key") as raised:
        KeyPath.read(written).of(made, PUT)
    assert raised.value.outcome is Outcome.NOT_RUN


@pytest.mark.parametrize(
    ("settings", "methods", "reason"),
    [
        ((0, (), ("size:sum",)), (PUT, SIZE), None),
        ((0, (), ("size:sum,top:merge_top",)), (PUT, SIZE, TOP, MERGE, ANY), None),
        (("key", ("put:value",), ("size:sum",)), (PUT, SIZE), None),
        ((0, (), ()), (PUT, SIZE), "size takes 0 arguments"),
        ((2, (), ("size:sum",)), (PUT, SIZE), "put takes 2 arguments"),
        (("user", (), ("size:sum",)), (PUT, SIZE), "put(key, value) has no argument 'user'"),
        (("user", (), ()), (ANY,), "as far as the names of its arguments are known"),
        ((0, (), ("sise:sum",)), (PUT,), "no member 'sise'"),
        ((0, ("puts:1",), ()), (PUT,), "no member 'puts'"),
        ((0, (), ("top:merge_all",)), (PUT, TOP), "no member 'merge_all'"),
    ],
)
def test_every_member_must_have_a_way(settings: Any, methods: tuple[Method, ...], reason: str | None) -> None:
    problem = Routes.read(*settings).problem(Interface("Map", methods))
    assert problem is None if reason is None else problem is not None and reason in problem, problem


@pytest.mark.parametrize(
    "settings",
    ["key=-1", "key=1.5", "key=user.", "key=.id", "shards=0", "shards=1000", "all=[size]", "all=[a:sum,a:list]", "keys=[a:1],all=[a:sum]"],
)
def test_settings_that_cannot_be_are_refused(settings: str) -> None:
    with pytest.raises(ChainInvalid, match="DHT"):
        Chain.parse(f"DHT({settings})", REGISTRY)


def test_answers_become_one() -> None:
    assert gathered("names", "list", [["a"], ["b", "c"], [], "d", None]) == ["a", "b", "c", "d", None]
    assert gathered("totals", "map", [{"a": 1}, {}, {"b": 2, "a": 3}]) == {"a": 3, "b": 2}
    assert gathered("size", "sum", [1, None, 2.5]) == 3.5
    assert gathered("find", "first", [None, 0, 1]) == 0
    assert gathered("find", "first", [None, None]) is None
    for word, answers in (("map", [{}, []]), ("sum", [1, "2"]), ("sum", [True])):
        with pytest.raises(ValueInvalid, match=r"size ran on all shards, but shard \d answered no") as raised:
            gathered("size", word, answers)
        assert raised.value.outcome is Outcome.RAN


def test_an_error_of_one_shard_does_not_say_that_nothing_ran() -> None:
    """Where others did: a caller would send the call to all of them again."""
    refused = KernelUnavailable("away", outcome=Outcome.NOT_RUN)
    with pytest.raises(KernelUnavailable) as raised:
        settle([1, refused])
    assert raised.value.outcome is Outcome.UNKNOWN
    alone = [KernelUnavailable("away", outcome=Outcome.NOT_RUN) for _ in range(2)]
    with pytest.raises(KernelUnavailable) as raised:
        settle(alone)
    assert raised.value.outcome is Outcome.NOT_RUN


def test_a_chain_is_cut_behind_the_manager_that_divides() -> None:
    whole = Chain.parse("Retry,DHT(shards=4),AtMostOnceRPC,ConsensusRSM", REGISTRY)
    assert str(whole.here) == "Retry,DHT" and str(whole.here.behind) == "AtMostOnceRPC,ConsensusRSM"
    assert whole.here.whole == whole and whole.here.here is whole.here and whole.divider is whole.managers[1]
    assert whole.here.hands_behind("members", "") and not whole.here.hands_behind("shards", "")
    plain = Chain.parse("Retry,ConsensusRSM", REGISTRY)
    assert plain.here is plain and plain.whole is plain and plain.divider is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Retry,DHT,ConsensusRSM", ""),
        ("LeaseCaching,DHT", "LeaseCaching must stand behind DHT"),
        ("KeepInRegion,DHT", "KeepInRegion must stand behind DHT"),
        ("LoadBalancedFrontEnd,DHT", "LoadBalancedFrontEnd must stand behind DHT"),
        ("DHT,LockingTransactions", "DHT cannot be with LockingTransactions"),
        ("DHT,DHT", "stands in it twice"),
        ("DHT,LoadBalancedFrontEnd,ConsensusRSM", "cannot be with"),
    ],
)
def test_what_stands_before_and_behind(text: str, reason: str) -> None:
    found = problems(Chain.parse(text, REGISTRY))
    assert (not found) if not reason else any(reason in each for each in found), found


def test_the_tree_is_drawn_before_anything_is_placed() -> None:
    chain = Chain.parse("Retry,DHT(shards=2,all=[size:sum]),ConsensusRSM", REGISTRY)
    drawn = explain_text(chain, MAP, name="orders", places={0: "north", 4: "south"})
    assert "caller → Retry proxy → DHT proxy → one of 2 shards → ConsensusRSM proxy" in drawn
    assert "~ network ~ ConsensusRSM instance manager → " in drawn
    assert drawn.split("replicas\n")[1].split("\n\n")[0].splitlines() == [
        "  orders",
        "  ├─ DHT 1 of 2",
        "  │  ├─ ConsensusRSM 1 of 3 on north",
        "  │  ├─ ConsensusRSM 2 of 3 on a node the OMS picks",
        "  │  └─ ConsensusRSM 3 of 3 on a node the OMS picks",
        "  └─ DHT 2 of 2",
        "     ├─ ConsensusRSM 1 of 3 on a node the OMS picks",
        "     ├─ ConsensusRSM 2 of 3 on south",
        "     └─ ConsensusRSM 3 of 3 on a node the OMS picks",
    ]
