"""Which deployment managers there are: Amino's own, and those of installed packages."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from typing import Any, cast

from amino_wire.errors import ChainInvalid

from amino_dms.api import Coordinator, DeploymentManager, InstanceManager, Part, Proxy, commands_of, read_config
from amino_dms.chain.aliases import meant
from amino_dms.chain.builtin import ALIASES, BUILTIN, HIDDEN

ENTRY_POINT_GROUP = "amino.deployment_managers"
"""Packages name their managers here: `MyCaching = "my_package.caching:MyCaching"`."""


class Registry:
    """Deployment managers by name.

    Arguments:
        managers: the classes to offer; two of one name are refused.
        aliases: other names, and what each stands for, as one manager of a chain.

    Raises:
        ChainInvalid: a class is no deployment manager, or two have one name.
    """

    def __init__(self, managers: Iterable[type[DeploymentManager]], aliases: Mapping[str, str] | None = None) -> None:
        self._managers: dict[str, type[DeploymentManager]] = {}
        self._aliases = dict(aliases or {})
        for manager in managers:
            self.add(manager)

    @classmethod
    def installed(cls) -> Registry:
        """Amino's own managers and those of the entry-point group, which may not take names of ours."""
        managers = [_load(place) for place in (*BUILTIN, *HIDDEN)]
        managers += [cast("type[DeploymentManager]", entry.load()) for entry in entry_points(group=ENTRY_POINT_GROUP)]
        return cls(managers, ALIASES)

    def add(self, manager: type[DeploymentManager]) -> None:
        """Offers one more. Raises ChainInvalid where it is no deployment manager, or another one has its name."""
        _check_class(manager)
        if manager.name in self._managers and self._managers[manager.name] is not manager:
            other = self._managers[manager.name]
            raise ChainInvalid(f"two deployment managers are called {manager.name}: {_place(other)} and {_place(manager)}; rename one")
        self._managers[manager.name] = manager

    @property
    def aliases(self) -> Mapping[str, str]:
        """Other names of managers, and what each stands for, as one manager of a chain."""
        return self._aliases

    def __iter__(self) -> Any:
        return (manager for manager in self._managers.values() if not manager.hidden)

    @property
    def names(self) -> tuple[str, ...]:
        """All names that people may write, in order."""
        return tuple(manager.name for manager in self)

    @property
    def hidden(self) -> tuple[type[DeploymentManager], ...]:
        """Those that only other managers put into chains."""
        return tuple(manager for manager in self._managers.values() if manager.hidden)

    def find(self, name: str) -> type[DeploymentManager]:
        """The manager of that name.

        Raises:
            ChainInvalid: there is none; the message names the nearest ones.
        """
        manager = self._managers.get(meant(self._aliases, name, {}).name)
        if manager is None:
            folded = {known.lower(): known for known in (*self.names, *self._aliases)}
            near = [folded[match] for match in difflib.get_close_matches(name.lower(), list(folded), 3, 0.6)]
            hint = f"did you mean {' or '.join(near)}?" if near else "`amino dms` lists them"
            raise ChainInvalid(f"there is no deployment manager {name!r}; {hint}", details={"manager": name})
        return manager

    def with_command(self, name: str) -> tuple[str, ...]:
        """The names of the managers that have a command of that name, in order of the alphabet."""
        return tuple(sorted(manager.name for manager in self if any(name in commands_of(part) for part in _parts(manager))))

    def make(self, name: str, settings: Mapping[str, Any]) -> DeploymentManager:
        """A manager with its settings.

        Raises:
            ChainInvalid: no such manager, or a setting that cannot be right.
        """
        manager = self.find(name)
        return manager(read_config(manager.name, manager.Config, meant(self._aliases, name, settings).settings))


def _load(place: str) -> type[DeploymentManager]:
    module, _, name = place.partition(":")
    return cast("type[DeploymentManager]", getattr(importlib.import_module(module), name))


def _parts(manager: type[DeploymentManager]) -> tuple[type[Part[Any]], ...]:
    return tuple(part for part in (manager.proxy, manager.instance_manager, manager.coordinator) if part is not None)


def _place(manager: type[Any]) -> str:
    return f"{manager.__module__}.{manager.__qualname__}"


def _check_class(manager: Any) -> None:
    if not (isinstance(manager, type) and issubclass(manager, DeploymentManager)):
        raise ChainInvalid(f"{manager!r} is no deployment manager: it must be a subclass of amino_dms.api.DeploymentManager")
    for slot, base in (("proxy", Proxy), ("instance_manager", InstanceManager), ("coordinator", Coordinator)):
        part = getattr(manager, slot)
        if part is not None and not (isinstance(part, type) and issubclass(part, base)):
            raise ChainInvalid(f"{_place(manager)}.{slot} must be a subclass of amino_dms.api.{base.__name__} or None, found {part!r}")
    if not manager.promise:
        raise ChainInvalid(f"{_place(manager)} makes no promise: set `promise` to one line that says what applications may rely on")
