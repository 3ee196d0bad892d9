"""Where the replicas of a group go: the choice by itself, without a cluster."""

from __future__ import annotations

from collections import Counter
from itertools import product
from random import Random

import pytest
from amino_dms.replication.placing import Place, Seen, Wish, exchange, home_of, lacks, more

REGIONS = {"e1": "east", "e2": "east", "e3": "east", "w1": "west", "w2": "west", "n1": "north", "n2": "north", "s1": "south"}
GEO = Wish(Place.GEO, 3, 3)
CLUSTER = Wish(Place.CLUSTER, 3)
CALLERS = Wish(Place.CALLERS, 3)


def seen(
    *there: str, sites: str = "e1 e2 e3 w1 w2 n1 n2 s1", leader: int = 0, calls: dict[str, float] | None = None, settled: str = ""
) -> Seen:
    """Replicas on these nodes; all that are named live."""
    living = {*sites.split(), *there}
    return Seen(
        there=dict(enumerate(there)),
        regions={node: region for node, region in REGIONS.items() if node in living},
        sites=frozenset(sites.split()),
        leader=leader,
        calls=calls or {},
        settled=frozenset(settled.split() or (calls or {})),
    )


def settle(wish: Wish, at: Seen, random: Random) -> Seen:
    """What becomes of a group whose coordinator does as it is told."""
    there = dict(at.there)
    for _ in range(50):
        now = Seen(there, at.regions, at.sites, at.leader, at.calls, at.settled)
        if len(there) < wish.replicas and (nodes := more(wish, now)):
            there[next(number for number in range(99) if number not in there)] = random.choice(sorted(nodes))
        elif (step := exchange(wish, now)) is not None:
            del there[step.number]
            there[next(number for number in range(99) if number not in there)] = random.choice(sorted(step.nodes))
        else:
            return now
    raise AssertionError(f"never at rest: {there}")


def test_a_cluster_stays_in_the_region_of_most_replicas() -> None:
    assert more(CLUSTER, seen("e1", "e2")) == {"e3"}
    assert more(CLUSTER, seen("w1", "w2")) == frozenset()
    assert exchange(CLUSTER, seen("w1", "w2")) is None


def test_a_cluster_begins_where_all_have_room() -> None:
    assert more(CLUSTER, seen("w1")) == {"e1", "e2", "e3"}
    step = exchange(CLUSTER, seen("w1", "e1", "e2"))
    assert step is not None and (step.number, step.nodes) == (0, {"e3"})


def test_a_cluster_says_what_it_lacks() -> None:
    assert lacks(CLUSTER, seen("e1", "e2", "e3")) == ""
    assert lacks(CLUSTER, seen("w1", "w2")) == "1 of 3 replicas have no kernel"
    assert lacks(CLUSTER, seen("e1", "e2", "w1", sites="e1 e2 w1")) == "1 outside region east"


def test_regions_are_taken_one_after_another() -> None:
    assert more(GEO, seen("e1")) == {"w1", "w2", "n1", "n2", "s1"}
    assert more(GEO, seen("e1", "w1")) == {"n1", "n2", "s1"}


def test_a_missing_region_is_named_and_made_up_for_when_it_comes() -> None:
    two = "e1 e2 e3 w1 w2"
    assert more(GEO, seen("e1", "w1", sites=two)) == {"e2", "e3", "w2"}
    there = seen("e1", "w1", "e2", sites=two)
    assert exchange(GEO, there) is None
    assert "1 of 3 regions are missing: replicas are in east, west" in lacks(GEO, there)
    assert "region east has 2 of 3" in lacks(GEO, there)
    step = exchange(GEO, seen("e1", "w1", "e2"))
    assert step is not None and step.number == 2
    assert step.nodes == {"n1", "n2", "s1"}


def test_two_regions_are_no_three_where_two_are_asked_for() -> None:
    wish = Wish(Place.GEO, 3, 2)
    assert more(wish, seen("e1", "w1")) == {"e2", "e3", "w2"}
    assert lacks(wish, seen("e1", "w1", "e2")) == ""


