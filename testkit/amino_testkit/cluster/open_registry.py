"""The deployment managers of a simulation: those installed, and those that a test brings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from amino_dms.api import DeploymentManager
from amino_dms.chain import Registry


class OpenRegistry(Registry):
    """A registry that takes further managers at any time. The first manager of a name stays.

    Arguments:
        managers: those it begins with.
    """

    def __init__(self, managers: Iterable[type[DeploymentManager]]) -> None:
        super().__init__((*managers, *installed().hidden), installed().aliases)

    def offer(self, managers: Iterable[DeploymentManager]) -> None:
        """Takes the classes of managers that are not known yet."""
        for manager in managers:
            if manager.name not in self.names:
                self.add(type(manager))


@cache
def installed() -> Registry:
    """Amino's own managers and those of the entry-point group, looked up once."""
    return Registry.installed()
