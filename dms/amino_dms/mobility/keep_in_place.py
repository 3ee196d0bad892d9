"""KeepInPlace: the object stays where it was made (Sapphire Table 1)."""

from __future__ import annotations

from amino_dms.api import Declarations, DeploymentManager, Node, Rule, Trait


class KeepInPlace(DeploymentManager):
    """For objects that need something of their node, such as a device's sensors."""

    family = "mobility"
    promise = "The object never leaves the node where it was made; if that node dies, the object waits for it."
    paper_lines = 15
    declares = Declarations(
        traits=frozenset({Trait.STAYS}),
        forbids=(
            Rule(Trait.MOVES, "one keeps the object where it was made, the other moves it"),
            Rule(Trait.SPREADS, "replicas have to live on other nodes than the first"),
        ),
    )

    def refuses(self, node: Node, origin: Node | None) -> str | None:
        """Every node but the first."""
        if origin is None or node.id == origin.id:
            return None
        return f"the object stays on {origin.id}, where it was made, and cannot be on {node.id}"
