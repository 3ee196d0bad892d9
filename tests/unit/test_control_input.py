"""A process that runs guests takes its parent's orders from another descriptor than 0."""

from __future__ import annotations

import subprocess
import sys

CHILD = """
import os
from amino_graal.control_input import ControlInput

control = ControlInput()
print(control.line(), os.read(0, 10), flush=True)
print(control.line(), os.read(0, 10), flush=True)
control.wait_for_end()
print(control.line(), flush=True)
"""


def test_orders_come_and_standard_input_is_empty() -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write("one\ntwo")
    child.stdin.flush()
    assert child.stdout.readline() == "b'one\\n' b''\n"
    child.stdin.write("\nthree\n")
    child.stdin.flush()
    assert child.stdout.readline() == "b'two\\n' b''\n"
    # It waits until the input ends, whatever else is written.
    rest, _ = child.communicate(timeout=60)
    assert rest == "b''\n" and child.returncode == 0


def test_an_order_that_ends_early_is_answered_as_it_is() -> None:
    code = "from amino_graal.control_input import ControlInput; print(ControlInput().line())"
    done = subprocess.run([sys.executable, "-c", code], input="half", capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "b'half'\n"
