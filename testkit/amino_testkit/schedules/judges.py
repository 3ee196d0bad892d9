"""Judges say why a schedule is wrong, or nothing. Pure."""

from __future__ import annotations

from amino_dms.api import Node
from amino_dms.chain import Chain, Registry

from amino_testkit.histories.history import History, Operation
from amino_testkit.histories.linearizability import TooLong, is_linearizable
from amino_testkit.schedules.played import Played
from amino_testkit.schedules.suite import Judge

STATES = 300_000
"""States that the search for an explanation may look at; a history that needs more is not judged."""
NOT_JUDGED = "not judged"


def linearizable(model: str) -> Judge:
    """Every answer fits one order of all operations."""

    def judge(played: Played) -> str:
        try:
            return "" if is_linearizable(played.history, model, STATES) else "not linearizable"
        except TooLong:
            played.history.errors[NOT_JUDGED] += 1
            return ""

    return judge


def nothing_lost(played: Played) -> str:
    """Every mark is there whose writer was answered."""
    lost = _lost(played.history)
    return f"lost although they were answered: {lost}" if lost else ""


def bounded_loss(played: Played) -> str:
    """Each time that the object came back, no more answered calls were undone than its manager's setting `every` allows."""
    managers = Chain.parse(played.chain, Registry.installed()).managers
    every = next(int(manager.config.every) for manager in managers if hasattr(manager.config, "every"))
    lost = _lost(played.history)
    allowed = every * (played.epoch - 1)
    return f"{len(lost)} answered calls were undone, {allowed} may be: {lost}" if len(lost) > allowed else ""


def saved_on_command(played: Played) -> str:
    """Marks that were there when a checkpoint was made are there."""
    saves = [each.out for each in played.history.operations if each.f == "checkpoint" and each.status == "ok"]
    lost = sorted(set[str]().union(*saves) - set(_last(played.history).out or ()))
    return f"lost although they were saved: {lost}" if lost else ""


def own_writes(played: Played) -> str:
    """Each client reads what it has written last, or what it may have written after that."""
    possible: dict[int, set[object]] = {}
    for each in played.history.operations:
        if each.f == "write":
            if each.status == "ok":
                possible[each.client] = {each.arg}
            elif each.status == "info":
                possible.setdefault(each.client, {None}).add(each.arg)
        elif each.f == "read" and each.status == "ok" and each.out not in possible.get(each.client, {None}):
            return f"client {each.client} read {each.out}, and had written one of {possible.get(each.client, {None})}"
    return ""


def stays(nodes: tuple[Node, ...]) -> Judge:
    """The object is only ever where its manager lets it be."""
    by_name = {node.id: node for node in nodes}

    def judge(played: Played) -> str:
        regions = {by_name[place].labels["region"] for place in played.places}
        if "KeepInRegion" in played.managers and len(regions) > 1:
            return f"it was in the regions {sorted(regions)}"
        if "KeepInPlace" in played.managers and len(set(played.places)) > 1:
            return f"it was on {sorted(set(played.places))}"
        return ""

    return judge


def replicated(played: Played) -> str:
    """In the end there is a replica, and there are not more than the manager's setting says."""
    managers = Chain.parse(played.chain, Registry.installed()).managers
    wanted = max(manager.fan_out() for manager in managers)
    return "" if 1 <= len(played.replicas) <= wanted else f"{wanted} replicas are on {played.replicas}"


def _lost(history: History) -> list[str]:
    """The marks that were answered and are not there in the end."""
    found: set[str] = set(_last(history).out or ())
    answered = [each for each in history.operations if each.f == "mark" and each.status == "ok"]
    return [each.key for each in answered if each.key not in found]


def _last(history: History) -> Operation:
    return next(each for each in reversed(history.operations) if each.f == "marks")
