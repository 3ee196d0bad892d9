"""KeepInRegion: the object stays in a region (Sapphire Table 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from amino_dms.api import DeploymentManager, Node


@dataclass(frozen=True, slots=True)
class KeepInRegionConfig:
    """Settings.

    Arguments:
        region: which region; empty: the one where the object is made.
    """

    region: str = ""


class KeepInRegion(DeploymentManager):
    """For objects whose data must not leave, or whose callers are all there."""

    family = "mobility"
    promise = "The object, with all its replicas, is only ever on nodes of one region."
    paper_lines = 15
    Config = KeepInRegionConfig

    def refuses(self, node: Node, origin: Node | None) -> str | None:
        """Nodes of other regions."""
        region = cast(KeepInRegionConfig, self.config).region or (origin.region if origin else node.region)
        if node.region == region:
            return None
        return f"the object stays in region {region or '(none)'}, and {node.id} is in region {node.region or '(none)'}"
