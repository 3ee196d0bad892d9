"""Whether the managers of a chain can work together, and on that object (design: refused at registration, with the reason)."""

from __future__ import annotations

from dataclasses import dataclass

from amino_wire.errors import ChainInvalid, StateNotCapturable

from amino_dms.api import DeploymentManager, Rule, Trait
from amino_dms.api.narrow import is_list
from amino_dms.chain.chain import Chain


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """Facts about the object that a chain is attached to; None: not known, and not held against it.

    Arguments:
        capturable: whether its state can be copied whole.
        lost: the paths of what cannot be copied, where known.
    """

    capturable: bool | None = None
    lost: tuple[str, ...] = ()

    @classmethod
    def not_capturable(cls, error: StateNotCapturable) -> ObjectFacts:
        """The facts that a failed attempt to copy an object's state gives."""
        lost = error.details.get("lost") if error.details else None
        return cls(capturable=False, lost=tuple(map(str, lost)) if is_list(lost) else ())


def check(chain: Chain, facts: ObjectFacts | None = None) -> None:
    """Returns if the chain can work.

    Raises:
        ChainInvalid: it cannot; the message says which managers are in each other's way, why, and what to do.
    """
    reasons = problems(chain, facts)
    if reasons:
        raise ChainInvalid(f"the chain {chain} cannot work: {reasons[0]}", details={"chain": str(chain), "reasons": list(reasons)})


def problems(chain: Chain, facts: ObjectFacts | None = None) -> tuple[str, ...]:
    """All reasons why the chain cannot work; empty: it can."""
    found: list[str] = []
    _check_twice(chain, found)
    for index, manager in enumerate(chain.managers):
        others = [(place, other) for place, other in enumerate(chain.managers) if place != index]
        _check_manager(index, manager, others, found)
        if facts is not None:
            _check_object(manager, facts, found)
    _check_divided(chain, found)
    _check_replicated(chain, found)
    return tuple(dict.fromkeys(found))


def _check_twice(chain: Chain, found: list[str]) -> None:
    names = [manager.name for manager in chain.managers]
    found.extend(f"{name} stands in it twice; once is enough" for name in dict.fromkeys(names) if names.count(name) > 1)


def _check_divided(chain: Chain, found: list[str]) -> None:
    """Calls of a divided object are calls of its shards: what has a part at the object would see none of them."""
    divider = chain.divider
    if divider is None:
        return
    found.extend(
        f"{manager.name} must stand behind {divider.name}: calls go to the shards, and before it only parts at the caller see any; put it "
        f"behind {divider.name}, and every shard has it"
        for manager in chain.here.managers[:-1]
        if manager.proxy is None or manager.instance_manager is not None or manager.coordinator is not None
    )


def _check_replicated(chain: Chain, found: list[str]) -> None:
    """A transaction's part before a log would decide at each replica for itself, and replicas would differ."""
    for index, manager in enumerate(chain.managers):
        if Trait.TRANSACTIONS not in manager.declares.traits or manager.in_order is not None:
            continue
        log = chain.first_behind(index, Trait.REPLICATES)
        if log is not None:
            found.append(
                f"{manager.name} cannot stand before {chain.managers[log].name}: it runs transactions, and has no part whose decisions "
                "are entries of a log (`DeploymentManager.in_order`); choose LockingTransactions or OptimisticTransactions"
            )


def _check_manager(index: int, manager: DeploymentManager, others: list[tuple[int, DeploymentManager]], found: list[str]) -> None:
    declared, name = manager.declares, manager.name
    different = [(place, other) for place, other in others if other.name != name]
    found += [
        f"{name} cannot be with {other.name}: {rule.reason}"
        for _, other in different
        for rule in (*declared.forbids, *manager.also_forbids())
        if _concerns(rule, other)
    ]
    found += [
        f"{name} must stand before {other.name}: {rule.reason}"
        for place, other in different
        for rule in declared.before
        if place < index and _concerns(rule, other)
    ]
    found += [
        f"{name} must stand after {other.name}: {rule.reason}"
        for place, other in different
        for rule in declared.after
        if place > index and _concerns(rule, other)
    ]
    found += [
        f"{name} needs {rule.other}: {rule.reason}" for rule in declared.needs if not any(_concerns(rule, other) for _, other in others)
    ]


def _concerns(rule: Rule, other: DeploymentManager) -> bool:
    return rule.other == other.name or rule.other in other.declares.traits


def _check_object(manager: DeploymentManager, facts: ObjectFacts, found: list[str]) -> None:
    if manager.declares.needs_state and facts.capturable is False:
        parts = f" ({', '.join(facts.lost)})" if facts.lost else ""
        found.append(
            f"{manager.name} needs the object's state, and a part of it cannot be copied{parts}; "
            "give the object amino_save() and amino_load(state)"
        )
