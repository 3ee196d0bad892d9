"""A deployment manager: a name, a promise, settings, up to three parts, and what it declares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from amino_dms.api.declarations import Declarations, Rule, Trait
from amino_dms.api.model import Interface, Node
from amino_dms.api.part import Coordinator, InstanceManager, Proxy


@dataclass(frozen=True, slots=True)
class NoConfig:
    """No settings."""


class DeploymentManager:
    """One deployment manager with its settings for one object (Sapphire section 6). Holds no state; the parts do.

    Arguments:
        config: an instance of the class's `Config`.
    """

    name: ClassVar[str] = ""
    """Its name in a chain; empty: the class's name."""
    family: ClassVar[str] = ""
    promise: ClassVar[str] = ""
    """One line: the promise on which the application may rely."""
    hidden: ClassVar[bool] = False
    """Says that other managers put it into chains: no list has it, and no chain that people write."""
    paper_lines: ClassVar[int | None] = None
    """Lines of code of its counterpart in Sapphire's Table 1."""
    Config: ClassVar[type[Any]] = NoConfig
    """A frozen dataclass whose fields all have defaults."""
    stores_under: ClassVar[str] = ""
    """Under which name its parts' durable values lie; empty: its own. Managers that share a name share their values:
    where one takes the place of another in a chain, it finds what the other has stored, and replaces it."""
    proxy: ClassVar[type[Proxy[Any]] | None] = None
    instance_manager: ClassVar[type[InstanceManager[Any]] | None] = None
    in_order: ClassVar[type[InstanceManager[Any]] | None] = None
    """The object's part where a manager behind this one keeps replicas: what it decides are entries of their log, and so are its
    commands (`COMMAND`). None: the same part as elsewhere."""
    coordinator: ClassVar[type[Coordinator[Any]] | None] = None
    shard_part: ClassVar[str] = ""
    """The name of the hidden manager that stands first in the chain of each shard that splits; of managers that divide."""
    declares: ClassVar[Declarations] = Declarations()

    def __init__(self, config: Any = None) -> None:
        self.config: Any = self.Config() if config is None else config

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if "name" not in vars(cls):
            cls.name = cls.__name__

    def refuses(self, node: Node, origin: Node | None) -> str | None:
        """Why the object may not live on that node; None: it may. Pure.

        Arguments:
            node: where it would be put.
            origin: where it was made; None: it is being made now.
        """
        return None

    def also_forbids(self) -> tuple[Rule, ...]:
        """Managers that must not be in the same chain because of the settings, besides those that the class declares. Pure."""
        return ()

    def follows(self, before: Any) -> str | None:
        """Why the manager cannot take the place of the one with the settings `before`, in an object that lives; None: it can. Pure."""
        return None

    def misses(self, interface: Interface) -> str | None:
        """What the manager lacks, with its settings, to work on an object of that interface; None: nothing. Pure."""
        return None

    def hinders_split(self) -> str | None:
        """Why parts of the state of an object that has this manager cannot go to another object while calls go on; None: they can. Pure."""
        traits = self.declares.traits
        if Trait.CACHES in traits:
            return "callers would go on reading from their caches what has gone elsewhere"
        if Trait.SPREADS in traits:
            return "each of its replicas has a state of its own"
        if Trait.SAVES in traits and Trait.SAVES_EACH_CALL not in traits:
            return "the object may come back as it was before, with what has gone elsewhere meanwhile"
        return None

    def splits(self, interface: Interface, behind: Sequence[DeploymentManager]) -> str | None:
        """Why the shards of an object cannot split and join while calls go on; None: they can. Of managers that divide. Pure.

        Arguments:
            interface: of the object.
            behind: the managers of each shard.
        """
        return "its shards stay as they are made"

    def divided_into(self, shards: int) -> DeploymentManager:
        """The manager of an object that has so many shards by now. Of managers that divide. Pure."""
        return self

    def fan_out(self) -> int:
        """Of how many replicas one becomes through this manager (Amino section IV: DHT, then consensus)."""
        return 1
