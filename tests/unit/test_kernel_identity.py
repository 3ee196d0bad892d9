"""A kernel's id outlives it, and belongs to one process at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from amino_kernel.boot.identity import take_identity
from amino_wire.errors import ConfigInvalid
from amino_wire.host import host_id


def test_the_id_is_the_same_after_a_restart(tmp_path: Path) -> None:
    first = take_identity(tmp_path / "k")
    first.lock.close()
    second = take_identity(tmp_path / "k")
    assert first.kernel_id == second.kernel_id and first.host_id == second.host_id == host_id()
    second.lock.close()


def test_two_kernels_cannot_share_a_folder(tmp_path: Path) -> None:
    first = take_identity(tmp_path)
    with pytest.raises(ConfigInvalid, match="Another kernel"):
        take_identity(tmp_path)
    first.lock.close()


def test_two_folders_have_two_ids(tmp_path: Path) -> None:
    with take_identity(tmp_path / "a").lock, take_identity(tmp_path / "b").lock:
        assert (tmp_path / "a/kernel-id").read_text() != (tmp_path / "b/kernel-id").read_text()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigInvalid, match="--data-dir"):
        take_identity(tmp_path / "file")
