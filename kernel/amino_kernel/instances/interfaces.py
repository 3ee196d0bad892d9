"""The interface of an artifact: from the bridge's map to the protobuf message. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amino_wire.pb import common_pb2


def to_message(plain: Mapping[str, Any]) -> common_pb2.Interface:
    """Answers the message for what the operation `load` answered (`docs/bridge.md`, section 2)."""
    constructor: Mapping[str, Any] = plain.get("constructor") or {}
    return common_pb2.Interface(
        name=plain.get("class") or "",
        doc=plain.get("doc") or "",
        constructor_parameters=list(constructor.get("parameters") or ()),
        warnings=list(plain.get("warnings") or ()),
        members=[_member(each) for each in plain.get("members") or ()],
    )


def _member(plain: Mapping[str, Any]) -> common_pb2.Member:
    return common_pb2.Member(
        name=plain["name"],
        arity=plain.get("arity", -1),
        required=plain.get("required") or 0,
        read_only=bool(plain.get("read_only")),
        parameters=list(plain.get("parameters") or ()),
        doc=plain.get("doc") or "",
        property=bool(plain.get("property")),
    )
