"""Completion of `amino` in real shells: TAB is pressed in bash and zsh on a terminal, and fish is asked by its own `complete`."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.pages import ROOT
from tests.examples.running import running_up

AMINO = Path(sys.executable).with_name("amino")
SECONDS = 30.0
SETUP = {
    "bash": "source <(amino completion bash)",
    "zsh": "autoload -U compinit; compinit -u -D; source <(amino completion zsh)",
}
SHELLS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
CASES = [
    ("amino att", "amino attach "),
    ("amino call visi", "amino call visitors "),
    ("amino call visitors inc", "amino call visitors incr "),
    ("amino move visitors kern", "amino move visitors {kernel} "),
    ("amino attach visitors --dm LeaseC", "amino attach visitors --dm LeaseCaching "),
    ("amino ls --kernel kern", "amino ls --kernel {kernel} "),
]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Shells see a kernel with an object, and `amino` on their path."""
    home = tmp_path_factory.mktemp("home")
    with running_up("--languages", "js") as address:
        made = {name: value for name, value in os.environ.items() if not name.startswith("AMINO_")}
        made |= {"AMINO_ADDRESS": address, "PATH": f"{AMINO.parent}:{os.environ['PATH']}", "HOME": str(home), "TERM": "xterm", "PS1": "> "}
        source = ROOT / "examples/objects/counter.js"
        subprocess.run([AMINO, "register", "--lang", "js", source, "--name", "visitors"], env=made, check=True, capture_output=True)
        listed = subprocess.run([AMINO, "-o", "json", "kernels"], env=made, check=True, capture_output=True, text=True).stdout
        made["KERNEL"] = json.loads(listed)[0]["id"]
        yield made


class Terminal:
    """A shell on a terminal of its own."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._end, shell = pty.openpty()
        termios.tcsetwinsize(shell, (50, 200))
        self._process = subprocess.Popen(command, stdin=shell, stdout=shell, stderr=shell, env=environment, start_new_session=True)
        os.close(shell)
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self._end, text.encode())

    def wait_for(self, text: str) -> None:
        """Reads until the text is shown behind what was shown before."""
        ends = time.monotonic() + SECONDS
        while text not in plain(self.shown):
            left = ends - time.monotonic()
            assert left > 0 and select.select([self._end], [], [], left)[0], f"{text!r} is not shown: {self.shown!r}"
            self.shown += os.read(self._end, 65536).decode(errors="replace")
        self.shown = ""

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._end)


def plain(shown: str) -> str:
    """What a person sees: without the terminal's control sequences."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x07|\r", "", shown)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_completes_commands_objects_members_kernels_and_managers(environment: dict[str, str], shell: str) -> None:
    terminal = Terminal(SHELLS[shell], environment)
    try:
        terminal.type(f"{SETUP[shell]}; echo is $((40 + 2)) ready\n")
        terminal.wait_for("is 42 ready")
        for typed, completed in CASES:
            terminal.type(f"{typed}\t")
            terminal.wait_for(completed.format(kernel=environment["KERNEL"]))
            terminal.type("\x15")  # forgets the line
    finally:
        terminal.close()


@pytest.mark.parametrize(("typed", "completed"), CASES)
def test_fish_completes_the_same(environment: dict[str, str], typed: str, completed: str) -> None:
    assert shutil.which("fish")
    script = f"amino completion fish | source; complete -C '{typed}'"
    done = subprocess.run(["fish", "--no-config", "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == [completed.format(kernel=environment["KERNEL"]).split()[-1]]


def test_nothing_is_offered_and_nothing_printed_where_no_kernel_answers(environment: dict[str, str]) -> None:
    asked = {
        **environment,
        "AMINO_ADDRESS": "127.0.0.1:1",
        "_AMINO_COMPLETE": "complete_bash",
        "COMP_WORDS": "amino call v",
        "COMP_CWORD": "2",
    }
    done = subprocess.run([AMINO], env=asked, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("", "")
