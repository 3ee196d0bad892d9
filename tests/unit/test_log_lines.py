"""Lines that kernels and the OMS log: one format for both, for people and as JSON."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from amino_wire.log_lines import LineFormatter, log_line, timestamp

FIELDS = {
    "event": "the lease has ended",
    "level": "warning",
    "logger": "a.b",
    "timestamp": "2026-01-02T03:04:05.678Z",
    "kernel": "k 1",
    "n": 5,
}
PROGRAM = """
import logging, sys, structlog
from amino_kernel.boot.log_setup import set_up_logging
set_up_logging("info", sys.argv[1])
structlog.get_logger("a.kernel").info("hello", size=3)
structlog.get_logger("a.kernel").debug("left out")
logging.getLogger("an.oms").warning("%s is late", "k1")
try:
    raise ValueError("no")
except ValueError:
    structlog.get_logger("a.kernel").exception("failed")
    logging.getLogger("an.oms").exception("failed")
"""

OMS_PROGRAM = """
import asyncio, logging, sys
from pathlib import Path
from amino_oms.main import run_oms
from amino_oms.settings import OmsSettings
async def main():
    settings = OmsSettings(Path(sys.argv[1]), port=0, log_level="warning", log_format="json")
    serving = asyncio.ensure_future(run_oms(settings))
    await asyncio.sleep(0)
    logging.getLogger("amino_oms.x").info("left out")
    logging.getLogger("amino_oms.x").warning("told")
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
asyncio.run(main())
"""


def lines_of(form: str) -> list[str]:
    command = [sys.executable, "-c", PROGRAM, form]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()


def test_a_line_for_people() -> None:
    assert log_line("console", FIELDS) == '2026-01-02T03:04:05.678Z warning a.b: the lease has ended kernel="k 1" n=5'
    assert log_line("console", {"event": "x", "exception": "Traceback"}).splitlines()[1:] == ["Traceback"]


def test_a_line_for_programs() -> None:
    found = log_line("json", {**FIELDS, "path": Path("x")})
    assert json.loads(found) == {**FIELDS, "path": "x"} and "\n" not in found
    assert list(json.loads(found))[:4] == ["timestamp", "level", "logger", "event"]


def test_a_moment_is_in_utc() -> None:
    assert timestamp(0.25) == "1970-01-01T00:00:00.250Z"


def test_a_record_without_an_exception_has_no_field_for_it() -> None:
    record = logging.LogRecord("a", logging.INFO, "f.py", 1, "x %d", (5,), None)
    found = json.loads(LineFormatter("json").format(record))
    assert found["event"] == "x 5" and found["level"] == "info" and "exception" not in found


def test_both_kinds_of_loggers_write_the_same_fields() -> None:
    kernel, oms, kernel_error, oms_error = (json.loads(line) for line in lines_of("json"))
    assert (kernel["logger"], kernel["level"], kernel["event"], kernel["size"]) == ("a.kernel", "info", "hello", 3)
    assert (oms["logger"], oms["level"], oms["event"]) == ("an.oms", "warning", "k1 is late")
    assert (
        kernel_error.keys() == oms_error.keys()
        and "ValueError: no" in kernel_error["exception"]
        and "ValueError: no" in oms_error["exception"]
    )


@pytest.mark.parametrize("number", [0, 1])
def test_both_kinds_of_loggers_write_the_same_lines_for_people(number: int) -> None:
    line = lines_of("console")[number]
    assert line[24:] in (" info    a.kernel: hello size=3", " warning an.oms: k1 is late")


def test_the_oms_logs_in_the_form_that_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "oms").mkdir()
    done = subprocess.run([sys.executable, "-c", OMS_PROGRAM, str(tmp_path / "oms")], capture_output=True, text=True, check=True)
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["told"]
