"""`amino backup`: what a store holds at this moment goes to a file, while the service goes on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from amino_store.archive.content import Content, Sum
from amino_store.archive.writing import write_archive
from amino_store.errors import RevisionCompacted
from amino_wire.errors import ArtifactDamaged, ConfigInvalid

from amino_oms.copies.contents import content_beside
from amino_oms.copies.filling import Note
from amino_oms.registry.keys import DURABLE
from amino_oms.settings import OmsSettings

ATTEMPTS = 3
"""How often a backup is begun anew."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was written: what it holds, at which revision, in how many bytes."""

    sum: Sum
    revision: int
    size: int


async def backup(settings: OmsSettings, path: Path, *, created: str, note: Note) -> BackedUp:
    """Writes a backup. The service goes on; over etcd it keeps what the backup reads until that has ended.

    Arguments:
        settings: `store` and `data_dir` name the store.
        path: the file; it must not exist.
        created: the time of the backup, for people.
        note: is told when it is begun anew, since the store changed faster than it was read.

    Raises what `content_beside` and `write_archive` raise, and ConfigInvalid where there is no store.
    """
    for left in reversed(range(ATTEMPTS)):
        try:
            async with content_beside(settings) as content:
                if not content.origin.lineage and not await _has_entries(content):
                    raise ConfigInvalid(f"there is no store in {content.origin.title}: nothing begins with its prefix. Look at --store")
                total = await write_archive(content, path, created=created, may_be_large=DURABLE)
                return BackedUp(total, content.origin.revision, path.stat().st_size)
        except (RevisionCompacted, ArtifactDamaged) as error:
            # An artifact that nothing uses any more may be removed while it is read; the next snapshot does not name it.
            if not left:
                raise
            note(f"the backup begins anew: {error}")
    raise AssertionError("the last attempt has returned or raised")


async def _has_entries(content: Content) -> bool:
    async for _ in content.entries():
        return True
    return False
