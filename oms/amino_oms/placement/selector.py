"""Label selectors: a selector holds if one of its terms does, a term if all of its requirements do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import common_pb2

Operator = common_pb2.Requirement.Operator


def matches(selector: common_pb2.Selector, labels: Mapping[str, str]) -> bool:
    """Whether `labels` fulfil the selector; one without terms is fulfilled by all. `not in` holds also where the label is absent."""
    return not selector.terms or any(all(_holds(part, labels) for part in term.requirements) for term in selector.terms)


def check(selector: common_pb2.Selector) -> None:
    """Raises ArgumentInvalid, naming the requirement, where the selector says nothing that could hold."""
    for requirement in (part for term in selector.terms for part in term.requirements):
        if not requirement.key:
            raise ArgumentInvalid("a requirement of the selector names no label; write it as key=value, key in (a, b), key or !key")
        if requirement.operator == common_pb2.Requirement.OPERATOR_UNSPECIFIED:
            raise ArgumentInvalid(f"the requirement on label {requirement.key!r} has no operator (in, not in, exists, not exists)")
        takes_values = requirement.operator in (common_pb2.Requirement.OPERATOR_IN, common_pb2.Requirement.OPERATOR_NOT_IN)
        if takes_values and not requirement.values:
            raise ArgumentInvalid(f"the requirement on label {requirement.key!r} lists no values; give at least one")
        if not takes_values and requirement.values:
            raise ArgumentInvalid(f"the requirement on label {requirement.key!r} asks only whether it is there; it takes no values")


def describe(selector: common_pb2.Selector) -> str:
    """The selector as people write it: `region = eu and tier in (a, b) or !spot`."""
    if not selector.terms:
        return "any kernel"
    return " or ".join(" and ".join(map(_words, term.requirements)) or "any kernel" for term in selector.terms)


def describe_labels(all_labels: Iterable[Mapping[str, str]]) -> str:
    """Every label there is with its values: `region: eu, us; tier: a`."""
    values: dict[str, set[str]] = {}
    for labels in all_labels:
        for key, value in labels.items():
            values.setdefault(key, set()).add(value)
    return "; ".join(f"{key}: {', '.join(sorted(values[key]))}" for key in sorted(values)) or "none"


def _holds(requirement: common_pb2.Requirement, labels: Mapping[str, str]) -> bool:
    value = labels.get(requirement.key)
    match requirement.operator:
        case common_pb2.Requirement.OPERATOR_IN:
            return value is not None and value in requirement.values
        case common_pb2.Requirement.OPERATOR_NOT_IN:
            return value is None or value not in requirement.values
        case common_pb2.Requirement.OPERATOR_EXISTS:
            return value is not None
        case common_pb2.Requirement.OPERATOR_NOT_EXISTS:
            return value is None
        case _:
            return False


def _words(requirement: common_pb2.Requirement) -> str:
    values = list(requirement.values)
    match requirement.operator:
        case common_pb2.Requirement.OPERATOR_IN:
            return f"{requirement.key} = {values[0]}" if len(values) == 1 else f"{requirement.key} in ({', '.join(values)})"
        case common_pb2.Requirement.OPERATOR_NOT_IN:
            return f"{requirement.key} != {values[0]}" if len(values) == 1 else f"{requirement.key} not in ({', '.join(values)})"
        case common_pb2.Requirement.OPERATOR_NOT_EXISTS:
            return f"!{requirement.key}"
        case _:
            return requirement.key
