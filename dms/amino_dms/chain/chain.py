"""A chain: the ordered deployment managers of an object (Amino section IV)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from amino_wire.errors import ChainInvalid

from amino_dms.api import (
    Coordinator,
    DeploymentManager,
    InstanceManager,
    Interface,
    Node,
    ObjectRule,
    Proxy,
    Trait,
    commands_of,
    config_text,
    write_config,
)
from amino_dms.chain.parse import parse_chain
from amino_dms.chain.registry import Registry

PROXY = "proxy"
INSTANCE_MANAGER = "instance_manager"
COORDINATOR = "coordinator"
_REPLICATED = (
    "attach LockingTransactions or OptimisticTransactions before ConsensusRSM, or make calls to it outside of the transaction, or mark "
    "members that only read"
)
KEPT = frozenset(ObjectRule)
"""The rules that the gates of objects keep in the halves of a kernel."""


@dataclass(frozen=True)
class CommandPlace:
    """Where a command runs: the index of its manager in the chain, and the kind of part."""

    index: int
    part: str


class Chain:
    """The managers of an object, first outermost for callers; instance managers mirror it. Immutable.

    Arguments:
        managers: the managers with their settings.
        behind: the chain of each shard, where the last manager divides the object (`here`).
    """

    def __init__(self, managers: Iterable[DeploymentManager] = (), behind: Chain | None = None) -> None:
        self.managers = tuple(managers)
        self.behind = behind

    @classmethod
    def parse(cls, text: str, registry: Registry) -> Chain:
        """The chain of a line of text such as `Retry,LeaseCaching(lease=10s)`; not yet checked as a whole.

        Raises:
            ChainInvalid: the text, a name or a setting cannot be right.
        """
        specs = parse_chain(text)
        hidden = [spec.name for spec in specs if registry.find(spec.name).hidden]
        if hidden:
            raise ChainInvalid(f"{hidden[0]} is put into chains by other managers only; leave it out")
        return cls(registry.make(spec.name, spec.settings) for spec in specs)

    @classmethod
    def of(cls, specs: Iterable[tuple[str, Mapping[str, Any]]], registry: Registry) -> Chain:
        """The chain of names and settings, as records hold them; raises as `parse`."""
        return cls(registry.make(name, settings) for name, settings in specs)

    @cached_property
    def here(self) -> Chain:
        """The part of the chain that the object itself has: up to the manager that divides it, whose shards have what stands behind."""
        for index, manager in enumerate(self.managers):
            if self.behind is None and Trait.DIVIDES in manager.declares.traits:
                return Chain(self.managers[: index + 1], Chain(self.managers[index + 1 :]))
        return self

    @cached_property
    def whole(self) -> Chain:
        """The chain as it was written."""
        return self if self.behind is None else Chain((*self.managers, *self.behind.managers))

    @property
    def divider(self) -> DeploymentManager | None:
        """The manager that divides the object; None: it is not divided."""
        here = self.here
        return None if here.behind is None else here.managers[-1]

    def hands_behind(self, command: str, manager: str) -> bool:
        """Whether a command of `stub.dm` is one of the shards' managers."""
        mine = self._has_command(command, manager)
        return not mine and self.behind is not None and self.behind._has_command(command, manager)

    def _has_command(self, command: str, manager: str) -> bool:
        return any(manager in ("", self.managers[place.index].name) for place in self.commands().get(command, ()))

    def specs(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Names and the settings that differ from their defaults, as records hold them."""
        return tuple((manager.name, write_config(manager.config)) for manager in self.managers)

    def __str__(self) -> str:
        return ",".join(_text(manager) for manager in self.managers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chain) and self.specs() == other.specs() and self.behind == other.behind

    def __hash__(self) -> int:
        return hash(str(self))

    def __len__(self) -> int:
        return len(self.managers)

    def needs_state(self) -> bool:
        """Whether a manager needs the object's state to be capturable."""
        return any(manager.declares.needs_state for manager in self.managers)

    def savers(self) -> tuple[str, ...]:
        """The names of the managers that save the object durably."""
        return tuple(manager.name for manager in self.managers if Trait.SAVES in manager.declares.traits)

    def may_sleep(self) -> bool:
        """Whether an object that ends between two calls comes back as it was: each answered call is saved, and a coordinator recovers."""
        traits = {trait for manager in self.managers for trait in manager.declares.traits}
        return {Trait.SAVES_EACH_CALL, Trait.RECOVERS} <= traits

    @cached_property
    def joint_refusal(self) -> str | None:
        """Why the object cannot take part in transactions over several objects, as the end of a sentence; None: it can."""
        here = "takes no part in transactions over several objects"
        traits = {trait for manager in self.whole.managers for trait in manager.declares.traits}
        if Trait.DIVIDES in traits:
            return f"{here}, since its state lies in shards: make calls to it outside of the transaction, or members that only read"
        if Trait.REPLICATES in traits:
            # A group with a master is refused together with transactions.
            return None if Trait.TRANSACTIONS in traits else f"{here}: {_REPLICATED}"
        if Trait.TRANSACTIONS not in traits:
            return f"{here}: attach LockingTransactions, OptimisticTransactions or DurableTransactions, or mark members that only read"
        if Trait.RECOVERS in traits and Trait.SAVES_EACH_CALL not in traits:
            return f"{here}, since {', '.join(self.savers())} does not save each call: attach DurableTransactions, or another saver"
        return None

    def orderer(self, place: CommandPlace) -> int | None:
        """The index of the manager in whose log a command is an entry; None: the command runs at one part."""
        if place.part != INSTANCE_MANAGER or self.managers[place.index].in_order is None:
            return None
        return self.replicating(place.index)

    def replicating(self, index: int) -> int | None:
        """The index of the manager behind that at `index` which keeps replicas in step; None: there is none."""
        return self.first_behind(index, Trait.REPLICATES)

    def first_behind(self, index: int, trait: Trait) -> int | None:
        """The index of the first manager with a trait behind that at `index`; None: there is none."""
        behind = range(index + 1, len(self.managers))
        return next((found for found in behind if trait in self.managers[found].declares.traits), None)

    def callers(self) -> tuple[int, ...]:
        """Indexes of the managers whose proxies take part in calls; the others vanish from the call path."""
        return self._callers

    @cached_property
    def _callers(self) -> tuple[int, ...]:
        return tuple(
            index
            for index, manager in enumerate(self.managers)
            if manager.proxy is not None
            and (_overrides(manager.proxy, Proxy, "on_call") or _overrides(manager.proxy, Proxy, "answer_now"))
            and manager.proxy.wants_calls(manager.config)
        )

    def overrides_answer(self, index: int) -> bool:
        """Whether the proxy of the manager at `index` can answer without waiting."""
        proxy = self.managers[index].proxy
        return proxy is not None and _overrides(proxy, Proxy, "answer_now")

    def overrides_leaves(self, index: int) -> bool:
        """Whether the proxy of the manager at `index` hears of calls that leave at once."""
        proxy = self.managers[index].proxy
        return proxy is not None and _overrides(proxy, Proxy, "leaves")

    def overrides_replica(self, index: int) -> bool:
        """Whether the proxy of the manager at `index` says to which replica calls go that leave at once."""
        proxy = self.managers[index].proxy
        return proxy is not None and _overrides(proxy, Proxy, "replica")

    def knows_request_ids(self) -> bool:
        """Whether an instance manager knows calls again by their request ids alone, and not by what its proxy gives them."""
        knowing = [index for index, manager in enumerate(self.managers) if Trait.DEDUPLICATES in manager.declares.traits]
        return any(not self.overrides_leaves(index) for index in knowing)

    def receivers(self, interface: Interface, kept: Collection[ObjectRule] = ()) -> tuple[int, ...]:
        """Indexes of the managers whose instance managers take part in calls to an object with that interface.

        Arguments:
            interface: the object's.
            kept: the rules that the object's gate keeps.
        """
        wanted = self._wanting_calls(interface)
        innermost = self._instance_manager(wanted[0]) if wanted else None
        return wanted[1:] if innermost is not None and innermost.only_rule and self.rule(interface, kept) is not None else wanted

    def rule(self, interface: Interface, kept: Collection[ObjectRule]) -> ObjectRule | None:
        """The rule, among those that the object's gate keeps, that an instance manager of the chain wants; None: none."""
        parts = [(self._instance_manager(index), self.managers[index].config) for index in self._wanting_calls(interface)]
        rules = [part.rule(config, interface) for part, config in parts if part is not None]
        return next((rule for rule in rules if rule in kept), None)

    def _instance_manager(self, index: int) -> type[InstanceManager[Any]] | None:
        return self.managers[index].instance_manager

    def _wanting_calls(self, interface: Interface) -> tuple[int, ...]:
        return tuple(
            index
            for index, manager in enumerate(self.managers)
            if manager.instance_manager is not None
            and _overrides(manager.instance_manager, InstanceManager, "on_call")
            and manager.instance_manager.wants_calls(manager.config, interface)
        )

    def is_managed(self, interface: Interface, kept: Collection[ObjectRule] = ()) -> bool:
        """Whether calls must pass instance managers; if not, they go from frame to JVM without Python. Arguments as of `receivers`."""
        return bool(self.receivers(interface, kept))

    def has(self, part: str) -> bool:
        """Whether any manager has a part of that kind."""
        return any(getattr(manager, part) is not None for manager in self.managers)

    def commands(self) -> dict[str, tuple[CommandPlace, ...]]:
        """Where each command of `stub.dm` runs; several places where several managers have one of that name."""
        return self._commands

    @cached_property
    def _commands(self) -> dict[str, tuple[CommandPlace, ...]]:
        found: dict[str, tuple[CommandPlace, ...]] = {}
        for index, manager in enumerate(self.managers):
            for kind in (PROXY, INSTANCE_MANAGER, COORDINATOR):
                part = getattr(manager, kind)
                for name in commands_of(part) if part is not None else ():
                    found[name] = (*found.get(name, ()), CommandPlace(index, kind))
        return found

    def refuses(self, node: Node, origin: Node | None) -> str | None:
        """Why a manager does not allow the object on that node; None: it may live there."""
        for manager in self.managers:
            reason = manager.refuses(node, origin)
            if reason is not None:
                return f"{manager.name}: {reason}"
        return None

    def replicas(self) -> int:
        """How many replicas the chain asks for in all."""
        total = 1
        for manager in self.managers:
            total *= manager.fan_out()
        return total


def _text(manager: DeploymentManager) -> str:
    settings = config_text(manager.config)
    return f"{manager.name}({settings})" if settings else manager.name


def _overrides(part: type[Any], base: type[Proxy[Any]] | type[InstanceManager[Any]] | type[Coordinator[Any]], method: str) -> bool:
    return getattr(part, method) is not getattr(base, method)
