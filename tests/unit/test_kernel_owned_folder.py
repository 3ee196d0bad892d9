"""Folders in the temporary directory: those of the dead go, those of the living and of others stay."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from amino_kernel.halves.owned_folder import LOCK, OwnedFolder, remove_ownerless

OWNER = """
import sys
from pathlib import Path
from amino_kernel.halves.owned_folder import OwnedFolder
made = OwnedFolder.make("amino-", Path(sys.argv[1]))
print(made.path, flush=True)
sys.stdin.read()
"""


def owner(base: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process that has a folder."""
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(base)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_the_folder_of_a_killed_process_is_removed_by_the_next_one_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    living, kept = owner(tmp_path)
    killed, left = owner(tmp_path)
    try:
        (left / "lane.sock").write_text("")
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert left.is_dir()
        made = OwnedFolder.make("amino-", tmp_path)
        assert not left.exists() and kept.is_dir() and made.path.is_dir()
        assert made.path.stat().st_mode & 0o777 == 0o700
        made.remove()
        assert not made.path.exists()
    finally:
        living.kill()
        living.communicate()
    assert remove_ownerless("amino-", tmp_path) == 1
    assert not kept.exists()


def test_what_has_no_owner_of_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "amino-somebody").mkdir()
    (tmp_path / "amino-file").write_text("")
    other = tmp_path / "other"
    other.mkdir()
    (other / LOCK).write_text("")
    (tmp_path / "amino-link").symlink_to(other)
    assert remove_ownerless("amino-", tmp_path) == 0
    assert other.is_dir() and (tmp_path / "amino-somebody").is_dir() and (tmp_path / "amino-file").is_file()
