"""All policies by name, with their settings as they are written: `window(window=60)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from amino_wire.errors import ArgumentInvalid

from amino_oms.offloading.bandit import Bandit, BanditSettings
from amino_oms.offloading.baselines import Chance, EpsilonGreedy, Fixed, LearnerSettings, QLearning
from amino_oms.offloading.hosts import Host
from amino_oms.offloading.maui import Maui, MauiSettings
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.policy import Policy
from amino_oms.offloading.window import Window, WindowSettings

Make = Callable[[Mapping[str, Host], Objective, Any, Chance], Policy]
TUNED_GREEDY = LearnerSettings(rate=0.3, trial=0.003)
TUNED_LEARNING = LearnerSettings(rate=0.1, trial=200)

MAKERS: Mapping[str, tuple[Any, Make]] = {
    "window": (WindowSettings(), lambda hosts, objective, settings, chance: Window(hosts, objective, settings)),
    "bandit": (BanditSettings(), lambda hosts, objective, settings, chance: Bandit(hosts, objective, settings)),
    "q-learning": (TUNED_LEARNING, lambda hosts, objective, settings, chance: QLearning(hosts, objective, settings)),
    "epsilon-greedy": (TUNED_GREEDY, lambda hosts, objective, settings, chance: EpsilonGreedy(hosts, objective, settings, chance)),
    "maui": (MauiSettings(), lambda hosts, objective, settings, chance: Maui(hosts, objective, settings)),
}
"""The policies that learn: the settings they have without others, and how they are made."""
LOCAL = "local"
_WRITTEN = re.compile(r"([a-z-]+)(?:\((.*)\))?")


def names(hosts: Mapping[str, Host]) -> list[str]:
    """The names of all policies: those that learn, `local`, and each host, where all objects then always are."""
    return [*MAKERS, LOCAL, *(host for host in hosts if host not in MAKERS and host != LOCAL)]


def made(written: str, hosts: Mapping[str, Host], objective: Objective, objects: Mapping[str, str], chance: Chance) -> Policy:
    """The policy that is written as `name` or `name(setting=value, …)`.

    Arguments:
        objects: the objects that there are, by their homes; a policy that keeps them at a host needs their names.
        chance: for policies that choose at random.

    Raises ArgumentInvalid for a name or a setting that does not exist.
    """
    if written == LOCAL:
        return Fixed({})
    if written in hosts:
        return Fixed(dict.fromkeys(objects, written))
    found = _WRITTEN.fullmatch(written.strip())
    if found is None or found[1] not in MAKERS:
        raise ArgumentInvalid(f"there is no policy {written!r}; there are {', '.join(names(hosts))}, with settings as window(window=60)")
    defaults, make = MAKERS[found[1]]
    return make(hosts, objective, _with(defaults, found[1], found[2] or ""), chance)


def _with(defaults: Any, name: str, written: str) -> Any:
    changed: dict[str, Any] = {field.name: getattr(defaults, field.name) for field in fields(defaults)}
    for part in filter(None, (part.strip() for part in written.split(","))):
        key, equals, value = (each.strip() for each in part.partition("="))
        if not equals or key not in changed:
            raise ArgumentInvalid(f"{part!r} is no setting of {name}; there are {', '.join(changed)}")
        changed[key] = _value(changed[key], value, f"{key} of {name}")
    return type(defaults)(**changed)


def _value(default: Any, written: str, where: str) -> Any:
    if isinstance(default, bool):
        if written not in ("true", "false"):
            raise ArgumentInvalid(f"{where} is true or false, not {written!r}")
        return written == "true"
    if isinstance(default, tuple):
        return tuple(filter(None, written.split("+")))
    if isinstance(default, str):
        return written
    try:
        return type(default)(written)
    except ValueError:
        raise ArgumentInvalid(f"{where} is a number, not {written!r}") from None
