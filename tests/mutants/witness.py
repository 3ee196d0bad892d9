"""A plugin of pytest for `run.py`: writes down which tests failed, and from which files the code came that ran."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

REPORT = "AMINO_MUTANT_REPORT"
"""The variable of the environment that names the file for what was seen."""


def sources() -> dict[str, str]:
    """The files of all modules that are loaded, by the modules' names."""
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    return {name: file for name, file in files.items() if file}


def write(failed: list[str], passed: list[str]) -> None:
    """Leaves what was seen where `run.py` looks for it."""
    seen = {"failed": failed, "passed": passed, "sources": sources()}
    Path(os.environ[REPORT]).write_text(json.dumps(seen))


class Witness:
    """Collects the outcomes of one run of pytest."""

    def __init__(self) -> None:
        self._outcomes: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test passed if it was called and nothing of it failed, its fixtures included."""
        if report.failed:
            self._outcomes[report.nodeid] = False
        elif report.when == "call" and report.passed:
            self._outcomes.setdefault(report.nodeid, True)

    def pytest_sessionfinish(self) -> None:
        """All tests have run."""
        write(*([name for name, passed in self._outcomes.items() if passed is wanted] for wanted in (False, True)))


def pytest_configure(config: pytest.Config) -> None:
    """Has the run watched."""
    config.pluginmanager.register(Witness(), "amino mutants")