def test_nothing_is_exchanged_while_a_node_is_away() -> None:
    there = seen("e1", "e2", "w1")
    assert exchange(GEO, there) is not None
    away = Seen(there.there, {node: region for node, region in there.regions.items() if node != "e2"}, there.sites - {"e2"}, 0)
    assert exchange(GEO, away) is None
    assert exchange(GEO, seen("e1", "e1", "w1")) is None


def test_the_leader_stays_where_another_one_can_go() -> None:
    for leader in range(3):
        step = exchange(GEO, seen("e1", "e2", "w1", leader=leader))
        assert step is not None and step.number == (0 if leader == 1 else 1)


@pytest.mark.parametrize("seed", range(200))
def test_groups_come_to_rest_and_survive_the_end_of_a_region_where_that_can_be(seed: int) -> None:
    """Whatever nodes there are, and wherever the replicas were: where three regions have room, none has a majority."""
    random = Random(seed)
    replicas, regions = random.choice([(3, 2), (3, 3), (5, 2), (5, 3), (5, 5), (7, 3)])
    nodes = {f"{region}{number}": region for region, number in product("abcd", range(random.randrange(1, 5))) if random.random() < 0.9}
    sites = frozenset(nodes)
    start = random.sample(sorted(sites), min(len(sites), random.randrange(1, replicas + 1)))
    for place in (Place.CLUSTER, Place.GEO, Place.ANYWHERE):
        wish = Wish(place, replicas, regions)
        at = settle(wish, Seen(dict(enumerate(start)), nodes, sites), random)
        assert len(set(at.there.values())) == len(at.there)
        counts, room = at.counts(), Counter(nodes.values())
        if place is Place.CLUSTER:
            home = home_of(wish, at)
            assert all(nodes[node] == home for node in at.there.values()) or not [node for node in at.free if nodes[node] == home]
        if place is Place.GEO:
            assert len(at.there) == min(replicas, len(sites))
            fitting = sum(min(count, wish.most) for count in room.values())
            if fitting >= replicas and len(at.there) == replicas:
                assert max(counts.values()) <= wish.most
            if len(room) >= regions and replicas <= len(sites):
                assert len(counts) >= regions
            if regions >= 3 and not lacks(wish, at):
                assert all(replicas - count > replicas // 2 for count in counts.values())


def test_replicas_go_to_the_nodes_that_call() -> None:
    at = settle(CALLERS, seen("e1", calls={"w1": 50.0, "n1": 20.0, "s1": 5.0, "e1": 1.0}), Random(1))
    assert set(at.there.values()) == {"w1", "n1", "s1"}


def test_a_place_that_no_caller_needs_is_kept_elsewhere() -> None:
    at = settle(CALLERS, seen("e1", calls={"w1": 50.0}), Random(1))
    assert "w1" in at.there.values()
    assert len(at.there) == 3


def test_callers_without_a_kernel_of_their_own_are_served_nearby() -> None:
    """The node s1 calls and may have no replica; nor may n1, whose region has another node."""
    sites = "e1 e2 e3 w1 n2"
    there = seen("e1", "e2", "e3", sites=sites)
    living = {**there.regions, "n1": "north", "s1": "south"}
    at = Seen(there.there, living, there.sites, 0, {"n1": 9.0, "s1": 9.0}, frozenset({"n1", "s1"}))
    step = exchange(CALLERS, at)
    assert step is not None and step.nodes == {"n2"}


def test_a_replica_is_not_moved_for_a_little_more() -> None:
    """Or for a node that has begun to call just now."""
    calls = {"e1": 10.0, "e2": 10.0, "e3": 10.0, "w1": 19.0}
    assert exchange(CALLERS, seen("e1", "e2", "e3", calls=calls)) is None
    calls["w1"] = 21.0
    assert exchange(CALLERS, seen("e1", "e2", "e3", calls=calls)) is not None
    assert exchange(CALLERS, seen("e1", "e2", "e3", calls=calls, settled="e1 e2 e3")) is None
