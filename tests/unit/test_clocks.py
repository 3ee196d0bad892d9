"""Clocks of hosts may differ by days: nothing that decides reads the time of day."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from amino_dms.api import Clock as ManagersClock
from amino_oms.clock import SystemClock

ROOT = Path(__file__).resolve().parents[2]
READS = {
    "py": re.compile(r"time\.time\(|time\.time_ns\(|datetime\.(now|today|utcnow)|CLOCK_REALTIME|from time import .*\btime\b"),
    "java": re.compile(r"currentTimeMillis|Instant\.now|Clock\.system|new Date\(\)|LocalDateTime\.now"),
}
ALLOWED = {
    "oms/amino_oms/clock.py": "when a record was made, for people; and see `lifecycle/lifetime_clock.py`",
    "kernel/amino_kernel/boot/log_setup.py": "lines of logs",
    "kernel/amino_kernel/calls/log_buffer.py": "lines of guests",
    "graal_bridge/amino_graal/class_archive.py": "the age of files of this machine",
    "java/src/main/java/org/amino/runtime/schedule/MachineClocks.java": "suspended time, by what the clock moves ahead within one process",
    "java/src/main/java/org/amino/runtime/guest/c/HostFunction.java": "a guest asks for it",
    "java/src/main/java/org/amino/runtime/guest/java/Served.java": "a guest asks for it",
}
"""The files that read the time of day, and for what."""
ROOMS = ("oms", "store", "kernel", "wire", "dms", "graal_bridge", "java/src/main")


def reading() -> set[str]:
    """The files of ours that read the time of day."""
    return {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for ending, reads in READS.items()
        for path in sorted((ROOT / room).rglob(f"*.{ending}"))
        if reads.search(path.read_text(encoding="utf-8"))
    }


def test_only_these_files_read_the_time_of_day() -> None:
    assert reading() == set(ALLOWED)


@pytest.mark.parametrize(
    ("ending", "line"), [("py", "now = time.time()"), ("py", "datetime.now(UTC)"), ("java", "System.currentTimeMillis()")]
)
def test_a_reading_would_be_found(ending: str, line: str) -> None:
    assert READS[ending].search(line)


def test_managers_have_no_time_of_day() -> None:
    assert {name for each in ManagersClock.__mro__ for name in vars(each) if name in dir(ManagersClock) and name[0] != "_"} == {
        "now",
        "sleep",
    }


def test_the_service_asks_for_the_time_of_day_where_nothing_depends_on_another_machine() -> None:
    asking = {path.name for path in (ROOT / "oms").rglob("*.py") if ".time_ms()" in path.read_text(encoding="utf-8")}
    assert asking == {"batch_making.py", "making.py", "kinds.py", "lifetime_clock.py"}
    assert SystemClock().time_ms() > 1_700_000_000_000
