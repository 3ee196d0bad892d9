"""Packing is deterministic; unpacking trusts nothing."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from amino_wire import artifacts
from amino_wire.errors import ArtifactInvalid


def archive(*members: tarfile.TarInfo, content: bytes = b"x") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as target:
        for member in members:
            member.size = len(content) if member.isreg() else 0
            target.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return stream.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    made.linkname = link
    return made


def test_same_content_same_hash_whatever_times_and_modes(tmp_path: Path) -> None:
    for number, folder in enumerate(("one", "two")):
        root = tmp_path / folder
        (root / "lib").mkdir(parents=True)
        names = ["lib/b.js", "a.js"] if number else ["a.js", "lib/b.js"]
        for name in names:
            (root / name).write_text(f"// {name}")
            os.utime(root / name, (number * 1000 + 1, number * 1000 + 1))
            (root / name).chmod(0o600 if number else 0o755)
        (root / "__pycache__").mkdir()
        (root / "__pycache__" / "x.pyc").write_bytes(os.urandom(4))
    first, second = artifacts.pack(tmp_path / "one"), artifacts.pack(tmp_path / "two")
    assert first == second
    assert first.files == ("a.js", "lib/b.js")
    assert artifacts.hash_of(first.data) == first.hash


def test_round_trip(tmp_path: Path) -> None:
    contents = {"main.py": b"x = 1\n", "pkg/__init__.py": b"", "pkg/data.bin": bytes(range(256)) * 5000, "é/" + "n" * 150 + "/ü.txt": b"u"}
    packed = artifacts.pack_files(contents)
    assert b"".join(packed.chunks()) == packed.data
    artifacts.unpack(packed.data, tmp_path)
    found = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == contents
    assert artifacts.pack(tmp_path).hash == packed.hash


def test_one_file(tmp_path: Path) -> None:
    (tmp_path / "counter.js").write_text("1")
    assert artifacts.pack(tmp_path / "counter.js").files == ("counter.js",)


@pytest.mark.parametrize(
    "data",
    [
        archive(member("/etc/passwd")),
        archive(member("../up")),
        archive(member("a/../../up")),
        archive(member("a\\b")),
        archive(member("C:/x")),
        archive(member("./a")),
        archive(member("a"), member("a")),
        archive(member("link", tarfile.SYMTYPE, "/etc/passwd")),
        archive(member("link", tarfile.LNKTYPE, "a")),
        archive(member("device", tarfile.CHRTYPE)),
        archive(member("fifo", tarfile.FIFOTYPE)),
        archive(member("folder", tarfile.DIRTYPE)),
        archive(member("f/" * 2000 + "object.js")),
        archive(member("a"), member("a/b")),
        archive(member("a"), content=b"y" * 2000)[:700],
        b"no archive at all",
        b"\x1f\x8b" + bytes(100),
    ],
)
def test_harmful_archives_are_refused_and_nothing_outside_is_written(data: bytes, tmp_path: Path) -> None:
    inside = tmp_path / "in" / "side"
    inside.mkdir(parents=True)
    with pytest.raises(ArtifactInvalid):
        artifacts.unpack(data, inside)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(inside)] == []


def test_a_file_that_claims_to_be_huge_is_refused_before_it_is_read(tmp_path: Path) -> None:
    claim = member("huge")
    claim.size = 1 << 40
    with pytest.raises(ArtifactInvalid, match="larger than"):
        artifacts.unpack(claim.tobuf() + bytes(1024), tmp_path)


def test_links_out_of_the_folder_are_refused_and_links_inside_are_copied(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "real.js").write_text("1")
    (root / "alias.js").symlink_to("real.js")
    assert artifacts.read(artifacts.pack(root).data) == {"alias.js": b"1", "real.js": b"1"}
    (root / "out").symlink_to("/etc/hostname")
    with pytest.raises(ArtifactInvalid, match="outside"):
        artifacts.pack(root)


def test_nothing_to_pack(tmp_path: Path) -> None:
    with pytest.raises(ArtifactInvalid):
        artifacts.pack(tmp_path)
    with pytest.raises(ArtifactInvalid):
        artifacts.pack(tmp_path / "missing")
