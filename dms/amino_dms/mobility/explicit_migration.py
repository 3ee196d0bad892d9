"""ExplicitMigration: the application moves the object (Sapphire Table 1)."""

from __future__ import annotations

from amino_dms.api import Coordinator, Declarations, DeploymentManager, NoConfig, Rule, Trait, command
from amino_dms.mobility.going import go


class MigrationCoordinator(Coordinator[NoConfig]):
    """Knows where the object is and moves it."""

    @command
    async def migrate_to(self, place: str) -> str:
        """Moves the object to a node, or to the least loaded node of a region; the id of its node now.

        Raises:
            KernelNotFound: there is no such node or region.
            ChainInvalid: another manager of the chain does not allow that place.
        """
        await go(self.kernel, place, "move")
        return await self.where()

    @command
    async def where(self) -> str:
        """The id of the node where the object is."""
        return self.kernel.replicas()[0].node


class ExplicitMigration(DeploymentManager):
    """Moves the object when the application says so."""

    family = "mobility"
    promise = "`migrate_to` moves the object to a node or region; calls during the move wait, none is lost, none runs twice."
    paper_lines = 20
    coordinator = MigrationCoordinator
    declares = Declarations(
        traits=frozenset({Trait.MOVES}),
        forbids=(Rule(Trait.SPREADS, "it moves the one object there is, and replicas are several"),),
        needs_state=True,
    )
