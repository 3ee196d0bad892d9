"""Chains: parse, check, compile, explain, and the registry of managers."""

from amino_dms.chain.chain import COORDINATOR, INSTANCE_MANAGER, KEPT, PROXY, Chain, CommandPlace
from amino_dms.chain.check import ObjectFacts, check, problems
from amino_dms.chain.explain import call_path, explain, explain_text
from amino_dms.chain.parse import ManagerSpec, parse_chain
from amino_dms.chain.plan import ReplicaTree, plan
from amino_dms.chain.registry import ENTRY_POINT_GROUP, Registry

__all__ = [
    "COORDINATOR",
    "ENTRY_POINT_GROUP",
    "INSTANCE_MANAGER",
    "KEPT",
    "PROXY",
    "Chain",
    "CommandPlace",
    "ManagerSpec",
    "ObjectFacts",
    "Registry",
    "ReplicaTree",
    "call_path",
    "check",
    "explain",
    "explain_text",
    "parse_chain",
    "plan",
    "problems",
]
