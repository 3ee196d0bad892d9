"""A chain explained, as text and as a value: the path of a call, the replica tree, the commands."""

from __future__ import annotations

from typing import Any

from amino_dms.api import DeploymentManager, Interface, config_text
from amino_dms.chain.chain import COORDINATOR, INSTANCE_MANAGER, KEPT, PROXY, Chain
from amino_dms.chain.check import problems
from amino_dms.chain.plan import ReplicaTree, plan


def explain(
    chain: Chain, interface: Interface | None = None, *, name: str = "object", places: dict[int, str] | None = None
) -> dict[str, Any]:
    """The chain as a value.

    Arguments:
        chain: the chain to explain.
        interface: the object's members, where known; decides which parts are on the call path.
        name: the object's name.
        places: the node of each replica, by number, where known.
    """
    members = interface or Interface()
    return {
        "name": name,
        "chain": str(chain),
        "problems": list(problems(chain)),
        "managers": [
            {
                "name": manager.name,
                "promise": manager.promise,
                "settings": config_text(manager.config, every=True),
                "parts": [kind for kind in (PROXY, INSTANCE_MANAGER, COORDINATOR) if getattr(manager, kind) is not None],
            }
            for manager in chain.managers
        ],
        "call_path": call_path(chain, members),
        "managed": _object_chain(chain).is_managed(members, KEPT),
        "caller_side": bool(chain.callers()),
        "replicas": plan(chain).to_value(places or {}),
        "commands": {command: [chain.managers[place.index].name for place in where] for command, where in chain.commands().items()},
    }


def call_path(chain: Chain, interface: Interface) -> list[str]:
    """The parts that a call passes, from caller to object; parts that do not take part in calls are left out."""
    here, there = chain.here, _object_chain(chain)
    managers = [f"{there.managers[index].name} instance manager" for index in reversed(there.receivers(interface, KEPT))]
    rule = there.rule(interface, KEPT)
    gate = ["gate of the object"] if rule is not None else []
    shard = [] if there is here else [f"one of {here.managers[-1].fan_out()} shards", *_proxies(there)]
    return ["caller", *_proxies(here), *shard, "network", *managers, *gate, "object"]


def _object_chain(chain: Chain) -> Chain:
    """The chain of the objects that run calls: of each shard, where the object is divided."""
    behind = chain.here.behind
    return chain.here if behind is None else behind


def _proxies(chain: Chain) -> list[str]:
    return [f"{chain.managers[index].name} proxy" for index in chain.callers()]


def explain_text(chain: Chain, interface: Interface | None = None, *, name: str = "object", places: dict[int, str] | None = None) -> str:
    """The chain as a drawing for a terminal; arguments as `explain`."""
    told = explain(chain, interface, name=name, places=places)
    lines = [f"{name}: {told['chain'] or 'no deployment managers'}", ""]
    for manager in chain.managers:
        lines += _manager_lines(manager)
    lines += ["a call", *_path_lines(told["call_path"])]
    if not told["managed"]:
        lines.append("  the object's side has nothing to do for a call: it goes straight from the frame to the object")
    lines += ["", "replicas", *_tree_lines(plan(chain), places or {}, name)]
    if told["commands"]:
        lines += ["", "commands"]
        lines += [f"  stub.dm.{command}  ({', '.join(owners)})" for command, owners in sorted(told["commands"].items())]
    lines += [f"cannot work: {problem}" for problem in told["problems"]]
    return "\n".join(lines) + "\n"


def _manager_lines(manager: DeploymentManager) -> list[str]:
    settings = config_text(manager.config, every=True)
    return [f"{manager.name}{f' ({settings})' if settings else ''}", f"  {manager.promise}", ""]


def _path_lines(path: list[str]) -> list[str]:
    side = path.index("network")
    return [f"  {' → '.join(path[:side])}", f"  ~ network ~ {' → '.join(path[side + 1 :])}"]


def _tree_lines(tree: ReplicaTree, places: dict[int, str], name: str) -> list[str]:
    lines: list[str] = []

    def draw(node: ReplicaTree, indent: str, last: bool, root: bool) -> None:
        branch = "" if root else ("└─ " if last else "├─ ")
        where = "" if node.number is None else f" on {places.get(node.number, 'a node the OMS picks')}"
        lines.append(f"  {indent}{branch}{name if root else node.label}{where}")
        deeper = indent + ("" if root else ("   " if last else "│  "))
        for index, child in enumerate(node.children):
            draw(child, deeper, index == len(node.children) - 1, False)

    draw(tree, "", True, True)
    return lines
