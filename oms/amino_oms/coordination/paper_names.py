"""Chains that are written with other names of managers, such as the paper's: records have the managers' own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amino_dms.chain.aliases import meant
from amino_dms.chain.builtin import ALIASES
from amino_wire.pb import common_pb2
from amino_wire.values import encode
from amino_wire.whole import read_map


def in_own_names(specs: Iterable[common_pb2.DeploymentManagerSpec]) -> None:
    """Changes the specs so that each has its manager's own name, and the settings that another name stands for.

    Raises:
        ChainInvalid: a setting is given that the name decides already.
    """
    for spec in specs:
        if spec.name in ALIASES:
            given: dict[str, Any] = read_map(spec.config, f"the map of settings of deployment manager {spec.name!r}")
            found = meant(ALIASES, spec.name, given)
            spec.name, spec.config = found.name, encode(dict(found.settings)) if found.settings else b""
