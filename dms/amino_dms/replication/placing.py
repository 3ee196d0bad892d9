"""On which nodes the replicas of a group should be. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FOLLOWED: Final = 2.0
"""How many times as many calls must come from a node than from that of a replica, before the replica goes there."""
_NO_CALLS: Mapping[str, float] = {}


class Place(StrEnum):
    """Where the replicas of a group are."""

    ANYWHERE = "anywhere"
    """On nodes of their own."""
    CLUSTER = "cluster"
    """On nodes of one region."""
    GEO = "geo"
    """On nodes of several regions, so that the end of one region ends no majority."""
    CALLERS = "callers"
    """On the nodes that call, as many as there are replicas; other nodes have the rest."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the settings of a group ask for.

    Arguments:
        place: see there.
        replicas: how many, 2f+1 of which f may fail.
        regions: in how many regions, with `geo`.
    """

    place: Place = Place.ANYWHERE
    replicas: int = 3
    regions: int = 3

    @property
    def most(self) -> int:
        """How many replicas one region has at most: f, or more where there are to be too few regions for that."""
        return max((self.replicas - 1) // 2, -(-self.replicas // self.regions))


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known when a place is chosen.

    Arguments:
        there: the node of each replica, by its number.
        regions: the region of each living node.
        sites: the nodes where a replica may be, those that have one among them.
        leader: the number of the replica that leads; -1: nobody knows.
        calls: how much each node calls; those that call nothing may be absent.
        settled: the nodes that have called for so long that replicas may follow them.
    """

    there: Mapping[int, str]
    regions: Mapping[str, str]
    sites: frozenset[str]
    leader: int = -1
    calls: Mapping[str, float] = field(default_factory=lambda: _NO_CALLS)
    settled: frozenset[str] = frozenset()

    @property
    def free(self) -> frozenset[str]:
        """The sites that have no replica."""
        return self.sites - set(self.there.values())

    def region(self, node: str) -> str:
        """The region of a node; empty where it has none, or is not there."""
        return self.regions.get(node, "")

    def counts(self) -> Counter[str]:
        """How many replicas there are in each region, on nodes that live."""
        return Counter(self.regions[node] for node in self.there.values() if node in self.regions)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A replica on one of the nodes takes the place of the replica of that number."""

    number: int
    nodes: frozenset[str]


def more(wish: Wish, seen: Seen) -> frozenset[str]:
    """The nodes of which one should get one more replica; none: there is no place for it."""
    match wish.place:
        case Place.CLUSTER:
            home = home_of(wish, seen)
            return frozenset(node for node in seen.free if seen.region(node) == home)
        case Place.GEO:
            return _spread(wish, seen, seen.counts())
        case Place.CALLERS:
            wanted = _demand(seen)
            best = max((wanted.get(node, 0.0) for node in seen.free), default=0.0)
            return frozenset(node for node in seen.free if wanted.get(node, 0.0) == best)
        case Place.ANYWHERE:
            return seen.free


def exchange(wish: Wish, seen: Seen) -> Exchange | None:
    """The next replica that should be elsewhere; None: none should. Each exchange brings the group nearer to the wish, so they end.

    As long as a node with a replica is away, or two replicas share one, nothing is exchanged: what has failed comes first.
    """
    nodes = list(seen.there.values())
    if len(set(nodes)) < len(nodes) or any(node not in seen.regions for node in nodes):
        return None
    match wish.place:
        case Place.CLUSTER:
            home = home_of(wish, seen)
            outside = [number for number, node in seen.there.items() if seen.region(node) != home]
            inside = frozenset(node for node in seen.free if seen.region(node) == home)
            return Exchange(_first(outside, seen), inside) if outside and inside else None
        case Place.GEO:
            return _balancing(wish, seen)
        case Place.CALLERS:
            return _following(seen)
        case Place.ANYWHERE:
            return None


def lacks(wish: Wish, seen: Seen) -> str:
    """What the group lacks of the wish, for people; empty: nothing."""
    found = list[str]()
    there = len(set(seen.there.values()))
    if there < wish.replicas:
        found.append(f"{wish.replicas - there} of {wish.replicas} replicas have no kernel")
    counts = seen.counts()
    if wish.place is Place.CLUSTER:
        home = home_of(wish, seen)
        found += [f"{count} outside region {_named(home)}" for count in [counts.total() - counts[home]] if count]
    elif wish.place is Place.GEO:
        if len(counts) < wish.regions:
            found.append(f"{wish.regions - len(counts)} of {wish.regions} regions are missing: replicas are in {_list(counts)}")
        crowded = [region for region, count in sorted(counts.items()) if count > wish.most]
        found += [f"region {_named(region)} has {counts[region]} of {wish.replicas} replicas" for region in crowded]
    return "; ".join(found)


def home_of(wish: Wish, seen: Seen) -> str:
    """The region of a group that is in one: that of most replicas. A single replica may still go where there is more room."""
    counts = seen.counts()
    room = Counter(seen.regions[node] for node in seen.sites | set(seen.there.values()) if node in seen.regions)
    alone = counts.total() < 2

    def rank(region: str) -> tuple[int, int, int, str]:
        fitting, count = min(wish.replicas, room[region]), counts[region]
        return (fitting, count, room[region], region) if alone else (count, fitting, room[region], region)

    return max(sorted({*counts, *room}, reverse=True), key=rank, default="")


def _spread(wish: Wish, seen: Seen, counts: Counter[str]) -> frozenset[str]:
    """The free sites of the regions that want one more replica most."""
    costs = {region: _cost(wish, counts + Counter([region])) for region in {seen.region(node) for node in seen.free}}
    best = min(costs.values(), default=None)
    return frozenset(node for node in seen.free if costs[seen.region(node)] == best)


def _cost(wish: Wish, counts: Counter[str]) -> tuple[int, int, int, int]:
    """How far a spread is from the wish: first that no region has too many, then the number of regions, then evenness."""
    used = sum(count > 0 for count in counts.values())
    too_many = sum(max(0, count - wish.most) for count in counts.values())
    return too_many, max(0, used - wish.regions), -min(used, wish.regions), sum(count * count for count in counts.values())


def _balancing(wish: Wish, seen: Seen) -> Exchange | None:
    counts = seen.counts()
    best, cost = None, _cost(wish, counts)
    for region in sorted(counts):
        left = counts - Counter([region])
        nodes = _spread(wish, seen, left)
        to = {seen.region(node) for node in nodes}
        if to and (after := _cost(wish, left + Counter([min(to)]))) < cost:
            cost = after
            best = Exchange(_first([number for number, node in seen.there.items() if seen.region(node) == region], seen), nodes)
    return best


def _following(seen: Seen) -> Exchange | None:
    wanted, settled = _demand(seen), _demand(seen, seen.settled)
    free = sorted(node for node in seen.free if settled.get(node, 0.0) > 0)
    if not free or not seen.there:
        return None
    best = max(free, key=lambda node: wanted.get(node, 0.0))
    least = min(seen.there, key=lambda number: (wanted.get(seen.there[number], 0.0), number == seen.leader, -number))
    if wanted[best] < FOLLOWED * wanted.get(seen.there[least], 0.0):
        return None
    return Exchange(least, frozenset([best]))


def _demand(seen: Seen, only: frozenset[str] | None = None) -> dict[str, float]:
    """How much is called from each site: by its own node, and by nodes near it that are none."""
    found = dict[str, float]()
    for node, calls in sorted(seen.calls.items()):
        site = _nearest_site(seen, node) if only is None or node in only else None
        if site is not None and calls > 0:
            found[site] = found.get(site, 0.0) + calls
    return found


def _nearest_site(seen: Seen, node: str) -> str | None:
    if node in seen.sites or node not in seen.regions:
        return node if node in seen.sites else None
    near = [site for site in seen.sites if seen.region(site) == seen.region(node)]
    there = set(seen.there.values())
    return min(near, key=lambda site: (site not in there, site), default=None)


def _first(numbers: Iterable[int], seen: Seen) -> int:
    """Of these replicas that which gives up its place: not the leader, where there is another one."""
    return min(numbers, key=lambda number: (number == seen.leader, -number))


def _named(region: str) -> str:
    return region or "(none)"


def _list(regions: Iterable[str]) -> str:
    return ", ".join(sorted(map(_named, regions))) or "none"
