"""The judge of transactions over several objects, each of which notes in every object that it changes that it was there.

An object's notes are its versions in their order, so the order of all transactions can be read off them, and a history is strictly
serializable exactly if the orders of all objects and of time agree (Adya, 1999; Kingsbury and Alvaro, "Elle", 2020)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise


class Told(Enum):
    """What the caller of a transaction was told."""

    ALL = "everything happened"
    NOTHING = "nothing happened"
    UNKNOWN = "nobody knows"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transaction that changed objects.

    Arguments:
        name: its note.
        objects: which it would change.
        begun, ended: when its caller asked and was told.
    """

    name: str
    objects: tuple[str, ...]
    begun: float
    ended: float
    told: Told


@dataclass(frozen=True, slots=True)
class Audit:
    """A transaction that read the notes of objects, and was committed."""

    seen: Mapping[str, tuple[str, ...]]
    begun: float
    ended: float


def judge(transfers: Iterable[Transfer], audits: Sequence[Audit]) -> str:
    """Why a history is not strictly serializable; empty: it is. The last audit must have read all objects when all was over."""
    known = {each.name: each for each in transfers}
    versions: dict[str, tuple[str, ...]] = {}
    for audit in audits:
        for each, notes in audit.seen.items():
            shorter, longer = sorted((versions.get(each, ()), notes), key=len)
            if longer[: len(shorter)] != shorter:
                return f"{each} was read as {shorter} and as {longer}"
            versions[each] = longer
    return _wrong_notes(known, versions) or _circle(known, audits, versions)


def _wrong_notes(known: Mapping[str, Transfer], versions: Mapping[str, tuple[str, ...]]) -> str:
    there = {each: set(notes) for each, notes in versions.items()}
    for each, notes in versions.items():
        if len(there[each]) != len(notes):
            return f"a transfer happened twice in {each}: {notes}"
    for transfer in known.values():
        where = [each for each in transfer.objects if transfer.name in there.get(each, ())]
        if where and len(where) < len(transfer.objects):
            return f"{transfer.name} happened in {where} only"
        if where and transfer.told is Told.NOTHING:
            return f"{transfer.name} happened, and its caller was told that nothing had"
        if not where and transfer.told is Told.ALL:
            return f"{transfer.name} did not happen, and its caller was told that it had"
    return ""


def _circle(known: Mapping[str, Transfer], audits: Sequence[Audit], versions: Mapping[str, tuple[str, ...]]) -> str:
    later: dict[str, set[str]] = defaultdict(set)
    times = {name: (each.begun, each.ended if each.told is not Told.UNKNOWN else float("inf")) for name, each in known.items()}
    happened = {name for notes in versions.values() for name in notes}
    times = {name: time for name, time in times.items() if name in happened}
    for notes in versions.values():
        for before, after in pairwise(notes):
            later[before].add(after)
    for number, audit in enumerate(audits):
        name = f"audit {number}"
        times[name] = (audit.begun, audit.ended)
        for each, notes in audit.seen.items():
            if notes:
                later[notes[-1]].add(name)
            if len(notes) < len(versions[each]):
                later[name].add(versions[each][len(notes)])
    for before, (_, ended) in times.items():
        for after, (begun, _) in times.items():
            if ended < begun:
                later[before].add(after)
    return _find_circle(later)


def _find_circle(later: Mapping[str, set[str]]) -> str:
    waiting = set(later) | {each for afters in later.values() for each in afters}
    left: dict[str, int] = dict.fromkeys(waiting, 0)
    for afters in later.values():
        for each in afters:
            left[each] += 1
    free = [each for each, count in left.items() if not count]
    while free:
        each = free.pop()
        waiting.discard(each)
        for after in later.get(each, ()):
            left[after] -= 1
            if not left[after]:
                free.append(after)
    return f"no order fits all objects and the time: {sorted(waiting)[:8]}" if waiting else ""
