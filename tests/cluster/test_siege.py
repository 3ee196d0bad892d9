"""A short siege of a kernel: nobody's calls are answered wrongly, and no process ends that was not killed (`make soak` plays long ones)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.siege import siege
from tests.cluster.siege_guests import GUESTS

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400)]

SEED = 3
SECONDS = 15.0


async def test_an_honest_client_notices_nothing_but_the_time(tmp_path: Path) -> None:
    report = await siege(tmp_path, SEED, SECONDS)
    print(report)
    assert report.wrong == [], f"{report}\n" + "\n".join(report.wrong[:10])
    assert report.honest > 10 and report.deaths
    kinds = {"frames", "calls", "requests", "mute connections", "greedy requests", *(f"{language} guest" for language in GUESTS)}
    assert kinds == set(report.tried), str(report)
