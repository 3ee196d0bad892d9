"""The stored word that the object of a group is lost, in place of the group's configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class LostGroup:
    """Where the group was when its object was lost.

    Arguments:
        object_epoch: of the object. In a later one it was made anew, and its replica has the state that it begins with.
        configuration: of the group, encoded; the next group of the object begins behind its epoch.
    """

    object_epoch: int
    configuration: bytes

    def to_value(self) -> dict[str, Any]:
        """The value to store."""
        return {"object_epoch": self.object_epoch, "configuration": self.configuration}

    @staticmethod
    def of(stored: Any) -> LostGroup | None:
        """The same from a stored value; None: that is something else."""
        if not isinstance(stored, dict):
            return None
        value = cast("dict[str, Any]", stored)
        return LostGroup(value["object_epoch"], value["configuration"])
