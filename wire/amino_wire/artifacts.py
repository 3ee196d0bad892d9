"""Artifacts packed the same way everywhere, so that equal content has an equal hash, and unpacked without trusting them."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from amino_wire.error_tree import ArtifactInvalid
from amino_wire.protocol import ARTIFACT_DEPTH_LIMIT, ARTIFACT_FILES_LIMIT, ARTIFACT_LIMIT, ARTIFACT_NAME_LIMIT

CHUNK = 1 << 20
"""Bytes of one message when an artifact is sent."""
_SHOWN = 80
_LEFT_OUT = frozenset({".git", ".hg", ".svn", "__pycache__", ".DS_Store", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv"})


@dataclass(frozen=True, slots=True)
class PackedArtifact:
    """The bytes of an artifact.

    Arguments:
        data: an uncompressed tar of regular files, sorted by name, without times, owners or modes.
        hash: sha256 of the data, hex.
        files: their names, sorted.
    """

    data: bytes
    hash: str
    files: tuple[str, ...]

    def chunks(self) -> Iterator[bytes]:
        """The data in parts of at most CHUNK bytes."""
        for start in range(0, len(self.data), CHUNK):
            yield self.data[start : start + CHUNK]


def pack(path: Path) -> PackedArtifact:
    """Packs a file or all files of a folder. Version control, caches and virtual environments stay out.

    Raises:
        ArtifactInvalid: nothing is there, it is too large, or a link leads out of the folder.
    """
    if path.is_file():
        return pack_files({path.name: path.read_bytes()})
    if not path.is_dir():
        raise ArtifactInvalid(f"{path} is neither a file nor a folder")
    contents: dict[str, bytes] = {}
    total = 0
    for name, file in _walk(path):
        contents[name] = file.read_bytes()
        total += len(contents[name])
        _check_size(total, len(contents), str(path))
    if not contents:
        raise ArtifactInvalid(f"the folder {path} has no files")
    return pack_files(contents)


def pack_files(contents: dict[str, bytes]) -> PackedArtifact:
    """Packs files by name; folders are separated with `/`.

    Raises:
        ArtifactInvalid: a name that cannot be unpacked, or too much.
    """
    _check_size(sum(map(len, contents.values())), len(contents), "the artifact")
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(contents):
            _check_name(name)
            member = tarfile.TarInfo(name)
            member.size = len(contents[name])
            member.mode = 0o644
            archive.addfile(member, io.BytesIO(contents[name]))
    data = stream.getvalue()
    return PackedArtifact(data, hash_of(data), tuple(sorted(contents)))


def hash_of(data: bytes | bytearray) -> str:
    """The name of an artifact: sha256 of its packed bytes, hex."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes) -> dict[str, bytes]:
    """The files of a packed artifact, by name.

    Raises:
        ArtifactInvalid: it is no artifact, or holds what could do harm: links, devices, absolute or climbing paths, sparse files, too much.
    """
    contents: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.issparse():
                    raise ArtifactInvalid(
                        f"{member.name!r} in the artifact is no regular file; links, devices and folders of their own are refused"
                    )
                _check_name(member.name)
                if member.name in contents:
                    raise ArtifactInvalid(f"{member.name!r} is in the artifact twice")
                total += member.size
                _check_size(total, len(contents) + 1, "the artifact")
                source = archive.extractfile(member)
                contents[member.name] = source.read() if source is not None else b""
                if len(contents[member.name]) != member.size:
                    raise ArtifactInvalid(f"{member.name!r} in the artifact is cut off")
    except ArtifactInvalid:
        raise
    except (tarfile.TarError, ValueError, EOFError, OverflowError, UnicodeError) as error:
        raise ArtifactInvalid(f"the bytes are no packed artifact: {error}") from error
    return contents


def unpack(data: bytes, into: Path) -> None:
    """Writes the files of a packed artifact into a folder that exists and is empty.

    Raises:
        ArtifactInvalid: as `read`; nothing has been written then. Or a file stands where another one needs a folder.
    """
    contents = read(data)
    for name, content in contents.items():
        target = into / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise ArtifactInvalid(f"{name!r} in the artifact clashes with another file of it") from error


def _walk(root: Path) -> Iterator[tuple[str, Path]]:
    inside = root.resolve()
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        for name in [name for name in folders if name not in _LEFT_OUT and (here / name).is_symlink()]:
            raise ArtifactInvalid(
                f"{here / name} is a link to a folder; an artifact holds files only. Copy the folder or leave the link out."
            )
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for name in sorted(files):
            path = here / name
            if name in _LEFT_OUT or name.endswith(".pyc"):
                continue
            resolved = path.resolve()
            if not resolved.is_relative_to(inside):
                raise ArtifactInvalid(f"{path} links to {resolved}, outside the folder. Copy the file or leave the link out.")
            if not stat.S_ISREG(resolved.stat().st_mode):
                raise ArtifactInvalid(f"{path} is no regular file")
            yield path.relative_to(root).as_posix(), path


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    plain = name == "/".join(parts) and not name.startswith("/")
    if (
        not parts
        or not plain
        or ".." in parts
        or "\\" in name
        or "\0" in name
        or ":" in parts[0]
        or len(parts) > ARTIFACT_DEPTH_LIMIT
        or any(len(part.encode()) > ARTIFACT_NAME_LIMIT for part in parts)
    ):
        shown = name if len(name) <= _SHOWN else name[:_SHOWN] + "…"
        raise ArtifactInvalid(
            f"{shown!r} is no file name inside an artifact: the path must be relative, with /, without .. and without :, "
            f"with at most {ARTIFACT_DEPTH_LIMIT} parts of {ARTIFACT_NAME_LIMIT} bytes"
        )


def _check_size(size: int, files: int, what: str) -> None:
    if size > ARTIFACT_LIMIT:
        raise ArtifactInvalid(f"{what} is larger than {ARTIFACT_LIMIT >> 20} MiB")
    if files > ARTIFACT_FILES_LIMIT:
        raise ArtifactInvalid(f"{what} has more than {ARTIFACT_FILES_LIMIT} files")
