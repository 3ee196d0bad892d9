"""Other names of managers, such as the paper's: one name may stand for a manager with settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amino_wire.errors import ChainInvalid

from amino_dms.chain.parse import ManagerSpec, parse_chain


def meant(aliases: Mapping[str, str], name: str, settings: Mapping[str, Any]) -> ManagerSpec:
    """The manager that is meant by a name, with all settings.

    Arguments:
        aliases: how a name is written otherwise, as one manager of a chain.
        name: a manager's own name, or one of those.
        settings: those that are written behind it.

    Raises:
        ChainInvalid: a setting is written that the name decides already.
    """
    written = aliases.get(name)
    if written is None:
        return ManagerSpec(name, settings)
    (spec,) = parse_chain(written)
    for setting, value in settings.items():
        decided = spec.settings.get(setting, value)
        if decided != value:
            raise ChainInvalid(
                f"{name} means {written}, so {setting} cannot be {value}; write {spec.name}({setting}={value}) instead",
                details={"manager": name, "setting": setting},
            )
    return ManagerSpec(spec.name, {**spec.settings, **settings})
