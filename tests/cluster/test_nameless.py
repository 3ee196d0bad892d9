"""An object that makes objects without end: they are listed with their maker, and a quota ends it."""

from __future__ import annotations

from pathlib import Path

import amino
import pytest
from amino_wire.errors import GuestException, QuotaExceeded

from tests.cluster.client import Client, until
from tests.cluster.processes import Cluster, OmsProcess, running

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(200)]

QUOTA = 12
MAKER_JS = """
module.exports = class Maker {
  make() { const stubs = []; for (;;) stubs.push(amino.create('thing')); }
};
"""
THING_JS = "module.exports = class Thing { ping() { return 'pong'; } };"


class FewNameless(OmsProcess):
    """An OMS whose makers may have few objects without a name."""

    def command(self) -> tuple[list[str], str]:
        command, order = super().command()
        return [*command, "--max-nameless", str(QUOTA)], order


async def test_an_object_that_makes_objects_for_ever_is_stopped_by_its_quota(tmp_path: Path) -> None:
    made = Cluster(tmp_path)
    made.oms = FewNameless("oms", tmp_path, made.oms.port)
    async with running(made, "north"), Client(made.kernels["north"].address) as client:
        await client.register("thing", THING_JS)
        maker = await client.register("maker", MAKER_JS)
        with pytest.raises((GuestException, QuotaExceeded), match="amino ls --nameless"):
            await client.call(maker.id, "make", budget_ms=60_000)
        async with amino.connect(made.kernels["north"].address) as sdk:
            found = await sdk.list(nameless=True)
            assert len(found) == QUOTA
            assert {each.maker for each in found} == {f"object {maker.id}"}
            own = await sdk.create("thing", ttl=1.0)
            (listed,) = [each for each in await sdk.list(nameless=True) if each.maker.startswith("client ")]
            assert listed.expires is not None and await own.ping() == "pong"

            async def gone() -> bool:
                return len(await sdk.list(nameless=True)) == QUOTA

            await until(gone)
