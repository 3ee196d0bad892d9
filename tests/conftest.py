"""Fixtures of unit and cluster tests."""

from __future__ import annotations

from typing import Any

import pytest
from amino_testkit import Porcupine

from tests.support.histories import find_porcupine


@pytest.fixture(scope="session")
def porcupine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Porcupine | None:
    """The checker of histories that was written elsewhere, where it can be built. Which judge is at work is printed."""
    found = find_porcupine(tmp_path_factory.getbasetemp().parent)
    reporter: Any = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:  # there is none in a worker of pytest-xdist
        reporter.write_line(
            "histories are judged by porcupine_check and ours" if found else "histories are judged by ours alone: no porcupine_check"
        )
    return found
